# SMTP credentials: what the stream hands out, and what the manager may do about it.

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

run "names" {
  command = plan

  assert {
    condition     = aws_kms_alias.smtp[0].name == "alias/ses-mail-smtp-credentials-prod" && aws_kms_key.smtp[0].enable_key_rotation
    error_message = "The key has lost its documented alias, or is not rotated."
  }

  assert {
    condition     = aws_sqs_queue.smtp_failures[0].name == "ses-mail-smtp-credential-manager-dlq-prod"
    error_message = "The failure queue has lost its documented name."
  }

  assert {
    condition = aws_lambda_function.function["smtp-credential-manager"].environment[0].variables == tomap({
      DYNAMODB_TABLE_NAME       = "ses-email-routing-prod"
      ENVIRONMENT               = "prod"
      SMTP_CREDENTIALS_KEY      = "alias/ses-mail-smtp-credentials-prod"
      SMTP_PERMISSIONS_BOUNDARY = "arn:aws:iam::123456789012:policy/ses-mail-smtp-boundary-prod"
    })
    error_message = "The manager does not get the table, the environment, the key and the boundary."
  }

  assert {
    condition     = output.smtp_endpoint == "email-smtp.ap-southeast-2.amazonaws.com" && output.smtp_ports.recommended.port == 587 && output.smtp_ports.recommended.security == "STARTTLS" && alltrue([for port in output.smtp_ports : port.note != ""]) && output.smtp_region == "ap-southeast-2"
    error_message = "The outputs do not tell where a mail client sends."
  }
}

run "stream" {
  command = apply

  override_resource {
    target = aws_sqs_queue.smtp_failures[0]
    values = { arn = "arn:aws:sqs:ap-southeast-2:123456789012:failures" }
  }

  assert {
    condition = (
      aws_lambda_event_source_mapping.smtp[0].event_source_arn == aws_dynamodb_table.routing.stream_arn &&
      aws_lambda_event_source_mapping.smtp[0].starting_position == "TRIM_HORIZON" &&
      aws_lambda_event_source_mapping.smtp[0].batch_size == 10 &&
      aws_lambda_event_source_mapping.smtp[0].parallelization_factor == 1
    )
    error_message = "The mapping does not hand out every change of the table, in order."
  }

  assert {
    condition = (
      aws_lambda_event_source_mapping.smtp[0].function_response_types == toset(["ReportBatchItemFailures"]) &&
      aws_lambda_event_source_mapping.smtp[0].bisect_batch_on_function_error &&
      aws_lambda_event_source_mapping.smtp[0].maximum_retry_attempts == -1 &&
      aws_lambda_event_source_mapping.smtp[0].maximum_record_age_in_seconds == 43200 &&
      aws_lambda_event_source_mapping.smtp[0].destination_config[0].on_failure[0].destination_arn == "arn:aws:sqs:ap-southeast-2:123456789012:failures"
    )
    error_message = "A change that fails is not tried for twelve hours and then named in the failure queue."
  }

  assert {
    condition = jsondecode(one(one(aws_lambda_event_source_mapping.smtp[0].filter_criteria).filter).pattern) == {
      dynamodb = { Keys = { PK = { S = ["SMTP_USER"] } } }
    }
    error_message = "The mapping hands out other rows than credentials."
  }
}

run "permissions" {
  command = apply

  assert {
    condition = {
      for statement in concat(data.aws_iam_policy_document.smtp_users[0].statement, data.aws_iam_policy_document.smtp_credential_manager[0].statement) : statement.sid => join(" ", sort(statement.actions))
      } == {
      KeepRows         = "dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem"
      SeeUsers         = "iam:GetUser iam:GetUserPolicy iam:ListAccessKeys iam:ListUserPolicies"
      MakeUsers        = "iam:CreateUser"
      TagUsers         = "iam:TagUser"
      ChangeUsers      = "iam:CreateAccessKey iam:DeleteAccessKey iam:DeleteUser iam:UpdateAccessKey"
      LimitUsers       = "iam:DeleteUserPolicy iam:PutUserPermissionsBoundary iam:PutUserPolicy"
      EncryptPasswords = "kms:Encrypt"
      FollowStream     = "dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator"
      FindStream       = "dynamodb:ListStreams"
      GiveUp           = "sqs:SendMessage"
    }
    error_message = "The manager may do other than its work takes."
  }

  assert {
    condition = alltrue([
      for statement in concat(data.aws_iam_policy_document.smtp_users[0].statement, data.aws_iam_policy_document.smtp_credential_manager[0].statement) :
      statement.resources == toset(["arn:aws:iam::123456789012:user/ses-smtp-user-*"])
      if startswith(tolist(statement.actions)[0], "iam:")
    ])
    error_message = "The manager may touch other users than its own."
  }

  assert {
    condition = {
      for statement in concat(data.aws_iam_policy_document.smtp_users[0].statement, data.aws_iam_policy_document.smtp_credential_manager[0].statement) :
      statement.sid => join("; ", sort([for condition in statement.condition : "${condition.test} ${condition.variable} ${join(",", condition.values)}"]))
      if length(statement.condition) > 0
      } == {
      KeepRows         = "ForAllValues:StringEquals dynamodb:LeadingKeys SMTP_USER"
      MakeUsers        = "StringEquals aws:RequestTag/Environment prod; StringEquals iam:PermissionsBoundary arn:aws:iam::123456789012:policy/ses-mail-smtp-boundary-prod"
      TagUsers         = "StringEquals aws:RequestTag/Environment prod; StringEqualsIfExists aws:ResourceTag/Environment prod"
      ChangeUsers      = "StringEquals aws:ResourceTag/Environment prod"
      LimitUsers       = "StringEquals aws:ResourceTag/Environment prod; StringEquals iam:PermissionsBoundary arn:aws:iam::123456789012:policy/ses-mail-smtp-boundary-prod"
      EncryptPasswords = "StringEquals kms:RequestAlias alias/ses-mail-smtp-credentials-prod"
    }
    error_message = "The manager is not held to its environment's users, its rows and its key."
  }
}

run "boundary" {
  command = apply

  assert {
    condition     = aws_iam_policy.smtp_boundary[0].name == "ses-mail-smtp-boundary-prod"
    error_message = "The boundary has another name than the function is told."
  }

  assert {
    condition = [
      for statement in data.aws_iam_policy_document.smtp_boundary[0].statement :
      "${join(" ", statement.actions)} on ${join(" ", sort(statement.resources))} if ${join("; ", [for condition in statement.condition : "${condition.test} ${condition.variable} ${join(",", condition.values)}"])}"
    ] == ["ses:SendRawEmail on arn:aws:ses:ap-southeast-2:123456789012:configuration-set/* arn:aws:ses:ap-southeast-2:123456789012:identity/* if StringLike ses:FromAddress *@example.com"]
    error_message = "An SMTP user may do other than send from the deployment's domains."
  }
}
