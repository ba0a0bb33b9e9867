# The digest: nothing of it without the switch, and with it exactly what it needs.

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

run "off" {
  command = plan

  variables {
    digest_mailbox = "me@gmail.com"
    canary_mailbox = "me@gmail.com"
  }

  assert {
    condition = alltrue([
      for map in [aws_lambda_function.function, aws_iam_role.function, aws_iam_role_policy.function, aws_cloudwatch_log_group.function] :
      !contains(keys(map), "digest")
    ])
    error_message = "A function, role, policy or log group of the digest is made without it."
  }

  assert {
    condition = (
      length(aws_scheduler_schedule.digest) + length(aws_iam_role.digest_schedule) + length(aws_iam_role_policy.digest_schedule) == 0 &&
      !contains(keys(aws_cloudwatch_metric_alarm.metric), "ses-mail-lambda-digest-errors")
    )
    error_message = "A schedule, its role or an alarm of the digest is made without it."
  }

  assert {
    condition     = jsondecode(aws_ssm_parameter.deployment.insecure_value).digest == "off"
    error_message = "ses-mail looks for a digest that is not there."
  }
}

run "daily" {
  command = apply

  variables {
    digest         = "daily"
    digest_mailbox = "me@gmail.com"
  }

  assert {
    condition = (
      aws_scheduler_schedule.digest[0].name == "ses-mail-digest-prod" &&
      aws_scheduler_schedule.digest[0].schedule_expression == "cron(0 6 * * ? *)" &&
      aws_scheduler_schedule.digest[0].target[0].arn == aws_lambda_function.function["digest"].arn &&
      aws_scheduler_schedule.digest[0].target[0].role_arn == aws_iam_role.digest_schedule[0].arn &&
      aws_scheduler_schedule.digest[0].target[0].input == "{\"time\":\"<aws.scheduler.scheduled-time>\"}"
    )
    error_message = "The schedule does not call the digest each day with its time."
  }

  assert {
    condition = (
      aws_lambda_function.function["digest"].function_name == "ses-mail-digest-prod" &&
      aws_lambda_function.function["digest"].timeout == 120 && aws_lambda_function.function["digest"].memory_size == 128 &&
      aws_cloudwatch_log_group.function["digest"].name == "/aws/lambda/ses-mail-digest-prod" &&
      aws_iam_role.function["digest"].name == "ses-mail-digest-prod" && aws_iam_role.digest_schedule[0].name == "ses-mail-digest-schedule-prod"
    )
    error_message = "The digest has another name, time or memory than documented."
  }

  assert {
    condition = aws_lambda_function.function["digest"].environment[0].variables == tomap({
      CANARY_EXPECTED       = "false"
      DEAD_LETTER_QUEUES    = join(",", [for number in range(5) : "https://sqs.ap-southeast-2.amazonaws.com/123456789012/queue"])
      DIGEST_MAILBOX        = "me@gmail.com"
      DIGEST_PERIOD         = "daily"
      DYNAMODB_TABLE_NAME   = "ses-email-routing-prod"
      EMAIL_BUCKET          = "ses-mail-storage-123456789012-prod"
      ENVIRONMENT           = "prod"
      FORWARDER_LOG_GROUP   = "/aws/lambda/ses-mail-gmail-forwarder-prod"
      GMAIL_TOKEN_PARAMETER = "/ses-mail/prod/gmail-token"
      LEDGER_DAYS           = "120"
      ROUTING_LOG_GROUP     = "/aws/events/ses-email-routing-prod"
    })
    error_message = "The digest does not know where to look."
  }

  assert {
    condition = (
      length(aws_sqs_queue.main) == 3 && length(aws_lambda_event_source_mapping.queue) == 2 &&
      !contains(keys(aws_sqs_queue.dead_letter), "digest")
    )
    error_message = "The digest, which a schedule calls, has a queue."
  }

  assert {
    condition = [
      aws_cloudwatch_metric_alarm.metric["ses-mail-lambda-digest-errors"].threshold,
      aws_cloudwatch_metric_alarm.metric["ses-mail-lambda-digest-errors"].period,
      aws_cloudwatch_metric_alarm.metric["ses-mail-lambda-digest-errors"].dimensions.FunctionName,
    ] == [2, 3600, "ses-mail-digest-prod"]
    error_message = "No alarm rings when all three tries have failed."
  }

  assert {
    condition     = jsondecode(aws_ssm_parameter.deployment.insecure_value).digest == "daily"
    error_message = "ses-mail does not know that there is a digest."
  }
}

