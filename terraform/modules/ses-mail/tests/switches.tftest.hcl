# What each switch turns off, and what a deployment has without any.

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

run "defaults" {
  command = plan

  assert {
    condition = (
      contains(keys(aws_lambda_function.function), "smtp-credential-manager") && aws_dynamodb_table.routing.stream_enabled &&
      length(aws_kms_key.smtp) == 1 && length(aws_lambda_event_source_mapping.smtp) == 1 && length(aws_sqs_queue.smtp_failures) == 1
    )
    error_message = "SMTP credentials are not there by default."
  }

  assert {
    condition = (
      length(aws_xray_sampling_rule.mail) == 1 && length(aws_xray_group.mail) == 1 && aws_sns_topic.received.tracing_config == "Active" &&
      alltrue([for function in aws_lambda_function.function : one(function.tracing_config).mode == "Active"])
    )
    error_message = "Tracing is not on by default."
  }

  assert {
    condition     = length(aws_cloudwatch_dashboard.mail) == 1 && length(aws_ssm_document.redrive) == 1 && length(aws_ssm_document.health) == 1 && length(aws_iam_role.runbook) == 1
    error_message = "The dashboard or the runbooks are not there by default."
  }

  assert {
    condition = (
      length(aws_sns_topic.alarms) == 0 && length(aws_sns_topic_subscription.alarm_email) == 0 &&
      length(aws_scheduler_schedule.canary) == 0 && length(aws_iam_role.canary) == 0 && length(terraform_data.canary_token) == 0 &&
      !contains(keys(aws_lambda_function.function["router-enrichment"].environment[0].variables), "CANARY_ADDRESS")
    )
    error_message = "A topic for people or a canary is made unasked."
  }

  assert {
    condition = alltrue([
      for role in concat(values(aws_iam_role.function), [aws_iam_role.pipe], aws_iam_role.runbook) :
      role.path == "/" && role.permissions_boundary == null && endswith(role.name, "-prod")
    ])
    error_message = "A role has another path, boundary or name than documented."
  }

  assert {
    condition = (
      aws_cloudwatch_log_group.pipe.retention_in_days == 30 && aws_cloudwatch_log_group.bus.retention_in_days == 30 &&
      alltrue([for group in aws_cloudwatch_log_group.function : group.retention_in_days == 30]) &&
      one(aws_s3_bucket_lifecycle_configuration.email.rule[0].noncurrent_version_expiration).noncurrent_days == 90 &&
      !aws_s3_bucket.email.force_destroy
    )
    error_message = "Logs are not kept for 30 days, deleted mail not for 90, or the bucket would be destroyed with mail in it."
  }

  assert {
    condition = jsondecode(aws_ssm_parameter.deployment.insecure_value) == {
      email_bucket = "ses-mail-storage-123456789012-prod", alarms = "all", enable_canary_alarm = false, junk_delivery = "store", digest = "off"
      enable_smtp  = true, enable_tracing = true, enable_dashboard = true, enable_runbooks = true, publish_mx = true
    }
    error_message = "ses-mail reads other settings than the deployment has."
  }
}

