# One entry is one alarm, called `{key}-{environment}`. Each notifies the topic when it rings, and
# when it is over. What each means and what to do about it is in OPERATIONS.md.
#
# No alarm watches Lambda's Throttles: the message of a throttled call waits in its queue, and the
# alarms on queue age and dead letters ring for those that wait too long.

locals {
  alarm_actions = var.alarm_sns_topic_arn != "" ? [var.alarm_sns_topic_arn] : aws_sns_topic.alarms[*].arn

  recovery_actions = var.enable_recovery_notices ? local.alarm_actions : []

  # What whoever is woken does first, and by when. The table on top of OPERATIONS.md says the same.
  first_steps = {
    ses-mail-lookup-failed  = { when = var.lookup_failed_action == "store" ? "today" : "now", command = "logs router-enrichment --errors --since 24h" }
    ses-mail-canary-missing = { when = "now", command = "doctor" }

    ses-email-input-dlq-messages                  = { when = "today", command = "logs router-enrichment --errors --since 24h" }
    ses-gmail-forwarder-dlq-messages              = { when = "today", command = "logs gmail-forwarder --errors --since 24h" }
    ses-mail-gmail-token-invalid                  = { when = "today", command = "gmail status" }
    ses-mail-notifications-failed                 = { when = "today", command = "queues peek input" }
    ses-email-input-queue-age                     = { when = "today", command = "pipeline show" }
    ses-gmail-forwarder-queue-age                 = { when = "today", command = "logs gmail-forwarder --errors" }
    ses-mail-lambda-errors                        = { when = "today", command = "logs --errors" }
    ses-mail-lambda-router-errors                 = { when = "today", command = "logs router-enrichment --errors" }
    ses-mail-lambda-gmail-forwarder-errors        = { when = "today", command = "logs gmail-forwarder --errors" }
    eventbridge-pipes-failures                    = { when = "today", command = "pipeline show" }
    eventbridge-gmail-failures                    = { when = "today", command = "pipeline show" }
    ses-mail-smtp-credential-failures             = { when = "today", command = "logs smtp-credential-manager --errors" }
    ses-mail-smtp-credential-manager-dlq-messages = { when = "today", command = "smtp reconcile" }
    ses-mail-bounce-rate                          = { when = "today", command = "smtp list" }
    ses-mail-complaint-rate                       = { when = "today", command = "smtp list" }

    ses-bouncer-dlq-messages       = { when = "this week", command = "logs bouncer --errors --since 24h" }
    ses-bouncer-queue-age          = { when = "this week", command = "logs bouncer --errors" }
    ses-mail-lambda-bouncer-errors = { when = "this week", command = "logs bouncer --errors" }
    ses-mail-lambda-digest-errors  = { when = "this week", command = "logs digest --errors --since 24h" }
    eventbridge-bouncer-failures   = { when = "this week", command = "pipeline show" }
    eventbridge-log-failures       = { when = "this week", command = "pipeline show" }
    ses-mail-gmail-forward-refused = { when = "this week", command = "mail list --refused" }
    ses-mail-high-email-volume     = { when = "this week", command = "metrics EmailsAccepted" }
    ses-mail-high-spam-rate        = { when = "this week", command = "mail list --junk" }
  }
  first_step_texts = {
    for key, step in local.first_steps : key =>
    "When: ${step.when}. First: ses-mail ${step.command} --env ${var.environment}. Then: OPERATIONS.md, ${key}."
  }

  # At most ten metrics: mail that waits, that was given up, or that never arrived.
  essential_alarms = [
    "ses-email-input-dlq-messages", "ses-gmail-forwarder-dlq-messages", "ses-bouncer-dlq-messages",
    "ses-mail-smtp-credential-manager-dlq-messages",
    "ses-email-input-queue-age", "ses-gmail-forwarder-queue-age",
    "ses-mail-gmail-token-invalid", "ses-mail-lookup-failed",
    "ses-mail-notifications-failed", "ses-mail-canary-missing",
  ]

  # A message in a dead-letter queue: somebody has to look. SQS stops counting the messages of a
  # queue that nobody uses for six hours, and then the alarm must not say that they are gone.
  # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/monitoring-using-cloudwatch.html
  dead_letter_alarms = merge(
    {
      for name, function in local.queued_functions : "${function.queue}-dlq-messages" => {
        description = "${name} could not handle a message in ${function.max_receives} tries; it waits in the dead-letter queue for 14 days."
        namespace   = "AWS/SQS"
        metric_name = "ApproximateNumberOfMessagesVisible"
        dimensions  = { QueueName = aws_sqs_queue.dead_letter[name].name }
        statistic   = "Maximum"
        threshold   = 0
        missing     = "ignore"
      }
    },
    {
      for queue in aws_sqs_queue.smtp_failures : "ses-mail-smtp-credential-manager-dlq-messages" => {
        description = "A change of an SMTP credential was given up: rows and IAM may disagree."
        namespace   = "AWS/SQS"
        metric_name = "ApproximateNumberOfMessagesVisible"
        dimensions  = { QueueName = queue.name }
        statistic   = "Maximum"
        threshold   = 0
        missing     = "ignore"
      }
    },
  )

  # A message that has waited for two tries of the forwarder (12 minutes each) has waited through
  # more than a short failure of Gmail. For the other functions five minutes are enough.
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
        description    = "Google does not accept a refresh token any more: consent has to be given again. Mail waits."
        metric_name    = "GmailTokenInvalid"
        threshold      = 0
        period_seconds = 900
      }
      # One mail is its sender's matter, and its mailbox has a notice; five in an hour are ours.
      ses-mail-gmail-forward-refused = {
        description    = "Gmail refused at least five mails for good within an hour. They stay in S3, and each mailbox has a notice."
        metric_name    = "GmailForwardRefused"
        comparison     = "GreaterThanOrEqualToThreshold"
        threshold      = 5
        period_seconds = 3600
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

  # SES counts the actions of a rule that failed (PublishFailure, PublishExpired). AWS lists these
  # counts under "Rule Metrics" and does not name their dimension; an alarm on a guessed one would
  # never ring, so there is none. The canary notices such a failure.
  # https://docs.aws.amazon.com/ses/latest/dg/receiving-email-metrics.html
  way_in_alarms = {
    ses-mail-notifications-failed = {
      description = "SNS could not hand a notification of a mail to the input queue; it is in the dead-letter queue, or the mail is in the bucket only."
      namespace   = "AWS/SNS"
      metric_name = "NumberOfNotificationsFailed"
      dimensions  = { TopicName = aws_sns_topic.received.name }
      statistic   = "Sum"
      threshold   = 0
    }
  }

  # SES reviews an account at 5 % bounces and 0.1 % complaints. The metrics are the account's, and
  # come only when mail is sent.
  reputation_alarms = {
    for key, rate in {
      bounce    = { metric_name = "Reputation.BounceRate", threshold = 0.05, name = "bounces" }
      complaint = { metric_name = "Reputation.ComplaintRate", threshold = 0.001, name = "complaints" }
      } : "ses-mail-${key}-rate" => {
      description    = "The account's rate of ${rate.name} is above ${rate.threshold * 100} %: SES may stop its sending."
      namespace      = "AWS/SES"
      metric_name    = rate.metric_name
      dimensions     = {}
      statistic      = "Maximum"
      threshold      = rate.threshold
      period_seconds = 3600
      missing        = "ignore"
    }
  }

  every_metric_alarm = merge(
    local.dead_letter_alarms,
    local.way_in_alarms,
    local.reputation_alarms,
    local.canary_alarms,
    local.queue_age_alarms,
    local.lambda_error_alarms,
    local.digest_alarms,
    {
      for key, alarm in local.own_metric_alarms : key => merge(alarm, {
        namespace  = local.own_metric_namespace
        dimensions = {}
        statistic  = "Sum"
      })
    },
  )

  metric_alarms = {
    for key, alarm in local.every_metric_alarm : key => alarm
    if var.alarms == "all" || var.alarms == "essential" && contains(local.essential_alarms, key)
  }
}

