# Resource policies. CloudWatch Logs takes ten of them in a region and X-Ray five in an account, so
# there is one of each for all deployments.

# The rule log-routing-{environment} of each bus writes to that bus's log group.
data "aws_iam_policy_document" "bus_logs" {
  statement {
    sid       = "CreateStream"
    actions   = ["logs:CreateLogStream"]
    resources = ["arn:${local.partition}:logs:${var.aws_region}:${local.account}:log-group:/aws/events/ses-email-routing-*:*"]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com", "delivery.logs.amazonaws.com"]
    }
  }

  statement {
    sid       = "RuleWrites"
    actions   = ["logs:PutLogEvents"]
    resources = ["arn:${local.partition}:logs:${var.aws_region}:${local.account}:log-group:/aws/events/ses-email-routing-*:*"]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com", "delivery.logs.amazonaws.com"]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${local.partition}:events:${var.aws_region}:${local.account}:rule/ses-email-routing-*/log-routing-*"]
    }
  }
}

resource "aws_cloudwatch_log_resource_policy" "bus" {
  policy_name     = "ses-mail-events"
  policy_document = data.aws_iam_policy_document.bus_logs.json
}

# Transaction Search keeps spans as log lines once the account has it switched on, which the README
# of the module describes.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Enable-TransactionSearch.html
data "aws_iam_policy_document" "transaction_search" {
  statement {
    # Unused in tests: X-Ray writes spans once the account has Transaction Search on.
    sid     = "TransactionSearch"
    actions = ["logs:PutLogEvents"]
    resources = [
      "arn:${local.partition}:logs:${var.aws_region}:${local.account}:log-group:aws/spans:*",
      "arn:${local.partition}:logs:${var.aws_region}:${local.account}:log-group:/aws/application-signals/data:*",
    ]

    principals {
      type        = "Service"
      identifiers = ["xray.amazonaws.com"]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${local.partition}:xray:${var.aws_region}:${local.account}:*"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

resource "aws_cloudwatch_log_resource_policy" "transaction_search" {
  policy_name     = "ses-mail-transaction-search"
  policy_document = data.aws_iam_policy_document.transaction_search.json
}

# Without it a topic with active tracing writes no segment.
# https://docs.aws.amazon.com/sns/latest/dg/sns-active-tracing.html
data "aws_iam_policy_document" "topic_traces" {
  statement {
    sid       = "TopicTraces"
    actions   = ["xray:PutTraceSegments", "xray:GetSamplingRules", "xray:GetSamplingTargets"]
    resources = ["*"] # X-Ray has no resources to name here

    principals {
      type        = "Service"
      identifiers = ["sns.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }

    condition {
      test     = "StringLike"
      variable = "aws:SourceArn"
      values   = ["arn:${local.partition}:sns:${var.aws_region}:${local.account}:ses-email-processing-*"]
    }
  }
}

resource "aws_xray_resource_policy" "topic" {
  policy_name     = "ses-mail-sns"
  policy_document = data.aws_iam_policy_document.topic_traces.json
}