run "small" {
  command = plan

  variables {
    enable_smtp      = false
    enable_tracing   = false
    enable_dashboard = false
    enable_runbooks  = false
    alarms           = "none"
    publish_mx       = false
  }

  assert {
    condition = (
      !contains(keys(aws_lambda_function.function), "smtp-credential-manager") && !aws_dynamodb_table.routing.stream_enabled &&
      length(aws_kms_key.smtp) + length(aws_kms_alias.smtp) + length(aws_lambda_event_source_mapping.smtp) + length(aws_sqs_queue.smtp_failures) == 0 &&
      output.smtp_credentials_key == null
    )
    error_message = "Something of SMTP credentials stays without enable_smtp."
  }

  assert {
    condition = alltrue([
      for map in [aws_iam_role.function, aws_iam_role_policy.function, aws_cloudwatch_log_group.function] :
      join(" ", keys(map)) == "bouncer gmail-forwarder router-enrichment"
    ])
    error_message = "A role or a log group stays without its function, or another is gone."
  }

  assert {
    condition = (
      length(aws_xray_sampling_rule.mail) + length(aws_xray_group.mail) == 0 && aws_sns_topic.received.tracing_config == "PassThrough" &&
      alltrue([for function in aws_lambda_function.function : one(function.tracing_config).mode == "PassThrough"])
    )
    error_message = "Something is traced without enable_tracing."
  }

  assert {
    condition     = length(aws_cloudwatch_dashboard.mail) == 0 && output.dashboard_url == null
    error_message = "The dashboard stays without enable_dashboard."
  }

  assert {
    condition     = length(aws_ssm_document.redrive) + length(aws_ssm_document.health) + length(aws_iam_role.runbook) + length(aws_iam_role_policy.runbook) == 0 && output.runbooks.redrive == null
    error_message = "Something of the runbooks stays without enable_runbooks."
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.metric) + length(aws_cloudwatch_metric_alarm.sum) + length(aws_cloudwatch_metric_alarm.spam_rate) == 0
    error_message = "An alarm stays with alarms = \"none\"."
  }

  assert {
    condition = (
      [for record in output.dns_configuration_summary["example.com"] : record.name if record.type == "MX"] == ["bounce.example.com"] &&
      length([for change in output.route53_change_batches["example.com"].Changes : change if change.ResourceRecordSet.Type == "MX"]) == 1
    )
    error_message = "The MX of the domain is published without publish_mx, or that of MAIL FROM is not."
  }

  assert {
    condition = jsondecode(aws_ssm_parameter.deployment.insecure_value) == {
      email_bucket = "ses-mail-storage-123456789012-prod", alarms = "none", enable_canary_alarm = false, junk_delivery = "store", digest = "off"
      enable_smtp  = false, enable_tracing = false, enable_dashboard = false, enable_runbooks = false, publish_mx = false
    }
    error_message = "ses-mail reads other settings than the deployment has."
  }
}

run "essential_alarms" {
  command = plan

  variables {
    alarms              = "essential"
    canary_mailbox      = "me@gmail.com"
    enable_canary_alarm = true
  }

  assert {
    condition = (
      length(aws_cloudwatch_metric_alarm.metric) <= 10 && length(aws_cloudwatch_metric_alarm.metric) >= 8 &&
      length(aws_cloudwatch_metric_alarm.sum) + length(aws_cloudwatch_metric_alarm.spam_rate) == 0
    )
    error_message = "The essential alarms have more metrics than the ten that are free."
  }

  assert {
    condition     = length(setsubtract(local.essential_alarms, keys(aws_cloudwatch_metric_alarm.metric))) == 0
    error_message = "An essential alarm is not made."
  }

  assert {
    condition     = contains(keys(aws_cloudwatch_metric_alarm.metric), "ses-mail-gmail-token-invalid")
    error_message = "A consent that Google does not accept rings no alarm."
  }
}

run "alarm_emails" {
  command = apply

  variables {
    alarm_emails = ["me@example.org", "you@example.net"]
  }

  assert {
    condition = (
      aws_sns_topic.alarms[0].name == "ses-mail-alarms-prod" &&
      { for address, each in aws_sns_topic_subscription.alarm_email : address => each.protocol } == { "me@example.org" = "email", "you@example.net" = "email" } &&
      alltrue([for alarm in concat(values(aws_cloudwatch_metric_alarm.metric), values(aws_cloudwatch_metric_alarm.sum)) : alarm.alarm_actions == toset([aws_sns_topic.alarms[0].arn])])
    )
    error_message = "An alarm does not reach the people that it is for."
  }
}

