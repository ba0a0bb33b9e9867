# The README names everything there is.

mock_provider "aws" {
  source = "./tests/aws"
}

mock_provider "aws" {
  alias  = "us_east_1"
  source = "./tests/aws"
}

variables {
  environment         = "prod"
  domain              = ["example.com"]
  package_dir         = "./tests/packages"
  enable_app_registry = true
  enable_canary_alarm = true
  canary_mailbox      = "me@gmail.com"
  digest              = "daily"
  digest_mailbox      = "me@gmail.com"
  alarm_emails        = ["me@example.org"]
}

run "names" {
  command = apply

  assert {
    condition = [
      for name in flatten([
        values(aws_lambda_function.function)[*].function_name,
        values(aws_iam_role.function)[*].name,
        [aws_iam_role.pipe.name, aws_iam_role.runbook[0].name],
        values(aws_sqs_queue.main)[*].name,
        values(aws_sqs_queue.dead_letter)[*].name,
        [aws_sqs_queue.smtp_failures[0].name, aws_sqs_queue.log_failures.name],
        aws_sns_topic.alarms[*].name, aws_iam_role.canary[*].name, aws_scheduler_schedule.canary[*].name,
        aws_iam_role.digest_schedule[*].name, aws_scheduler_schedule.digest[*].name,
        [aws_sns_topic.received.name, aws_pipes_pipe.router.name, aws_cloudwatch_event_bus.routing.name, aws_dynamodb_table.routing.name],
        values(aws_cloudwatch_event_rule.route)[*].name,
        [aws_cloudwatch_event_rule.log.name],
        [aws_ssm_parameter.gmail_token.name, aws_ssm_parameter.deployment.name, aws_kms_alias.smtp[0].name],
        [aws_iam_policy.smtp_boundary[0].name],
        [aws_s3_bucket.email.bucket], aws_s3_bucket.mta_sts[*].bucket,
        values(aws_ses_receipt_rule.receive)[*].name, values(aws_ses_receipt_rule.receive)[*].rule_set_name,
        values(aws_cloudwatch_log_group.function)[*].name,
        [aws_cloudwatch_log_group.pipe.name, aws_cloudwatch_log_group.bus.name],
        values(aws_cloudwatch_metric_alarm.metric)[*].alarm_name,
        values(aws_cloudwatch_metric_alarm.sum)[*].alarm_name,
        aws_cloudwatch_metric_alarm.spam_rate[*].alarm_name,
        [aws_cloudwatch_dashboard.mail[0].dashboard_name],
        values(aws_cloudwatch_query_definition.saved)[*].name,
        [aws_ssm_document.redrive[0].name, aws_ssm_document.health[0].name],
        [aws_xray_sampling_rule.mail[0].rule_name, aws_xray_group.mail[0].group_name],
        [aws_resourcegroups_group.mail.name], aws_servicecatalogappregistry_application.mail[*].name,
      ]) : name
      if !strcontains(file("./README.md"), "`${replace(replace(name, "prod", "{environment}"), "123456789012", "{account}")}`")
    ] == []
    error_message = "README.md does not name everything; look at \"Names\"."
  }

  assert {
    condition     = alltrue([for widget in jsondecode(aws_cloudwatch_dashboard.mail[0].dashboard_body).widgets : strcontains(file("./README.md"), widget.properties.title)])
    error_message = "README.md does not name every widget."
  }

  assert {
    condition = [
      for record in output.dns_configuration_summary["example.com"] : "${record.name} ${record.type}"
      if !strcontains(file("./README.md"), "| `${replace(replace(replace(replace(record.name, "/token-[a-z]+/", "{token}"), "_check", "{check}"), "/^bounce/", "{mail_from_subdomain}"), "example.com", "{domain}")}` | ${record.type} |")
    ] == []
    error_message = "README.md does not name every DNS record; look at \"DNS records of a domain\"."
  }

  assert {
    condition = alltrue([
      for record in output.dns_configuration_summary["example.com"] : keys(record) == ["name", "purpose", "ttl", "type", "value"]
    ])
    error_message = "A DNS record does not have name, type, value, ttl and purpose."
  }

  assert {
    condition     = alltrue([for parameter in concat(keys(jsondecode(aws_ssm_document.redrive[0].content).parameters), keys(jsondecode(aws_ssm_document.health[0].content).parameters)) : strcontains(file("./README.md"), "`${parameter}`")])
    error_message = "README.md does not name every parameter of the runbooks."
  }
}
