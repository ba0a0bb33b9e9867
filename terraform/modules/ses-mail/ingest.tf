# A received mail's way in: receipt rule, topic, input queue, pipe.

resource "aws_sns_topic" "received" {
  name           = "ses-email-processing-${var.environment}"
  tracing_config = "Active"
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
      test     = "ArnEquals"
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
  depends_on           = [aws_sqs_queue_policy.sender]
}

resource "aws_pipes_pipe" "router" {
  name       = "ses-email-router-${var.environment}"
  role_arn   = aws_iam_role.pipe.arn
  source     = aws_sqs_queue.main["router-enrichment"].arn
  enrichment = aws_lambda_function.function["router-enrichment"].arn
  target     = aws_cloudwatch_event_bus.routing.arn

  source_parameters {
    sqs_queue_parameters {
      batch_size = 1 # an enrichment cannot fail in part: one bad mail would take others with it
    }
  }

  # No input template: the router's answer is the event's detail as it stands.
  target_parameters {
    eventbridge_event_bus_parameters {
      source      = local.event_source
      detail_type = local.event_detail_type
    }
  }

  log_configuration {
    level                  = "INFO"
    include_execution_data = var.pipe_log_execution_data ? ["ALL"] : null

    cloudwatch_logs_log_destination {
      log_group_arn = aws_cloudwatch_log_group.pipe.arn
    }
  }

  depends_on = [aws_iam_role_policy.pipe]
}
