locals {
  queue_retention_seconds = 14 * 24 * 3600
}

resource "aws_sqs_queue" "dead_letter" {
  for_each                  = local.queued_functions
  name                      = "${each.value.queue}-dlq-${var.environment}"
  message_retention_seconds = local.queue_retention_seconds
  sqs_managed_sse_enabled   = true
}

# Six times the function's timeout leaves room for throttled and repeated invocations, so that no
# message comes back while it is still being worked on.
resource "aws_sqs_queue" "main" {
  for_each                   = local.queued_functions
  name                       = "${each.value.queue}-${var.environment}"
  visibility_timeout_seconds = 6 * each.value.timeout_seconds
  message_retention_seconds  = local.queue_retention_seconds
  sqs_managed_sse_enabled    = true

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letter[each.key].arn
    maxReceiveCount     = each.value.max_receives
  })
}

resource "aws_sqs_queue_redrive_allow_policy" "dead_letter" {
  for_each  = local.queued_functions
  queue_url = aws_sqs_queue.dead_letter[each.key].url

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.main[each.key].arn]
  })
}

# Who may send to which queue: the topic to the input queue, each rule to its handler's queue, and
# each of them to the dead-letter queue where it cannot.
locals {
  queue_senders = merge(
    {
      for name, queue in {
        router-enrichment     = aws_sqs_queue.main["router-enrichment"]
        router-enrichment-dlq = aws_sqs_queue.dead_letter["router-enrichment"]
        } : name => {
        queue   = queue
        service = "sns.amazonaws.com"
        source  = aws_sns_topic.received.arn
      }
    },
    {
      log-routing-dlq = {
        queue   = aws_sqs_queue.log_failures
        service = "events.amazonaws.com"
        source  = aws_cloudwatch_event_rule.log.arn
      }
    },
    {
      for name, function in local.routed_functions : name => {
        queue   = aws_sqs_queue.main[name]
        service = "events.amazonaws.com"
        source  = aws_cloudwatch_event_rule.route[name].arn
      }
    },
    {
      for name, function in local.routed_functions : "${name}-dlq" => {
        queue   = aws_sqs_queue.dead_letter[name]
        service = "events.amazonaws.com"
        source  = aws_cloudwatch_event_rule.route[name].arn
      }
    },
  )
}

data "aws_iam_policy_document" "queue_sender" {
  for_each = local.queue_senders

  statement {
    # Unused in tests: the topic and the rule of the log reach their targets in every run, so that
    # nothing of theirs goes to a dead-letter queue.
    sid       = "SourceSends"
    actions   = ["sqs:SendMessage"]
    resources = [each.value.queue.arn]

    principals {
      type        = "Service"
      identifiers = [each.value.service]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [each.value.source]
    }
  }
}

resource "aws_sqs_queue_policy" "sender" {
  for_each  = local.queue_senders
  queue_url = each.value.queue.url
  policy    = data.aws_iam_policy_document.queue_sender[each.key].json
}
