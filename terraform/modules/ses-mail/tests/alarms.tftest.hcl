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

run "dead_letters" {
  command = plan

  assert {
    condition = {
      for key, alarm in aws_cloudwatch_metric_alarm.dead_letter : alarm.alarm_name => alarm.dimensions["QueueName"]
      } == {
      ses-email-input-dlq-messages-prod                  = "ses-email-input-dlq-prod"
      ses-gmail-forwarder-dlq-messages-prod              = "ses-gmail-forwarder-dlq-prod"
      ses-bouncer-dlq-messages-prod                      = "ses-bouncer-dlq-prod"
      ses-mail-smtp-credential-manager-dlq-messages-prod = "ses-mail-smtp-credential-manager-dlq-prod"
    }
    error_message = "A dead-letter queue has no alarm of its documented name."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.dead_letter : alarm.alarm_actions == null || length(alarm.alarm_actions) == 0])
    error_message = "Without alarm_sns_topic_arn an alarm tells somebody."
  }
}

run "told" {
  command = plan

  variables {
    alarm_sns_topic_arn = "arn:aws:sns:ap-southeast-2:123456789012:alarms"
  }

  assert {
    condition = alltrue([
      for alarm in aws_cloudwatch_metric_alarm.dead_letter :
      alarm.alarm_actions == toset([var.alarm_sns_topic_arn]) && alarm.ok_actions == toset([var.alarm_sns_topic_arn])
    ])
    error_message = "An alarm does not tell the topic when it rings and when it is over."
  }
}
