locals {
  event_source      = "ses.email.router"
  event_detail_type = "Email Routing Decision"
}

resource "aws_cloudwatch_event_bus" "routing" {
  name = "ses-email-routing-${var.environment}"
}

resource "aws_cloudwatch_event_rule" "route" {
  for_each       = local.routed_functions
  name           = "${each.value.route.name}-${var.environment}"
  description    = "Decisions with at least one ${each.value.route.action} target"
  event_bus_name = aws_cloudwatch_event_bus.routing.name

  event_pattern = jsonencode({
    source      = [local.event_source]
    detail-type = [local.event_detail_type]
    detail      = { actions = { (each.value.route.action) = { count = [{ numeric = [">", 0] }] } } }
  })
}

resource "aws_cloudwatch_event_target" "queue" {
  for_each       = local.routed_functions
  target_id      = each.value.queue
  rule           = aws_cloudwatch_event_rule.route[each.key].name
  event_bus_name = aws_cloudwatch_event_bus.routing.name
  arn            = aws_sqs_queue.main[each.key].arn

  dead_letter_config {
    arn = aws_sqs_queue.dead_letter[each.key].arn
  }

  retry_policy {
    maximum_retry_attempts       = 2
    maximum_event_age_in_seconds = 3600
  }

  depends_on = [aws_sqs_queue_policy.sender]
}

# Every decision leaves a line in the bus's log group, also one that no rule above matches. The
# resource policy that lets it is one for the account (terraform/account).
resource "aws_cloudwatch_event_rule" "log" {
  name           = "log-routing-${var.environment}"
  description    = "Every routing decision, for the log"
  event_bus_name = aws_cloudwatch_event_bus.routing.name
  event_pattern  = jsonencode({ source = [local.event_source] })
}

# A log group takes nothing but a timestamp and a message, and the message is text, in which
# EventBridge escapes nothing. So the router writes the decision's text itself, without a character
# that JSON or a template would read as its own: "action target destination rule reason; …".
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
resource "aws_cloudwatch_event_target" "log" {
  target_id      = "log"
  rule           = aws_cloudwatch_event_rule.log.name
  event_bus_name = aws_cloudwatch_event_bus.routing.name
  arn            = aws_cloudwatch_log_group.bus.arn

  dead_letter_config {
    arn = aws_sqs_queue.log_failures.arn
  }

  input_transformer {
    input_paths = {
      id        = "$.id"
      time      = "$.time"
      messageId = "$.detail.originalMessageId"
      log       = "$.detail.log"
    }

    input_template = <<-EOT
      {
        "timestamp": <time>,
        "message": "{\"id\":\"<id>\",\"time\":\"<time>\",\"messageId\":\"<messageId>\",\"log\":\"<log>\"}"
      }
    EOT
  }

  depends_on = [aws_sqs_queue_policy.sender]
}

# Decisions whose line could not be written: replay does not know their recipients.
resource "aws_sqs_queue" "log_failures" {
  name                      = "ses-log-routing-dlq-${var.environment}"
  message_retention_seconds = local.queue_retention_seconds
  sqs_managed_sse_enabled   = true
}
