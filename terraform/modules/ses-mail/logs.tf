resource "aws_cloudwatch_log_group" "function" {
  for_each          = local.enabled_functions
  name              = "/aws/lambda/ses-mail-${each.key}-${var.environment}"
  retention_in_days = var.log_retention_days
}

resource "aws_cloudwatch_log_group" "pipe" {
  name              = "/aws/vendedlogs/pipes/${var.environment}/ses-email-router"
  retention_in_days = var.log_retention_days
}

resource "aws_cloudwatch_log_group" "bus" {
  name              = "/aws/events/ses-email-routing-${var.environment}"
  retention_in_days = var.log_retention_days
}
