# What must hold between the parts of the pipeline, whatever the figures in it become.

mock_provider "aws" {
  source = "./tests/aws"
}

mock_provider "aws" {
  alias  = "us_east_1"
  source = "./tests/aws"
}

variables {
  environment = "prod"
  domain      = ["example.com", "example.org"]
  package_dir = "./tests/packages"
}

run "names" {
  command = plan

  assert {
    condition = {
      for key, function in aws_lambda_function.function : key => function.function_name
      } == {
      router-enrichment = "ses-mail-router-enrichment-prod"
      gmail-forwarder   = "ses-mail-gmail-forwarder-prod"
      bouncer           = "ses-mail-bouncer-prod"

      smtp-credential-manager = "ses-mail-smtp-credential-manager-prod"
    }
    error_message = "A function is not called ses-mail-{function}-{environment}."
  }

  assert {
    condition = {
      for key, queue in aws_sqs_queue.main : key => queue.name
      } == {
      router-enrichment = "ses-email-input-prod"
      gmail-forwarder   = "ses-gmail-forwarder-prod"
      bouncer           = "ses-bouncer-prod"
    }
    error_message = "A queue has lost its documented name."
  }

  assert {
    condition = {
      for key, queue in aws_sqs_queue.dead_letter : key => queue.name
      } == {
      router-enrichment = "ses-email-input-dlq-prod"
      gmail-forwarder   = "ses-gmail-forwarder-dlq-prod"
      bouncer           = "ses-bouncer-dlq-prod"
    }
    error_message = "A dead-letter queue has lost its documented name."
  }

  assert {
    condition = sort([for rule in aws_cloudwatch_event_rule.route : rule.name]) == tolist([
      "route-to-bouncer-prod", "route-to-gmail-prod",
    ])
    error_message = "A routing rule has lost its documented name."
  }

  assert {
    condition = sort(concat(
      [for group in aws_cloudwatch_log_group.function : group.name],
      [aws_cloudwatch_log_group.pipe.name, aws_cloudwatch_log_group.bus.name],
      )) == tolist([
      "/aws/events/ses-email-routing-prod",
      "/aws/lambda/ses-mail-bouncer-prod",
      "/aws/lambda/ses-mail-gmail-forwarder-prod",
      "/aws/lambda/ses-mail-router-enrichment-prod",
      "/aws/lambda/ses-mail-smtp-credential-manager-prod",
      "/aws/vendedlogs/pipes/prod/ses-email-router",
    ])
    error_message = "A log group has lost its documented name."
  }

  assert {
    condition = [
      aws_sns_topic.received.name,
      aws_pipes_pipe.router.name,
      aws_cloudwatch_event_bus.routing.name,
      aws_cloudwatch_event_rule.log.name,
      aws_dynamodb_table.routing.name,
      aws_ssm_parameter.gmail_token.name,
      ] == [
      "ses-email-processing-prod",
      "ses-email-router-prod",
      "ses-email-routing-prod",
      "log-routing-prod",
      "ses-email-routing-prod",
      "/ses-mail/prod/gmail-token",
    ]
    error_message = "Topic, pipe, bus, log rule, table or token parameter has lost its documented name."
  }
}

run "times" {
  command = plan

  assert {
    condition = alltrue([
      for key, queue in aws_sqs_queue.main :
      queue.visibility_timeout_seconds == 6 * aws_lambda_function.function[key].timeout
    ])
    error_message = "A queue's visibility is not six times its function's timeout: messages come back while they are worked on."
  }

  assert {
    condition     = { for key, function in aws_lambda_function.function : key => function.timeout } == { router-enrichment = 30, gmail-forwarder = 120, bouncer = 30, smtp-credential-manager = 60 }
    error_message = "A function's timeout is not the documented one."
  }

  assert {
    condition = alltrue([
      for queue in concat(values(aws_sqs_queue.main), values(aws_sqs_queue.dead_letter), [aws_sqs_queue.smtp_failures[0]]) : queue.message_retention_seconds == 1209600
    ])
    error_message = "A queue keeps messages for other than 14 days."
  }

  assert {
    condition = alltrue([
      for group in concat(values(aws_cloudwatch_log_group.function), [aws_cloudwatch_log_group.pipe, aws_cloudwatch_log_group.bus]) : group.retention_in_days == 30
    ])
    error_message = "A log group keeps lines for other than 30 days."
  }

  assert {
    condition = alltrue([
      for rule in aws_s3_bucket_lifecycle_configuration.email.rule : rule.status == "Enabled" && rule.filter[0].prefix == "emails/"
    ])
    error_message = "A lifecycle rule does not look at the stored mail."
  }

  assert {
    condition = alltrue([
      for key in ["gmail-forwarder", "bouncer"] : aws_lambda_function.function[key].environment[0].variables["LEDGER_DAYS"] == "120"
    ])
    error_message = "A handler does not remember its work 30 days longer than mail is kept."
  }
}

