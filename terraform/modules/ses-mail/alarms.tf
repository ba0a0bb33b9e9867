# Alarms that watch one metric each: an entry here is an alarm `{key}-{environment}`.

locals {
  alarm_actions = var.alarm_sns_topic_arn == "" ? [] : [var.alarm_sns_topic_arn]

  # A message in a dead-letter queue: somebody has to look.
  dead_letter_alarms = merge(
    {
      for name, function in local.queued_functions : "${function.queue}-dlq-messages" => {
        description = "${name} could not handle a message; it waits in the dead-letter queue."
        queue_name  = aws_sqs_queue.dead_letter[name].name
      }
    },
    {
      ses-mail-smtp-credential-manager-dlq-messages = {
        description = "A change of an SMTP credential was given up: rows and IAM may disagree."
        queue_name  = aws_sqs_queue.smtp_failures.name
      }
    },
  )
}

resource "aws_cloudwatch_metric_alarm" "dead_letter" {
  for_each            = local.dead_letter_alarms
  alarm_name          = "${each.key}-${var.environment}"
  alarm_description   = each.value.description
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = each.value.queue_name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
}
