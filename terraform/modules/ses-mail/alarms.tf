# One entry is one alarm, called `{key}-{environment}`. Each tells the topic when it rings and when
# it is over. What each means and what to do about it is in OPERATIONS.md.

locals {
  alarm_actions = var.alarm_sns_topic_arn == "" ? [] : [var.alarm_sns_topic_arn]

  # A message in a dead-letter queue: somebody has to look.
  dead_letter_alarms = merge(
    {
      for name, function in local.queued_functions : "${function.queue}-dlq-messages" => {
        description = "${name} could not handle a message; it waits in the dead-letter queue."
        namespace   = "AWS/SQS"
        metric_name = "ApproximateNumberOfMessagesVisible"
        dimensions  = { QueueName = aws_sqs_queue.dead_letter[name].name }
        statistic   = "Maximum"
        threshold   = 0
      }
    },
    {
      ses-mail-smtp-credential-manager-dlq-messages = {
        description = "A change of an SMTP credential was given up: rows and IAM may disagree."
        namespace   = "AWS/SQS"
        metric_name = "ApproximateNumberOfMessagesVisible"
        dimensions  = { QueueName = aws_sqs_queue.smtp_failures.name }
        statistic   = "Maximum"
        threshold   = 0
      }
    },
  )

  # A message that has waited for two tries of the forwarder (12 minutes each) waits for more than
  # a stumble of Gmail's; of the other functions five minutes are enough.
  queue_age_minutes = { for name, function in local.queued_functions : name => name == "gmail-forwarder" ? 24 : 5 }

  queue_age_alarms = {
    for name, function in local.queued_functions : "${function.queue}-queue-age" => {
      description = "The oldest message for ${name} has waited for more than ${local.queue_age_minutes[name]} minutes."
      namespace   = "AWS/SQS"
      metric_name = "ApproximateAgeOfOldestMessage"
      dimensions  = { QueueName = aws_sqs_queue.main[name].name }
      statistic   = "Maximum"
      threshold   = 60 * local.queue_age_minutes[name]
    }
  }

  lambda_error_alarms = {
    for key, name in {
      router          = "router-enrichment"
      gmail-forwarder = "gmail-forwarder"
      bouncer         = "bouncer"
      } : "ses-mail-lambda-${key}-errors" => {
      description = "${name} failed more than five times in five minutes."
      namespace   = "AWS/Lambda"
      metric_name = "Errors"
      dimensions  = { FunctionName = aws_lambda_function.function[name].function_name }
      statistic   = "Sum"
      threshold   = 5
    }
  }
}

# What the functions count themselves. They count without dimensions.
locals {
  own_metric_namespace = "SESMail/${var.environment}"

  own_metric_alarms = merge(
    {
      # A mail fails again after 12 minutes. The window slides (CloudWatch's default), so that a
      # longer one rings no later, and it does not end between two tries.
      # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation-window.html
      ses-mail-gmail-token-invalid = {
        description    = "Google does not accept a refresh token any more: consent has to be given again."
        metric_name    = "GmailTokenInvalid"
        threshold      = 0
        period_seconds = 900
      }
      # The metric counts the mails that took the fallback.
      ses-mail-lookup-failed = {
        description = "The rules could not be read in three tries, and a mail was ${var.lookup_failed_action == "store" ? "stored" : "bounced"} for it."
        metric_name = "RouterEnrichmentFailure"
        threshold   = 0
      }
    },
    var.alarm_email_volume == 0 ? {} : {
      ses-mail-high-email-volume = {
        description = "More than ${var.alarm_email_volume} mails in five minutes."
        metric_name = "EmailsAccepted"
        threshold   = var.alarm_email_volume
      }
    },
  )

  metric_alarms = merge(
    local.dead_letter_alarms,
    local.queue_age_alarms,
    local.lambda_error_alarms,
    {
      for key, alarm in local.own_metric_alarms : key => merge(alarm, {
        namespace  = local.own_metric_namespace
        dimensions = {}
        statistic  = "Sum"
      })
    },
  )
}

resource "aws_cloudwatch_metric_alarm" "metric" {
  for_each            = local.metric_alarms
  alarm_name          = "${each.key}-${var.environment}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric_name
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  period              = try(each.value.period_seconds, 300)
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
}