run "alarm_emails_on_a_given_topic" {
  command = plan

  variables {
    alarm_emails            = ["me@example.org"]
    alarm_sns_topic_arn     = "arn:aws:sns:ap-southeast-2:123456789012:alarms"
    enable_recovery_notices = false
  }

  assert {
    condition = alltrue([
      for alarm in concat(values(aws_cloudwatch_metric_alarm.metric), values(aws_cloudwatch_metric_alarm.sum), aws_cloudwatch_metric_alarm.spam_rate) :
      alarm.alarm_actions == toset([var.alarm_sns_topic_arn]) && length(coalesce(alarm.ok_actions, [])) == 0
    ])
    error_message = "An alarm notifies its end without enable_recovery_notices."
  }

  assert {
    condition     = length(aws_sns_topic.alarms) == 0 && aws_sns_topic_subscription.alarm_email["me@example.org"].topic_arn == "arn:aws:sns:ap-southeast-2:123456789012:alarms"
    error_message = "The given topic does not get the subscription."
  }
}

run "canary" {
  command = apply

  variables {
    canary_mailbox = "me@gmail.com"
  }

  assert {
    condition     = aws_scheduler_schedule.canary[0].schedule_expression == "rate(6 hours)" && aws_scheduler_schedule.canary[0].target[0].arn == "arn:aws:scheduler:::aws-sdk:sesv2:sendEmail"
    error_message = "The canary is not sent every six hours by SES."
  }

  assert {
    condition = nonsensitive((
      jsondecode(aws_scheduler_schedule.canary[0].target[0].input) == {
        FromEmailAddress = "canary@example.com"
        Destination      = { ToAddresses = ["canary-${terraform_data.canary_address[0].output}@example.com"] }
        Content = {
          Simple = {
            Subject = { Data = "ses-mail canary" }
            Body    = { Text = { Data = "Sent by the deployment prod to see that mail arrives." } }
            Headers = [{ Name = "X-Ses-Mail-Canary", Value = terraform_data.canary_token[0].output }]
          }
        }
      }
    ))
    error_message = "The canary is not the mail that the router knows."
  }

  assert {
    condition = nonsensitive((
      aws_lambda_function.function["router-enrichment"].environment[0].variables["CANARY_ADDRESS"] == "canary-${terraform_data.canary_address[0].output}@example.com" &&
      aws_lambda_function.function["router-enrichment"].environment[0].variables["CANARY_TOKEN"] == terraform_data.canary_token[0].output &&
      aws_lambda_function.function["router-enrichment"].environment[0].variables["CANARY_MAILBOX"] == "me@gmail.com"
    ))
    error_message = "The router does not know the canary."
  }

  assert {
    condition     = !contains(keys(aws_cloudwatch_metric_alarm.metric), "ses-mail-canary-missing")
    error_message = "The alarm rings before the first canary has arrived."
  }
}

run "watched_canary" {
  command = plan

  variables {
    canary_mailbox      = "me@gmail.com"
    canary_hours        = 1
    enable_canary_alarm = true
  }

  assert {
    condition = (
      aws_scheduler_schedule.canary[0].schedule_expression == "rate(1 hour)" &&
      aws_cloudwatch_metric_alarm.metric["ses-mail-canary-missing"].evaluation_periods == 3 &&
      aws_cloudwatch_metric_alarm.metric["ses-mail-canary-missing"].period == 3600 &&
      aws_cloudwatch_metric_alarm.metric["ses-mail-canary-missing"].threshold == 1 &&
      aws_cloudwatch_metric_alarm.metric["ses-mail-canary-missing"].comparison_operator == "LessThanThreshold" &&
      aws_cloudwatch_metric_alarm.metric["ses-mail-canary-missing"].treat_missing_data == "breaching"
    )
    error_message = "Two canaries that are missing in a row ring no alarm."
  }
}

