# X-Ray: which mails are traced, and where to look at them. The topic begins a trace, the functions
# add to it.

# Only what is ours: an account's other applications keep their own sampling.
resource "aws_xray_sampling_rule" "mail" {
  rule_name      = "ses-mail-${var.environment}"
  priority       = 1000
  version        = 1
  reservoir_size = 1
  fixed_rate     = var.xray_sampling_percent / 100
  resource_arn   = "arn:${local.partition}:*:${local.region}:${local.account}:*ses-*-${var.environment}"
  service_name   = "*"
  service_type   = "*"
  host           = "*"
  http_method    = "*"
  url_path       = "*"
}

resource "aws_xray_group" "mail" {
  group_name = "ses-mail-${var.environment}"
  filter_expression = join(" OR ", [
    for name in keys(local.functions) : "service(\"ses-mail-${name}-${var.environment}\")"
  ])
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
      values   = [aws_sns_topic.received.arn]
    }
  }
}

resource "aws_xray_resource_policy" "topic" {
  policy_name     = "ses-mail-sns-${var.environment}"
  policy_document = data.aws_iam_policy_document.topic_traces.json
}

# Transaction Search keeps spans as log lines. It is a setting of the account, which the provider
# cannot make; this is what it needs beside it. The README says how to switch it on.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Enable-TransactionSearch.html
data "aws_iam_policy_document" "transaction_search" {
  statement {
    # Unused in tests: X-Ray writes spans once the account has Transaction Search on.
    sid     = "TransactionSearch"
    actions = ["logs:PutLogEvents"]
    resources = [
      for group in ["aws/spans", "/aws/application-signals/data"] :
      "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:${group}:*"
    ]

    principals {
      type        = "Service"
      identifiers = ["xray.amazonaws.com"]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${local.partition}:xray:${local.region}:${local.account}:*"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

resource "aws_cloudwatch_log_resource_policy" "transaction_search" {
  policy_name     = "ses-mail-transaction-search-${var.environment}"
  policy_document = data.aws_iam_policy_document.transaction_search.json
}
