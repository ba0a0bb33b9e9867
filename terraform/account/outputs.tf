output "receipt_rule_set" {
  description = "Receipt rule set that is kept active; null where another's is."
  value       = one(aws_ses_active_receipt_rule_set.active[*].rule_set_name)
}
