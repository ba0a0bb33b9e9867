# Who may do what. The documents are compared as they are written, before the provider renders them.

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

run "router_in_prod_reads_rules_only" {
  command = plan

  assert {
    condition     = flatten(data.aws_iam_policy_document.router_enrichment.statement[*].actions) == ["dynamodb:BatchGetItem"]
    error_message = "Outside test the router may do more than read rules."
  }

  assert {
    condition     = one(data.aws_iam_policy_document.router_enrichment.statement[0].condition).values == tolist(["ROUTE#*", "SENDER#*", "PATTERNS#*"])
    error_message = "The router may read more of the table than the rules."
  }
}

run "router_in_local_reads_rules_only" {
  command = plan

  variables {
    environment = "local"
  }

  assert {
    condition     = flatten(data.aws_iam_policy_document.router_enrichment.statement[*].actions) == ["dynamodb:BatchGetItem"]
    error_message = "Outside test the router may do more than read rules."
  }
}

run "router_in_test_reads_the_test_token" {
  command = plan

  variables {
    environment = "test"
  }

  assert {
    condition = (
      length(data.aws_iam_policy_document.router_enrichment.statement) == 2 &&
      data.aws_iam_policy_document.router_enrichment.statement[1].actions == toset(["ssm:GetParameter"]) &&
      data.aws_iam_policy_document.router_enrichment.statement[1].resources == toset(["arn:aws:ssm:ap-southeast-2:123456789012:parameter/ses-mail/test/integration-test-token"])
    )
    error_message = "In test the router must be able to read the integration test token, and nothing else of SSM."
  }
}

run "handlers" {
  command = plan

  assert {
    condition     = flatten(data.aws_iam_policy_document.ledger.statement[*].actions) == ["dynamodb:PutItem"]
    error_message = "A handler may do more with the ledger than claim and complete."
  }

  assert {
    condition     = one(data.aws_iam_policy_document.ledger.statement[0].condition).values == tolist(["MAIL#*"])
    error_message = "A handler may touch more of the table than the ledger."
  }

  assert {
    condition     = toset(flatten(data.aws_iam_policy_document.bouncer.statement[*].actions)) == toset(["ses:SendRawEmail"])
    error_message = "The bouncer may do more than send, keep its ledger and read stored mail."
  }

  assert {
    condition     = one(data.aws_iam_policy_document.bouncer.statement[0].condition).values == tolist(["mailer-daemon@example.com"])
    error_message = "The bouncer may send from another address than the bounce sender."
  }

  assert {
    condition = toset(flatten([
      data.aws_iam_policy_document.gmail_forwarder.statement[*].actions, data.aws_iam_policy_document.mailbox_tokens.statement[*].actions,
    ])) == toset(["s3:DeleteObject", "ssm:GetParameter", "ssm:PutParameter"])
    error_message = "The forwarder may do other than read and delete mail, keep its ledger and renew its token."
  }
}

run "stored_mail" {
  command = apply

  override_data {
    target = data.aws_iam_policy_document.stored_mail
    values = { json = "{\"Sid\":\"StoredMail\"}" }
  }
  override_data {
    target = data.aws_iam_policy_document.ledger
    values = { json = "{\"Sid\":\"Ledger\"}" }
  }

  assert {
    condition = alltrue([
      for policy in [data.aws_iam_policy_document.bouncer, data.aws_iam_policy_document.gmail_forwarder] :
      contains(policy.source_policy_documents, data.aws_iam_policy_document.stored_mail.json) && contains(policy.source_policy_documents, data.aws_iam_policy_document.ledger.json)
    ])
    error_message = "A handler may not read stored mail, or not keep its ledger."
  }

  assert {
    condition = [
      for statement in data.aws_iam_policy_document.stored_mail.statement : join(" ", concat(tolist(statement.actions), tolist(statement.resources)))
      ] == [
      "s3:GetObject ${aws_s3_bucket.email.arn}/emails/*", "s3:ListBucket ${aws_s3_bucket.email.arn}",
    ]
    error_message = "A handler may do other with stored mail than read what is below emails/, and see what is missing there."
  }

  # For the GetObject of a missing object S3 asks for ListBucket without a prefix.
  assert {
    condition = [
      for condition in data.aws_iam_policy_document.stored_mail.statement[1].condition : join(" ", [condition.test, condition.variable, one(condition.values)])
    ] == ["StringLikeIfExists s3:prefix emails/*"]
    error_message = "A handler may list more than the stored mail, or is refused for a missing object."
  }
}

run "every_function" {
  command = apply

  # X-Ray alone has no resources that could be named.
  assert {
    condition = alltrue([
      for statement in flatten([
        for document in data.aws_iam_policy_document.function : document.statement
      ]) : !contains(statement.resources, "*") || startswith(tolist(statement.actions)[0], "xray:")
    ])
    error_message = "A function's policy names every resource with *."
  }
}

# Where mail comes in from, and nobody else's: another account may own a rule, topic or bus of the
# same name.
run "way_in" {
  command = apply

  assert {
    condition = {
      for statement in data.aws_iam_policy_document.email_bucket.statement : statement.sid => "${statement.effect == null ? "Allow" : statement.effect} ${join(" ", statement.actions)} if ${join("; ", sort([for condition in statement.condition : "${condition.test} ${condition.variable} ${join(",", condition.values)}"]))}"
      } == {
      ReceiptRuleStoresMail = "Allow s3:PutObject if ArnLike aws:SourceArn arn:aws:ses:ap-southeast-2:123456789012:receipt-rule-set/*:receipt-rule/ses-mail-receive-prod; StringEquals aws:SourceAccount 123456789012"
      TLSOnly               = "Deny s3:* if Bool aws:SecureTransport false"
    }
    error_message = "Another than the deployment's receipt rule may store mail, or somebody may reach it without TLS."
  }

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.email.block_public_acls, aws_s3_bucket_public_access_block.email.block_public_policy,
      aws_s3_bucket_public_access_block.email.ignore_public_acls, aws_s3_bucket_public_access_block.email.restrict_public_buckets,
    ])
    error_message = "The bucket of mail can be made public."
  }

  assert {
    condition = join("; ", sort([
      for condition in one(data.aws_iam_policy_document.received_topic.statement).condition : "${condition.variable} ${one(condition.values)}"
    ])) == "aws:SourceAccount 123456789012; aws:SourceArn arn:aws:ses:ap-southeast-2:123456789012:receipt-rule-set/*:receipt-rule/ses-mail-receive-prod"
    error_message = "Another than the deployment's receipt rule may say that mail has come."
  }

  assert {
    condition = alltrue([
      for name, document in data.aws_iam_policy_document.queue_sender : alltrue([
        for statement in document.statement :
        statement.actions == toset(["sqs:SendMessage"]) && length(statement.condition) == 1 &&
        one(statement.condition).variable == "aws:SourceArn" && one(statement.condition).values == tolist([local.queue_senders[name].source])
      ])
    ]) && length(data.aws_iam_policy_document.queue_sender) == 7
    error_message = "A queue takes messages from another than the one topic or rule that feeds it."
  }

  assert {
    condition     = alltrue([for queue in concat(values(aws_sqs_queue.main), values(aws_sqs_queue.dead_letter)) : queue.sqs_managed_sse_enabled])
    error_message = "A queue keeps mail headers unencrypted."
  }
}