run "rights" {
  command = apply

  variables {
    digest         = "daily"
    digest_mailbox = "me@gmail.com"
  }

  override_data {
    target = data.aws_iam_policy_document.stored_mail
    values = { json = "{\"Sid\":\"StoredMail\"}" }
  }
  override_data {
    target = data.aws_iam_policy_document.mailbox_tokens
    values = { json = "{\"Sid\":\"Tokens\"}" }
  }

  assert {
    condition = {
      for statement in data.aws_iam_policy_document.digest.statement : statement.sid => join(" ", concat(
        sort(statement.actions), distinct(sort(statement.resources)),
        flatten([for condition in statement.condition : concat([condition.test, condition.variable], condition.values)]),
      ))
      } == {
      KeepDigestLedger         = "dynamodb:PutItem ${aws_dynamodb_table.routing.arn} ForAllValues:StringLike dynamodb:LeadingKeys DIGEST#*"
      ReadDecisionsAndRefusals = "logs:FilterLogEvents arn:aws:logs:ap-southeast-2:123456789012:log-group:group:*"
      CountDeadLetters         = "sqs:GetQueueAttributes arn:aws:sqs:ap-southeast-2:123456789012:queue"
      SeeAlarms                = "cloudwatch:DescribeAlarms arn:aws:cloudwatch:ap-southeast-2:123456789012:alarm:*"
    }
    error_message = "The digest may do other than look, and keep its own ledger."
  }

  assert {
    condition = (
      data.aws_iam_policy_document.digest.source_policy_documents == tolist([
        data.aws_iam_policy_document.stored_mail.json, data.aws_iam_policy_document.mailbox_tokens.json,
      ]) &&
      toset(flatten(data.aws_iam_policy_document.mailbox_tokens.statement[*].actions)) == toset(["ssm:GetParameter", "ssm:PutParameter"])
    )
    error_message = "The digest may not read stored mail or its token, or may do more."
  }

  assert {
    condition = [
      for statement in data.aws_iam_policy_document.digest_schedule.statement : join(" ", concat(tolist(statement.actions), tolist(statement.resources)))
    ] == ["lambda:InvokeFunction arn:aws:lambda:ap-southeast-2:123456789012:function:ses-mail-digest-prod"]
    error_message = "The schedule may do other than call the digest."
  }
}

run "weekly" {
  command = plan

  variables {
    digest               = "weekly"
    digest_mailbox       = "me@gmail.com"
    canary_mailbox       = "me@gmail.com"
    canary_hours         = 48
    enable_tracing       = false
    alarms               = "essential"
    name_suffix          = "-eu"
    iam_path             = "/mail/"
    permissions_boundary = "arn:aws:iam::123456789012:policy/boundary"
  }

  assert {
    condition     = aws_scheduler_schedule.digest[0].schedule_expression == "cron(0 6 ? * MON *)"
    error_message = "The digest does not come once a week."
  }

  assert {
    condition = [
      for role in [aws_iam_role.function["digest"], aws_iam_role.digest_schedule[0]] : "${role.name} ${role.path} ${role.permissions_boundary}"
      ] == [
      "ses-mail-digest-prod-eu /mail/ arn:aws:iam::123456789012:policy/boundary",
      "ses-mail-digest-schedule-prod-eu /mail/ arn:aws:iam::123456789012:policy/boundary",
    ]
    error_message = "A role of the digest has another name, path or boundary than the others."
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.metric) <= 10 && !contains(keys(aws_cloudwatch_metric_alarm.metric), "ses-mail-lambda-digest-errors")
    error_message = "The alarm of the digest is not essential, and costs."
  }

  assert {
    condition     = local.digest_environment.CANARY_EXPECTED
    error_message = "A week without a canary is not noticed."
  }
}

run "canary_too_rare_for_a_day" {
  command = plan

  variables {
    digest         = "daily"
    digest_mailbox = "me@gmail.com"
    canary_mailbox = "me@gmail.com"
    canary_hours   = 13
  }

  assert {
    condition     = !local.digest_environment.CANARY_EXPECTED
    error_message = "A day between two canaries is taken for a fault."
  }
}

run "another_period" {
  command = plan
  variables {
    digest         = "hourly"
    digest_mailbox = "me@gmail.com"
  }
  expect_failures = [var.digest]
}

run "without_mailbox" {
  command = plan
  variables {
    digest = "daily"
  }
  expect_failures = [var.digest_mailbox]
}

run "mailbox_that_is_none" {
  command = plan
  variables {
    digest         = "daily"
    digest_mailbox = "me"
  }
  expect_failures = [var.digest_mailbox]
}
