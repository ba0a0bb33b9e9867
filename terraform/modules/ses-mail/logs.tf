resource "aws_cloudwatch_log_group" "function" {
  for_each          = local.functions
  name              = "/aws/lambda/ses-mail-${each.key}-${var.environment}"
  retention_in_days = local.log_retention_days
}

resource "aws_cloudwatch_log_group" "pipe" {
  name              = "/aws/vendedlogs/pipes/${var.environment}/ses-email-router"
  retention_in_days = local.log_retention_days
}

resource "aws_cloudwatch_log_group" "bus" {
  name              = "/aws/events/ses-email-routing-${var.environment}"
  retention_in_days = local.log_retention_days
}

data "aws_iam_policy_document" "bus_log" {
  statement {
    sid       = "CreateStream"
    actions   = ["logs:CreateLogStream"]
    resources = ["${aws_cloudwatch_log_group.bus.arn}:*"]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com", "delivery.logs.amazonaws.com"]
    }
  }

  statement {
    sid       = "RuleWrites"
    actions   = ["logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.bus.arn}:*"]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com", "delivery.logs.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_cloudwatch_event_rule.log.arn]
    }
  }
}

resource "aws_cloudwatch_log_resource_policy" "bus" {
  policy_name     = "ses-email-routing-${var.environment}"
  policy_document = data.aws_iam_policy_document.bus_log.json
}