run "dead_letter_pairs" {
  command = apply

  override_resource {
    target = aws_sqs_queue.dead_letter["router-enrichment"]
    values = { arn = "arn:aws:sqs:ap-southeast-2:123456789012:router-enrichment-dlq" }
  }
  override_resource {
    target = aws_sqs_queue.dead_letter["gmail-forwarder"]
    values = { arn = "arn:aws:sqs:ap-southeast-2:123456789012:gmail-forwarder-dlq" }
  }
  override_resource {
    target = aws_sqs_queue.dead_letter["bouncer"]
    values = { arn = "arn:aws:sqs:ap-southeast-2:123456789012:bouncer-dlq" }
  }

  assert {
    condition = alltrue([
      for key, queue in aws_sqs_queue.main : jsondecode(queue.redrive_policy) == {
        deadLetterTargetArn = "arn:aws:sqs:ap-southeast-2:123456789012:${key}-dlq"
        maxReceiveCount     = key == "gmail-forwarder" ? 30 : 3
      }
    ])
    error_message = "A queue does not give up to its own dead-letter queue, the forwarder's after 30 receives and the others after three."
  }

  assert {
    condition = alltrue([
      for key, policy in aws_sqs_queue_redrive_allow_policy.dead_letter :
      jsondecode(policy.redrive_allow_policy) == { redrivePermission = "byQueue", sourceQueueArns = [aws_sqs_queue.main[key].arn] }
    ])
    error_message = "A dead-letter queue takes from another queue than its own."
  }

  assert {
    condition = alltrue([
      for key, target in aws_cloudwatch_event_target.queue :
      target.dead_letter_config[0].arn == aws_sqs_queue.dead_letter[key].arn &&
      target.retry_policy[0].maximum_retry_attempts == 2 &&
      target.retry_policy[0].maximum_event_age_in_seconds == 3600
    ])
    error_message = "A rule's target does not try twice more within an hour and then give up to its handler's dead-letter queue."
  }

  assert {
    condition     = keys(aws_sqs_queue_policy.sender) == ["bouncer", "bouncer-dlq", "gmail-forwarder", "gmail-forwarder-dlq", "log-routing-dlq", "router-enrichment", "router-enrichment-dlq"]
    error_message = "A queue that a rule or the topic sends to has no policy for it."
  }
}

run "routes" {
  command = plan

  assert {
    condition = {
      for key, rule in aws_cloudwatch_event_rule.route : key => jsondecode(rule.event_pattern)
      } == {
      gmail-forwarder = {
        source      = ["ses.email.router"]
        detail-type = ["Email Routing Decision"]
        detail      = { actions = { forward-to-gmail = { count = [{ numeric = [">", 0] }] } } }
      }
      bouncer = {
        source      = ["ses.email.router"]
        detail-type = ["Email Routing Decision"]
        detail      = { actions = { bounce = { count = [{ numeric = [">", 0] }] } } }
      }
    }
    error_message = "A rule does not match the count of its action as a number."
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.log.event_pattern) == { source = ["ses.email.router"] }
    error_message = "The log rule does not see every decision."
  }

  assert {
    condition     = !contains(values(aws_cloudwatch_event_target.log.input_transformer[0].input_paths), "$.detail") && !contains(values(aws_cloudwatch_event_target.log.input_transformer[0].input_paths), "$.detail.body")
    error_message = "The log rule writes the mail's headers into the log."
  }
}