run "names_and_roles_of_a_company" {
  command = plan

  variables {
    name_suffix          = "-eu"
    iam_path             = "/mail/"
    permissions_boundary = "arn:aws:iam::123456789012:policy/boundary"
    canary_mailbox       = "me@gmail.com"
  }

  assert {
    condition = alltrue([
      for role in concat(values(aws_iam_role.function), [aws_iam_role.pipe], aws_iam_role.runbook, aws_iam_role.canary) :
      role.path == "/mail/" && role.permissions_boundary == "arn:aws:iam::123456789012:policy/boundary" && endswith(role.name, "-prod-eu")
    ])
    error_message = "A role has not the path, the boundary or the suffix."
  }

  assert {
    condition     = aws_s3_bucket.email.bucket == "ses-mail-storage-123456789012-prod-eu" && aws_s3_bucket.mta_sts[0].bucket == "ses-mail-mta-sts-123456789012-prod-eu"
    error_message = "Two regions of one account would want the same bucket."
  }

  assert {
    condition     = aws_lambda_function.function["gmail-forwarder"].environment[0].variables["EMAIL_BUCKET"] == "ses-mail-storage-123456789012-prod-eu"
    error_message = "The forwarder looks for mail in another bucket."
  }

  assert {
    condition     = jsondecode(aws_ssm_parameter.deployment.insecure_value).email_bucket == "ses-mail-storage-123456789012-prod-eu"
    error_message = "ses-mail looks for mail in another bucket."
  }
}

run "kept_for_other_times" {
  command = plan

  variables {
    log_retention_days      = 7
    noncurrent_version_days = 3
    bucket_force_destroy    = true
  }

  assert {
    condition = (
      aws_cloudwatch_log_group.pipe.retention_in_days == 7 && aws_cloudwatch_log_group.bus.retention_in_days == 7 &&
      alltrue([for group in aws_cloudwatch_log_group.function : group.retention_in_days == 7]) &&
      one(aws_s3_bucket_lifecycle_configuration.email.rule[0].noncurrent_version_expiration).noncurrent_days == 3 &&
      one(aws_s3_bucket_lifecycle_configuration.email.rule[0].expiration).days == 90 && aws_s3_bucket.email.force_destroy
    )
    error_message = "Logs, deleted mail or the bucket do not follow their settings."
  }
}

run "packages_in_s3" {
  command = plan

  variables {
    package_dir = "./tests/nowhere"
    packages    = { bucket = "packages-of-ours", prefix = "ses-mail/1.2.0/" }
  }

  assert {
    condition = alltrue([
      for name, function in aws_lambda_function.function :
      function.filename == null && function.s3_bucket == "packages-of-ours" && function.s3_key == "ses-mail/1.2.0/${name}.zip"
    ])
    error_message = "A function is not made of the package in S3."
  }
}

run "wrong_values" {
  command = plan

  variables {
    log_retention_days      = 31
    noncurrent_version_days = 0
    name_suffix             = "eu"
    iam_path                = "mail"
    permissions_boundary    = "boundary"
    alarms                  = "some"
    alarm_emails            = ["me"]
    canary_hours            = 6
  }

  expect_failures = [
    var.log_retention_days, var.noncurrent_version_days, var.name_suffix, var.iam_path,
    var.permissions_boundary, var.alarms, var.alarm_emails, var.canary_hours,
  ]
}

run "subscription_dead_letters" {
  command = apply

  assert {
    condition = (
      jsondecode(aws_sns_topic_subscription.input.redrive_policy).deadLetterTargetArn == aws_sqs_queue.dead_letter["router-enrichment"].arn &&
      one(flatten([for statement in data.aws_iam_policy_document.queue_sender["router-enrichment-dlq"].statement : [for principal in statement.principals : tolist(principal.identifiers)[0]]])) == "sns.amazonaws.com"
    )
    error_message = "What SNS could not deliver is discarded."
  }

  assert {
    condition     = one(aws_cloudwatch_event_target.log.dead_letter_config).arn == aws_sqs_queue.log_failures.arn
    error_message = "A decision whose line could not be written is discarded."
  }
}
