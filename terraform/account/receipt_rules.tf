# The receipt rule set. SES has one active set in an account and region, and refuses all mail
# without.

locals {
  receipt_rule_sets = var.manage_receipt_rules ? toset(concat([var.receipt_rule_set], var.other_receipt_rule_sets)) : toset([])
}

resource "aws_ses_receipt_rule_set" "set" {
  for_each      = local.receipt_rule_sets
  rule_set_name = each.key
}

# Destroying this would switch off all receiving in the account and region, whichever set is active
# then. A change of the name activates another set at once, without a moment of none.
resource "aws_ses_active_receipt_rule_set" "active" {
  count         = var.manage_receipt_rules ? 1 : 0
  rule_set_name = aws_ses_receipt_rule_set.set[var.receipt_rule_set].rule_set_name

  lifecycle {
    prevent_destroy = true
  }
}

import {
  for_each = var.take_over == "" ? toset([]) : toset([var.take_over])
  to       = aws_ses_receipt_rule_set.set[each.key]
  id       = each.key
}

import {
  for_each = var.take_over == "" ? toset([]) : toset([var.take_over])
  to       = aws_ses_active_receipt_rule_set.active[0]
  id       = each.key
}

# Tells `ses-mail doctor` that the account's rule set is owned here and by no deployment.
resource "aws_ssm_parameter" "receipt_rule_set" {
  name        = "/ses-mail/account/receipt-rule-set"
  description = "Receipt rule set that terraform/account keeps active"
  type        = "String"
  value       = var.manage_receipt_rules ? aws_ses_active_receipt_rule_set.active[0].rule_set_name : "none"
}