run "pipe" {
  command = plan

  assert {
    condition = (
      length(aws_pipes_pipe.router.enrichment_parameters) == 0 &&
      try(aws_pipes_pipe.router.target_parameters[0].input_template, null) == null
    )
    error_message = "The pipe has an input template: the router expects the record as SQS gives it, the bus the router's answer as it is."
  }

  assert {
    condition     = aws_pipes_pipe.router.source_parameters[0].sqs_queue_parameters[0].batch_size == 1
    error_message = "The pipe takes several mails at a time: one bad mail would hold up the others."
  }

  assert {
    condition = (
      aws_pipes_pipe.router.target_parameters[0].eventbridge_event_bus_parameters[0].source == "ses.email.router" &&
      aws_pipes_pipe.router.target_parameters[0].eventbridge_event_bus_parameters[0].detail_type == "Email Routing Decision"
    )
    error_message = "The pipe's events are not what the rules look for."
  }

  assert {
    condition     = aws_pipes_pipe.router.log_configuration[0].level == "INFO"
    error_message = "The pipe logs less than each execution, or more."
  }

  assert {
    condition     = length(coalesce(aws_pipes_pipe.router.log_configuration[0].include_execution_data, [])) == 0
    error_message = "The pipe logs mail headers without being asked to."
  }

  assert {
    condition = {
      for condition in data.aws_iam_policy_document.pipe_assumes.statement[0].condition : condition.variable => one(condition.values)
      } == {
      "aws:SourceAccount" = "123456789012"
      "aws:SourceArn"     = "arn:aws:pipes:ap-southeast-2:123456789012:pipe/${aws_pipes_pipe.router.name}"
    }
    error_message = "Another pipe may take the pipe's role."
  }
}

run "mappings" {
  command = plan

  assert {
    condition = alltrue([
      for mapping in aws_lambda_event_source_mapping.queue :
      mapping.batch_size == 1 && mapping.function_response_types == toset(["ReportBatchItemFailures"])
    ])
    error_message = "A mapping does not hand out one message at a time and ask which failed."
  }

  assert {
    condition     = { for key, mapping in aws_lambda_event_source_mapping.queue : key => mapping.scaling_config[0].maximum_concurrency } == { gmail-forwarder = 10, bouncer = 5 }
    error_message = "A mapping's concurrency is not the documented one."
  }
}

run "mappings_of_much_mail" {
  command = plan

  variables {
    forwarder_concurrency = 100
    bouncer_concurrency   = 20
  }

  assert {
    condition     = { for key, mapping in aws_lambda_event_source_mapping.queue : key => mapping.scaling_config[0].maximum_concurrency } == { gmail-forwarder = 100, bouncer = 20 }
    error_message = "A mapping's concurrency is not the one that is asked for."
  }
}

run "lookup_failed" {
  command = plan

  assert {
    condition     = aws_lambda_function.function["router-enrichment"].environment[0].variables["LOOKUP_FAILED_ACTION"] == "bounce"
    error_message = "A mail whose rules cannot be read does not bounce by default."
  }
}

run "junk_is_stored" {
  command = plan

  assert {
    condition     = aws_lambda_function.function["router-enrichment"].environment[0].variables["JUNK_DELIVERY"] == "store"
    error_message = "Junk is not only stored by default."
  }
}

run "junk_goes_into_spam" {
  command = plan

  variables {
    junk_delivery = "gmail-spam"
  }

  assert {
    condition     = aws_lambda_function.function["router-enrichment"].environment[0].variables["JUNK_DELIVERY"] == "gmail-spam"
    error_message = "The router does not put junk into Spam, although it shall."
  }
}

run "lookup_failed_stores" {
  command = plan

  variables {
    lookup_failed_action = "store"
  }

  assert {
    condition     = aws_lambda_function.function["router-enrichment"].environment[0].variables["LOOKUP_FAILED_ACTION"] == "store"
    error_message = "The router does not store a mail whose rules cannot be read, although it shall."
  }

  assert {
    condition     = strcontains(aws_cloudwatch_metric_alarm.metric["ses-mail-lookup-failed"].alarm_description, "was stored for it. When: today.")
    error_message = "The alarm says that a mail bounced that was stored, or wakes somebody for it."
  }
}

