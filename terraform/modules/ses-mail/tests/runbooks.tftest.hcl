# Runbooks, tracing, and the views of the whole.

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

run "runbooks" {
  command = apply

  assert {
    condition     = output.runbooks == { redrive = "SESMail-DLQ-Redrive-prod", health_check = "SESMail-Queue-HealthCheck-prod" }
    error_message = "A runbook has lost its documented name."
  }

  assert {
    condition = alltrue([
      for document in [aws_ssm_document.redrive[0], aws_ssm_document.health[0]] :
      jsondecode(document.content).schemaVersion == "0.3" && jsondecode(document.content).assumeRole == aws_iam_role.runbook[0].arn
    ])
    error_message = "A runbook does not run in its own role."
  }

  assert {
    condition = alltrue([
      for document in [aws_ssm_document.redrive[0], aws_ssm_document.health[0]] :
      !strcontains(jsondecode(document.content).mainSteps[0].inputs.Script, "{{")
    ])
    error_message = "A script has two braces in a row: Systems Manager takes them for a parameter."
  }

  assert {
    condition     = join(" ", sort(keys(jsondecode(aws_ssm_document.redrive[0].content).parameters))) == "DLQUrl MaxMessages SourceQueueUrl VelocityPerSecond"
    error_message = "The redrive runbook has lost a documented parameter."
  }

  assert {
    condition = (
      jsondecode(aws_ssm_document.redrive[0].content).parameters.MaxMessages.default == "0" &&
      jsondecode(aws_ssm_document.redrive[0].content).parameters.VelocityPerSecond.default == "10" &&
      length(regexall(jsondecode(aws_ssm_document.redrive[0].content).parameters.DLQUrl.allowedPattern, "https://sqs.ap-southeast-2.amazonaws.com/123456789012/ses-gmail-forwarder-dlq-prod")) == 1 &&
      length(regexall(jsondecode(aws_ssm_document.redrive[0].content).parameters.DLQUrl.allowedPattern, "https://sqs.ap-southeast-2.amazonaws.com/123456789012/ses-gmail-forwarder-dlq-test")) == 0
    )
    error_message = "The redrive runbook's parameters do not take what is documented, or take another environment's queue."
  }

  assert {
    condition = toset(flatten(data.aws_iam_policy_document.runbook.statement[*].actions)) == toset([
      "sqs:GetQueueAttributes", "sqs:StartMessageMoveTask", "sqs:ListMessageMoveTasks",
      "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:SendMessage",
    ])
    error_message = "The runbooks may do other than look and move."
  }
}

run "tracing" {
  command = plan

  assert {
    condition     = aws_sns_topic.received.tracing_config == "Active" && alltrue([for function in aws_lambda_function.function : function.tracing_config[0].mode == "Active"])
    error_message = "A part of the pipeline is not traced."
  }

  assert {
    condition     = aws_xray_sampling_rule.mail[0].fixed_rate == 1 && aws_xray_sampling_rule.mail[0].resource_arn == "arn:aws:*:ap-southeast-2:123456789012:*ses-*-prod"
    error_message = "The sampling rule is not for this deployment alone."
  }

  assert {
    condition     = aws_xray_group.mail[0].filter_expression == "service(\"ses-mail-bouncer-prod\") OR service(\"ses-mail-gmail-forwarder-prod\") OR service(\"ses-mail-router-enrichment-prod\") OR service(\"ses-mail-smtp-credential-manager-prod\")"
    error_message = "The group does not show the traces of all functions."
  }
}

run "rarely_traced" {
  command = plan

  variables {
    xray_sampling_percent = 5
  }

  assert {
    condition     = aws_xray_sampling_rule.mail[0].fixed_rate == 0.05
    error_message = "The sampling does not follow xray_sampling_percent."
  }
}

run "views" {
  command = plan

  assert {
    condition     = jsondecode(aws_resourcegroups_group.mail.resource_query[0].query).TagFilters == [{ Key = "Application", Values = ["ses-mail-prod"] }]
    error_message = "The resource group does not go by the tag that every resource has."
  }

  assert {
    condition     = output.resource_group_url == "https://ap-southeast-2.console.aws.amazon.com/resource-groups/group/ses-mail-prod?region=ap-southeast-2"
    error_message = "The URL does not lead to the resource group."
  }

  assert {
    condition     = length(aws_servicecatalogappregistry_application.mail) == 0 && output.myapplications_url == null
    error_message = "AppRegistry, which is closed to new accounts, is used without being asked for."
  }
}

run "registered" {
  command = plan

  variables {
    enable_app_registry = true
  }

  assert {
    condition     = aws_servicecatalogappregistry_application.mail[0].name == "ses-mail-prod" && strcontains(output.myapplications_url, "ses-mail-prod")
    error_message = "With enable_app_registry there is no application."
  }
}