resource "aws_cloudwatch_metric_alarm" "metric" {
  for_each            = local.metric_alarms
  alarm_name          = "${each.key}-${var.environment}"
  alarm_description   = "${each.value.description} ${local.first_step_texts[each.key]}"
  namespace           = each.value.namespace
  metric_name         = each.value.metric_name
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  period              = try(each.value.period_seconds, 300)
  evaluation_periods  = try(each.value.periods, 1)
  comparison_operator = try(each.value.comparison, "GreaterThanThreshold")
  threshold           = each.value.threshold
  treat_missing_data  = try(each.value.missing, "notBreaching")
  alarm_actions       = local.alarm_actions
  ok_actions          = local.recovery_actions
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
      # A failed try is repeated at once, and most repetitions succeed; failures in three periods in
      # a row do not end by themselves. No other alarm rings before the record is given up, twelve
      # hours later.
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
        gmail   = { rule = aws_cloudwatch_event_rule.route["gmail-forwarder"].name, to = "the queue of gmail-forwarder", label = "EventBridgeGmailRuleFailures" }
        bouncer = { rule = aws_cloudwatch_event_rule.route["bouncer"].name, to = "the queue of bouncer", label = "EventBridgeBouncerRuleFailures" }
        log     = { rule = aws_cloudwatch_event_rule.log.name, to = "its log", label = "EventBridgeLogRuleFailures" }
        } : "eventbridge-${key}-failures" => {
        description = "The bus could not deliver a decision to ${route.to}."
        label       = route.label
        threshold   = 0
        periods     = 1
        namespace   = "AWS/Events"
        metrics = [
          for name in ["FailedInvocations", "InvocationsSentToDlq"] : {
            name = name
            dimensions = {
              EventBusName = aws_cloudwatch_event_bus.routing.name
              RuleName     = route.rule
            }
          }
        ]
      }
    },
  )
}

resource "aws_cloudwatch_metric_alarm" "sum" {
  for_each            = { for key, alarm in local.sum_alarms : key => alarm if var.alarms == "all" && (var.enable_smtp || key != "ses-mail-smtp-credential-failures") }
  alarm_name          = "${each.key}-${var.environment}"
  alarm_description   = "${each.value.description} ${local.first_step_texts[each.key]}"
  evaluation_periods  = each.value.periods
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.recovery_actions

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

# Among fewer than ten mails, a single one is more than a tenth: that is no flood of spam.
resource "aws_cloudwatch_metric_alarm" "spam_rate" {
  count               = var.alarms == "all" && var.alarm_spam_percent > 0 ? 1 : 0
  alarm_name          = "ses-mail-high-spam-rate-${var.environment}"
  alarm_description   = "More than ${var.alarm_spam_percent} % of at least ten mails in five minutes were spam. ${local.first_step_texts["ses-mail-high-spam-rate"]}"
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.alarm_spam_percent
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.recovery_actions

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

# Where the alarms go when no topic is given: to people, once they have confirmed.
resource "aws_sns_topic" "alarms" {
  count = var.alarm_sns_topic_arn == "" && length(var.alarm_emails) > 0 ? 1 : 0
  name  = "ses-mail-alarms-${var.environment}"
}

resource "aws_sns_topic_subscription" "alarm_email" {
  for_each  = toset(var.alarm_emails)
  topic_arn = one(local.alarm_actions)
  protocol  = "email"
  endpoint  = each.key
}
