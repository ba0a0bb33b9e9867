# The way in of a received mail: the topic that the receipt rule notifies, and the input queue.

resource "aws_sns_topic" "received" {
  name           = "ses-email-processing-${var.environment}"
  tracing_config = var.enable_tracing ? "Active" : "PassThrough"
}

data "aws_iam_policy_document" "received_topic" {
  statement {
    sid       = "ReceiptRulePublishes"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.received.arn]

    principals {
      type        = "Service"
      identifiers = ["ses.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = [local.receipt_rule_arn]
    }
  }
}

resource "aws_sns_topic_policy" "received" {
  arn    = aws_sns_topic.received.arn
  policy = data.aws_iam_policy_document.received_topic.json
}

resource "aws_sns_topic_subscription" "input" {
  topic_arn            = aws_sns_topic.received.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.main["router-enrichment"].arn
  raw_message_delivery = true

  # SNS discards what the queue refuses, such as for a policy that was changed.
  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead_letter["router-enrichment"].arn })

  depends_on = [aws_sqs_queue_policy.sender]
}
