# Alarms: their names, what they watch, whom they tell.

mock_provider "aws" {
  source = "./tests/aws"
}

mock_provider "aws" {
  alias  = "us_east_1"
  source = "./tests/aws"
}

variables {
  environment = "prod"
  domain      = ["example.com"]
  package_dir = "./tests/packages"
}

run "watched" {
  command = apply

  # namespace, metric, dimensions, threshold
  assert {
    condition = {
      for alarm in aws_cloudwatch_metric_alarm.metric : alarm.alarm_name =>
      join(" ", concat([alarm.namespace, alarm.metric_name], values(alarm.dimensions == null ? {} : alarm.dimensions), ["> ${alarm.threshold}"]))
      } == {
      ses-email-input-dlq-messages-prod                  = "AWS/SQS ApproximateNumberOfMessagesVisible ses-email-input-dlq-prod > 0"
      ses-gmail-forwarder-dlq-messages-prod              = "AWS/SQS ApproximateNumberOfMessagesVisible ses-gmail-forwarder-dlq-prod > 0"
      ses-bouncer-dlq-messages-prod                      = "AWS/SQS ApproximateNumberOfMessagesVisible ses-bouncer-dlq-prod > 0"
      ses-mail-smtp-credential-manager-dlq-messages-prod = "AWS/SQS ApproximateNumberOfMessagesVisible ses-mail-smtp-credential-manager-dlq-prod > 0"
      ses-email-input-queue-age-prod                     = "AWS/SQS ApproximateAgeOfOldestMessage ses-email-input-prod > 300"
      ses-gmail-forwarder-queue-age-prod                 = "AWS/SQS ApproximateAgeOfOldestMessage ses-gmail-forwarder-prod > 1440"
      ses-bouncer-queue-age-prod                         = "AWS/SQS ApproximateAgeOfOldestMessage ses-bouncer-prod > 300"
      ses-mail-lambda-router-errors-prod                 = "AWS/Lambda Errors ses-mail-router-enrichment-prod > 5"
      ses-mail-lambda-gmail-forwarder-errors-prod        = "AWS/Lambda Errors ses-mail-gmail-forwarder-prod > 5"
      ses-mail-lambda-bouncer-errors-prod                = "AWS/Lambda Errors ses-mail-bouncer-prod > 5"
      ses-mail-gmail-token-invalid-prod                  = "SESMail/prod GmailTokenInvalid > 0"
      ses-mail-gmail-forward-refused-prod                = "SESMail/prod GmailForwardRefused > 5"
      ses-mail-lookup-failed-prod                        = "SESMail/prod RouterEnrichmentFailure > 0"
      ses-mail-high-email-volume-prod                    = "SESMail/prod EmailsAccepted > 100"
      ses-mail-notifications-failed-prod                 = "AWS/SNS NumberOfNotificationsFailed ses-email-processing-prod > 0"
      ses-mail-bounce-rate-prod                          = "AWS/SES Reputation.BounceRate > 0.05"
      ses-mail-complaint-rate-prod                       = "AWS/SES Reputation.ComplaintRate > 0.001"
    }
    error_message = "An alarm has lost its name, or watches something else."
  }

  assert {
    condition = {
      for alarm in aws_cloudwatch_metric_alarm.sum : alarm.alarm_name => join(", ", sort(flatten([
        for query in alarm.metric_query : [
          for metric in query.metric : join(" ", concat([metric.namespace, metric.metric_name], values(metric.dimensions == null ? {} : metric.dimensions)))
        ]
      ])))
      } == {
      ses-mail-lambda-errors-prod            = "AWS/Lambda Errors ses-mail-bouncer-prod, AWS/Lambda Errors ses-mail-gmail-forwarder-prod, AWS/Lambda Errors ses-mail-router-enrichment-prod, AWS/Lambda Errors ses-mail-smtp-credential-manager-prod"
      ses-mail-smtp-credential-failures-prod = "SESMail/prod SMTPCredentialCreationFailures, SESMail/prod SMTPCredentialDeletionFailures"
      eventbridge-pipes-failures-prod        = "AWS/EventBridge/Pipes ExecutionFailed ses-email-router-prod, AWS/EventBridge/Pipes ExecutionTimeout ses-email-router-prod"
      eventbridge-gmail-failures-prod        = "AWS/Events FailedInvocations ses-email-routing-prod route-to-gmail-prod, AWS/Events InvocationsSentToDlq ses-email-routing-prod route-to-gmail-prod"
      eventbridge-log-failures-prod          = "AWS/Events FailedInvocations ses-email-routing-prod log-routing-prod, AWS/Events InvocationsSentToDlq ses-email-routing-prod log-routing-prod"
      eventbridge-bouncer-failures-prod      = "AWS/Events FailedInvocations ses-email-routing-prod route-to-bouncer-prod, AWS/Events InvocationsSentToDlq ses-email-routing-prod route-to-bouncer-prod"
    }
    error_message = "An alarm of several metrics has lost its name, or one of them."
  }

  assert {
    condition = alltrue([
      for alarm in concat(values(aws_cloudwatch_metric_alarm.metric), values(aws_cloudwatch_metric_alarm.sum), aws_cloudwatch_metric_alarm.spam_rate) :
      can(regex("When: (now|today|this week)\\. First: ses-mail [a-z].* --env prod\\. Then: OPERATIONS\\.md, ${trimsuffix(alarm.alarm_name, "-prod")}\\.$", alarm.alarm_description))
    ])
    error_message = "The message of an alarm does not say when to act, what to run first, and where to read on."
  }

  # Of a token that is not accepted each alarm tells at once, and the next try is 12 minutes away.
  assert {
    condition = {
      for key, alarm in aws_cloudwatch_metric_alarm.metric : key => [alarm.evaluation_periods, alarm.period] if alarm.evaluation_periods != 1 || alarm.period != 300
      } == {
      ses-mail-gmail-token-invalid   = [1, 900]
      ses-mail-gmail-forward-refused = [1, 3600]
      ses-mail-bounce-rate           = [1, 3600]
      ses-mail-complaint-rate        = [1, 3600]
    }
    error_message = "An alarm rings late, or is over between two tries."
  }

  # Five refusals in an hour ring, and not only six.
  assert {
    condition = {
      for key, alarm in aws_cloudwatch_metric_alarm.metric : key => [alarm.comparison_operator, alarm.statistic] if alarm.comparison_operator != "GreaterThanThreshold"
    } == { ses-mail-gmail-forward-refused = ["GreaterThanOrEqualToThreshold", "Sum"] }
    error_message = "The alarm on mail that Gmail refuses does not ring at the fifth."
  }

  # A try that fails is made again; only where that goes on it is worth waking somebody.
  assert {
    condition = {
      for key, alarm in aws_cloudwatch_metric_alarm.sum : key => alarm.evaluation_periods if alarm.evaluation_periods != 1
    } == { ses-mail-smtp-credential-failures = 3 }
    error_message = "Another alarm than that on SMTP credentials waits for more than one period."
  }

  assert {
    condition = [
      for key in ["eventbridge-bouncer-failures", "eventbridge-gmail-failures"] :
      join("", compact([for query in aws_cloudwatch_metric_alarm.sum[key].metric_query : query.label]))
    ] == ["EventBridgeBouncerRuleFailures", "EventBridgeGmailRuleFailures"]
    error_message = "A rule's failures are not shown by their documented name."
  }

  assert {
    condition = (
      one(aws_cloudwatch_metric_alarm.spam_rate).alarm_name == "ses-mail-high-spam-rate-prod" &&
      one(aws_cloudwatch_metric_alarm.spam_rate).threshold == 10 &&
      toset(flatten([for query in one(aws_cloudwatch_metric_alarm.spam_rate).metric_query : query.metric[*].metric_name])) == toset(["EmailsAccepted", "SpamDetected"])
    )
    error_message = "The spam alarm does not compare spam with all mail."
  }

  assert {
    condition = alltrue([
      for alarm in concat(values(aws_cloudwatch_metric_alarm.metric), values(aws_cloudwatch_metric_alarm.sum), aws_cloudwatch_metric_alarm.spam_rate) :
      (alarm.alarm_actions == null || length(alarm.alarm_actions) == 0) && alarm.treat_missing_data == (alarm.namespace == "AWS/SES" || strcontains(alarm.alarm_name, "-dlq-messages-") ? "ignore" : "notBreaching")
    ])
    error_message = "Without alarm_sns_topic_arn an alarm tells somebody, or silence rings one."
  }
}

