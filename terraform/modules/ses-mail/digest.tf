# The digest: once a day or a week a function looks for what needs a person (held and refused mail,
# rules that have ended, dead letters, a missing canary, alarms) and imports one message about it
# into a mailbox. It sends nothing. Nothing of this is made with digest = "off".

locals {
  digest_count = var.digest == "off" ? 0 : 1
  digest_days  = var.digest == "weekly" ? 7 : 1

  # Early in the morning in Europe, in the afternoon in Asia; a week ends with Sunday.
  digest_schedule = var.digest == "weekly" ? "cron(0 6 ? * MON *)" : "cron(0 6 * * ? *)"

  digest_environment = {
    CANARY_EXPECTED       = local.canary_hours > 0 && 2 * local.canary_hours <= 24 * local.digest_days
    DEAD_LETTER_QUEUES    = join(",", local.dead_letter_queues[*].url)
    DIGEST_MAILBOX        = var.digest_mailbox
    DIGEST_PERIOD         = var.digest
    DYNAMODB_TABLE_NAME   = local.table_name
    EMAIL_BUCKET          = local.bucket_name
    FORWARDER_LOG_GROUP   = aws_cloudwatch_log_group.function["gmail-forwarder"].name
    GMAIL_TOKEN_PARAMETER = local.token_parameter
    LEDGER_DAYS           = local.ledger_days
    ROUTING_LOG_GROUP     = aws_cloudwatch_log_group.bus.name
  }

  # Lambda tries three times, within minutes. Only when all have failed does anybody miss a digest.
  digest_alarms = {
    for name, function in aws_lambda_function.function : "ses-mail-lambda-digest-errors" => {
      description    = "The digest failed in all three tries."
      namespace      = "AWS/Lambda"
      metric_name    = "Errors"
      dimensions     = { FunctionName = function.function_name }
      statistic      = "Sum"
      threshold      = 2
      period_seconds = 3600
    } if name == "digest"
  }
}

data "aws_iam_policy_document" "digest" {
  source_policy_documents = [data.aws_iam_policy_document.stored_mail.json, data.aws_iam_policy_document.mailbox_tokens.json]

  statement {
    sid       = "KeepDigestLedger"
    actions   = ["dynamodb:PutItem"]
    resources = [aws_dynamodb_table.routing.arn]

    condition {
      test     = "ForAllValues:StringLike"
      variable = "dynamodb:LeadingKeys"
      values   = ["DIGEST#*"]
    }
  }

  statement {
    sid     = "ReadDecisionsAndRefusals"
    actions = ["logs:FilterLogEvents"]
    resources = [
      "${aws_cloudwatch_log_group.bus.arn}:*",
      "${aws_cloudwatch_log_group.function["gmail-forwarder"].arn}:*",
    ]
  }

  statement {
    sid       = "CountDeadLetters"
    actions   = ["sqs:GetQueueAttributes"]
    resources = local.dead_letter_queues[*].arn
  }

  # DescribeAlarms by the beginning of a name is about all metric alarms of the region.
  statement {
    sid       = "SeeAlarms"
    actions   = ["cloudwatch:DescribeAlarms"]
    resources = ["arn:${local.partition}:cloudwatch:${local.region}:${local.account}:alarm:*"]
  }
}

resource "aws_iam_role" "digest_schedule" {
  count                = local.digest_count
  name                 = "ses-mail-digest-schedule-${local.account_name}"
  path                 = var.iam_path
  permissions_boundary = local.permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.schedule_assumes.json
}

data "aws_iam_policy_document" "digest_schedule" {
  # By its name, so that a change of another function does not touch this policy.
  statement {
    sid       = "CallDigest"
    actions   = ["lambda:InvokeFunction"]
    resources = ["arn:${local.partition}:lambda:${local.region}:${local.account}:function:ses-mail-digest-${var.environment}"]
  }
}

resource "aws_iam_role_policy" "digest_schedule" {
  count  = local.digest_count
  name   = "ses-mail-digest-schedule-${var.environment}"
  role   = aws_iam_role.digest_schedule[0].id
  policy = data.aws_iam_policy_document.digest_schedule.json
}

resource "aws_scheduler_schedule" "digest" {
  count               = local.digest_count
  name                = "ses-mail-digest-${var.environment}"
  description         = "Calls the digest"
  schedule_expression = local.digest_schedule

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_lambda_function.function["digest"].arn
    role_arn = aws_iam_role.digest_schedule[0].arn

    # Written out, because jsonencode would escape the brackets.
    # https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
    input = "{\"time\":\"<aws.scheduler.scheduled-time>\"}"

    retry_policy {
      maximum_retry_attempts       = 5
      maximum_event_age_in_seconds = 3600
    }
  }

  depends_on = [aws_iam_role_policy.digest_schedule]
}
