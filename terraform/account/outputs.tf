output "receipt_rule_set" {
  description = "Receipt rule set that is kept active. Null where the account keeps a set of somebody else active."
  value       = one(aws_ses_active_receipt_rule_set.active[*].rule_set_name)
}