run "told" {
  command = plan

  variables {
    alarm_sns_topic_arn = "arn:aws:sns:ap-southeast-2:123456789012:alarms"
  }

  assert {
    condition = alltrue([
      for alarm in concat(values(aws_cloudwatch_metric_alarm.metric), values(aws_cloudwatch_metric_alarm.sum), aws_cloudwatch_metric_alarm.spam_rate) :
      alarm.alarm_actions == toset([var.alarm_sns_topic_arn]) && alarm.ok_actions == toset([var.alarm_sns_topic_arn])
    ])
    error_message = "An alarm does not tell the topic when it rings and when it is over."
  }
}

run "thresholds" {
  command = plan

  variables {
    alarm_email_volume = 5000
    alarm_spam_percent = 50
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.metric["ses-mail-high-email-volume"].threshold == 5000 && one(aws_cloudwatch_metric_alarm.spam_rate).threshold == 50
    error_message = "A threshold does not reach its alarm."
  }
}

run "without" {
  command = plan

  variables {
    alarm_email_volume = 0
    alarm_spam_percent = 0
  }

  assert {
    condition     = !contains(keys(aws_cloudwatch_metric_alarm.metric), "ses-mail-high-email-volume") && length(aws_cloudwatch_metric_alarm.spam_rate) == 0
    error_message = "An alarm that is switched off is still there."
  }
}