# Alarms that compare what several metrics come to. `label` is the name on the graph.
locals {
  sum_alarms = merge(
    {
      # Of all functions together, the credential manager's too.
      ses-mail-lambda-errors = {
        description = "The functions failed more than five times in five minutes, all together."
        label       = "LambdaErrors"
        threshold   = 5
        periods     = 1
        namespace   = "AWS/Lambda"
        metrics = [
          for function in aws_lambda_function.function : {
            name       = "Errors"
            dimensions = { FunctionName = function.function_name }
          }
        ]
      }
      # A try that fails is made again at once, and most mend themselves; in three periods in a row
      # one does not. Nothing else tells before the record is given up, twelve hours later.
      ses-mail-smtp-credential-failures = {
        description = "Changes of SMTP credentials have failed for a quarter of an hour."
        label       = "SMTPCredentialFailures"
        threshold   = 0
        periods     = 3
        namespace   = local.own_metric_namespace
        metrics = [
          for name in ["SMTPCredentialCreationFailures", "SMTPCredentialDeletionFailures"] : {
            name       = name
            dimensions = {}
          }
        ]
      }
      eventbridge-pipes-failures = {
        description = "The pipe got no decision from the router, or could not put it on the bus."
        label       = "EventBridgePipesFailures"
        threshold   = 0
        periods     = 1
        namespace   = "AWS/EventBridge/Pipes"
        metrics = [
          for name in ["ExecutionFailed", "ExecutionTimeout"] : {
            name       = name
            dimensions = { PipeName = aws_pipes_pipe.router.name }
          }
        ]
      }
    },
    {
      for key, route in {
        gmail   = { function = "gmail-forwarder", label = "EventBridgeGmailRuleFailures" }
        bouncer = { function = "bouncer", label = "EventBridgeBouncerRuleFailures" }
        } : "eventbridge-${key}-failures" => {
        description = "The bus could not deliver a decision to the queue of ${route.function}."
        label       = route.label
        threshold   = 0
        periods     = 1
        namespace   = "AWS/Events"
        metrics = [
          for name in ["FailedInvocations", "InvocationsSentToDlq"] : {
            name = name
            dimensions = {
              EventBusName = aws_cloudwatch_event_bus.routing.name
              RuleName     = aws_cloudwatch_event_rule.route[route.function].name
            }
          }
        ]
      }
    },
  )
}

resource "aws_cloudwatch_metric_alarm" "sum" {
  for_each            = local.sum_alarms
  alarm_name          = "${each.key}-${var.environment}"
  alarm_description   = each.value.description
  evaluation_periods  = each.value.periods
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions

  metric_query {
    id          = "total"
    expression  = "SUM(METRICS())"
    label       = each.value.label
    return_data = true
  }

  dynamic "metric_query" {
    for_each = each.value.metrics

    content {
      id = "m${metric_query.key}"

      metric {
        namespace   = each.value.namespace
        metric_name = metric_query.value.name
        dimensions  = metric_query.value.dimensions
        stat        = "Sum"
        period      = 300
      }
    }
  }
}

# Of fewer than ten mails one is a tenth already: that is no flood.
resource "aws_cloudwatch_metric_alarm" "spam_rate" {
  count               = var.alarm_spam_percent == 0 ? 0 : 1
  alarm_name          = "ses-mail-high-spam-rate-${var.environment}"
  alarm_description   = "More than ${var.alarm_spam_percent} % of at least ten mails in five minutes were spam."
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.alarm_spam_percent
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions

  metric_query {
    id          = "rate"
    expression  = "IF(accepted >= 10, 100 * spam / accepted, 0)"
    label       = "SpamRate"
    return_data = true
  }

  metric_query {
    id = "accepted"

    metric {
      namespace   = local.own_metric_namespace
      metric_name = "EmailsAccepted"
      stat        = "Sum"
      period      = 300
    }
  }

  metric_query {
    id = "spam"

    metric {
      namespace   = local.own_metric_namespace
      metric_name = "SpamDetected"
      stat        = "Sum"
      period      = 300
    }
  }
}