run "stored_mail" {
  command = plan

  assert {
    condition = alltrue([
      for key in ["gmail-forwarder", "bouncer"] : aws_lambda_function.function[key].environment[0].variables["EMAIL_BUCKET"] == "ses-mail-storage-123456789012-prod"
    ])
    error_message = "A handler does not know where the stored mail is."
  }
}

run "unprotected_table" {
  command = plan

  variables {
    table_deletion_protection = false
  }

  assert {
    condition     = !aws_dynamodb_table.routing.deletion_protection_enabled
    error_message = "The table is protected although it shall not be: it could not be destroyed."
  }
}

run "table_of_test" {
  command = plan

  variables {
    environment = "test"
  }

  assert {
    condition     = !aws_dynamodb_table.routing.deletion_protection_enabled
    error_message = "The table of an environment other than prod is protected unasked."
  }
}

run "table" {
  command = plan

  assert {
    condition = (
      aws_dynamodb_table.routing.stream_enabled && aws_dynamodb_table.routing.stream_view_type == "NEW_AND_OLD_IMAGES" &&
      aws_dynamodb_table.routing.billing_mode == "PAY_PER_REQUEST" &&
      aws_dynamodb_table.routing.hash_key == "PK" && aws_dynamodb_table.routing.range_key == "SK" &&
      one(aws_dynamodb_table.routing.ttl).attribute_name == "expires_at" && aws_dynamodb_table.routing.deletion_protection_enabled
    )
    error_message = "The table has other keys than documented, costs when it idles, forgets nothing, or its stream shows less than both images."
  }

  assert {
    condition     = alltrue([for function in aws_lambda_function.function : function.memory_size == 128])
    error_message = "A function has other than the documented memory."
  }
}

run "mail_rule" {
  command = plan

  assert {
    condition     = aws_ses_receipt_rule.receive["shared"].scan_enabled && one(aws_ses_receipt_rule.receive["shared"].s3_action).object_key_prefix == "emails/" && one(aws_ses_receipt_rule.receive["shared"].s3_action).kms_key_arn == null
    error_message = "The receipt rule must scan, store below emails/, and leave encryption to the bucket."
  }

  assert {
    condition     = [for rule in aws_ses_receipt_rule.receive : rule.rule_set_name] == ["ses-mail"]
    error_message = "The rule is not in the account's receipt rule set alone."
  }

  assert {
    condition     = aws_lambda_function.function["bouncer"].environment[0].variables["OWN_MAIL_FROM_DOMAINS"] == "bounce.example.com,bounce.example.org"
    error_message = "The bouncer does not know our own MAIL FROM domains."
  }

  assert {
    condition     = aws_lambda_function.function["bouncer"].environment[0].variables["BOUNCE_SENDER"] == "mailer-daemon@example.com"
    error_message = "The bounce sender is not mailer-daemon at the first domain."
  }
}

run "rule_set_of_an_older_deployment" {
  command = plan

  variables {
    receipt_rule_set = "ses-mail-prod"
  }

  assert {
    condition     = { for key, rule in aws_ses_receipt_rule.receive : key => rule.rule_set_name } == { other = "ses-mail-prod" }
    error_message = "The rule of an older deployment is not kept where it is, or not at the address that it is moved to."
  }

  assert {
    condition = anytrue([
      for statement in data.aws_iam_policy_document.email_bucket.statement :
      anytrue([for condition in statement.condition : condition.test == "ArnLike" && contains(condition.values, "arn:aws:ses:ap-southeast-2:123456789012:receipt-rule-set/*:receipt-rule/ses-mail-receive-prod")])
    ])
    error_message = "The bucket does not admit the rule in every receipt rule set."
  }
}

run "moving_to_the_shared_rule_set" {
  command = plan

  variables {
    receipt_rule_set           = "ses-mail-prod"
    moving_to_receipt_rule_set = "ses-mail"
  }

  assert {
    condition     = { for key, rule in aws_ses_receipt_rule.receive : key => rule.rule_set_name } == { other = "ses-mail-prod", shared = "ses-mail" }
    error_message = "The rule is not in both receipt rule sets while the deployment moves."
  }
}
