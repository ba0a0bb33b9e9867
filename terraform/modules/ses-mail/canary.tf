# The canary: a mail that the deployment sends to a secret address of its first domain, through SES
# and the whole way, into the trash of a mailbox. The alarm rings when two in a row do not arrive.

locals {
  canary_hours   = coalesce(var.canary_hours, var.canary_mailbox == "" ? 0 : 6)
  canary_count   = local.canary_hours > 0 ? 1 : 0
  canary_sender  = "canary@${var.domain[0]}"
  canary_address = one([for secret in terraform_data.canary_address : sensitive("canary-${secret.output}@${var.domain[0]}")])
  canary_token   = one([for secret in terraform_data.canary_token : sensitive(secret.output)])

  canary_environment = local.canary_count == 0 ? {} : {
    CANARY_ADDRESS = local.canary_address
    CANARY_MAILBOX = var.canary_mailbox
    CANARY_TOKEN   = local.canary_token
  }

  canary_alarms = local.canary_count == 0 || !var.enable_canary_alarm ? {} : {
    ses-mail-canary-missing = {
      description    = "No canary has arrived for ${2 * local.canary_hours + 1} hours: mail does not come through."
      namespace      = local.own_metric_namespace
      metric_name    = "CanaryDelivered"
      dimensions     = {}
      statistic      = "Sum"
      comparison     = "LessThanThreshold"
      threshold      = 1
      period_seconds = 3600
      periods        = 2 * local.canary_hours + 1
      missing        = "breaching"
    }
  }
}

# Random values that never change. Only the state holds them.
resource "terraform_data" "canary_address" {
  count = local.canary_count
  input = uuid()

  lifecycle {
    ignore_changes = [input]
  }
}

resource "terraform_data" "canary_token" {
  count = local.canary_count
  input = uuid()

  lifecycle {
    ignore_changes = [input]
  }
}

# Of the canary and of the digest.
data "aws_iam_policy_document" "schedule_assumes" {
  statement {
    sid     = "ScheduleAssumes"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["scheduler.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

resource "aws_iam_role" "canary" {
  count                = local.canary_count
  name                 = "ses-mail-canary-${local.account_name}"
  path                 = var.iam_path
  permissions_boundary = local.permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.schedule_assumes.json
}

data "aws_iam_policy_document" "canary" {
  statement {
    sid       = "SendCanary"
    actions   = ["ses:SendEmail"]
    resources = ["arn:${local.partition}:ses:${local.region}:${local.account}:identity/${var.domain[0]}"]

    condition {
      test     = "StringEquals"
      variable = "ses:FromAddress"
      values   = [local.canary_sender]
    }
  }
}

resource "aws_iam_role_policy" "canary" {
  count  = local.canary_count
  name   = "ses-mail-canary-${var.environment}"
  role   = aws_iam_role.canary[0].id
  policy = data.aws_iam_policy_document.canary.json
}

resource "aws_scheduler_schedule" "canary" {
  count               = local.canary_count
  name                = "ses-mail-canary-${var.environment}"
  description         = "Sends the canary"
  schedule_expression = local.canary_hours == 1 ? "rate(1 hour)" : "rate(${local.canary_hours} hours)"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = "arn:${local.partition}:scheduler:::aws-sdk:sesv2:sendEmail"
    role_arn = aws_iam_role.canary[0].arn

    input = jsonencode({
      FromEmailAddress = local.canary_sender
      Destination      = { ToAddresses = [local.canary_address] }
      Content = {
        Simple = {
          Subject = { Data = "ses-mail canary" }
          Body    = { Text = { Data = "Sent by the deployment ${var.environment} to see that mail arrives." } }
          Headers = [{ Name = "X-Ses-Mail-Canary", Value = local.canary_token }]
        }
      }
    })

    # One that fails need not be repeated for long: the next one follows.
    retry_policy {
      maximum_retry_attempts       = 2
      maximum_event_age_in_seconds = 900
    }
  }

  depends_on = [aws_iam_role_policy.canary]
}
