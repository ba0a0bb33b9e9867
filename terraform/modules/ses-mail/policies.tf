# What each function may do beyond what running takes. One document a function, one entry in this
# map.
locals {
  function_policies = {
    router-enrichment = data.aws_iam_policy_document.router_enrichment.json
    gmail-forwarder   = data.aws_iam_policy_document.gmail_forwarder.json
    bouncer           = data.aws_iam_policy_document.bouncer.json
    digest            = data.aws_iam_policy_document.digest.json

    smtp-credential-manager = one(data.aws_iam_policy_document.smtp_credential_manager[*].json)
  }

  parameter_arn_prefix = "arn:${local.partition}:ssm:${local.region}:${local.account}:parameter"
}

data "aws_iam_policy_document" "router_enrichment" {
  statement {
    sid       = "ReadRules"
    actions   = ["dynamodb:BatchGetItem"]
    resources = [aws_dynamodb_table.routing.arn]

    condition {
      test     = "ForAllValues:StringLike"
      variable = "dynamodb:LeadingKeys"
      values   = ["ROUTE#*", "SENDER#*", "PATTERNS#*"]
    }
  }

  # Integration tests pass the verdict check with this token; no other environment knows it.
  dynamic "statement" {
    for_each = var.environment == "test" ? ["test"] : []

    content {
      sid       = "ReadIntegrationTestToken"
      actions   = ["ssm:GetParameter"]
      resources = ["${local.parameter_arn_prefix}/ses-mail/test/integration-test-token"]
    }
  }
}

# The stored mail: the forwarder imports it, the bouncer and the digest look into its header.
data "aws_iam_policy_document" "stored_mail" {
  statement {
    sid       = "ReadMail"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.email.arn}/${local.email_prefix}*"]
  }

  # Without the right to list the bucket, S3 answers 403 for a missing object, not 404. The
  # GetObject that S3 checks this for carries no prefix, hence IfExists.
  statement {
    sid       = "TellMissingMail"
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.email.arn]

    condition {
      test     = "StringLikeIfExists"
      variable = "s3:prefix"
      values   = ["${local.email_prefix}*"]
    }
  }
}

data "aws_iam_policy_document" "gmail_forwarder" {
  source_policy_documents = [
    data.aws_iam_policy_document.ledger.json,
    data.aws_iam_policy_document.stored_mail.json,
    data.aws_iam_policy_document.mailbox_tokens.json,
  ]

  statement {
    sid       = "DeleteMail"
    actions   = ["s3:DeleteObject"]
    resources = ["${aws_s3_bucket.email.arn}/${local.email_prefix}*"]
  }
}

# The way into Gmail, for the forwarder and the digest.
data "aws_iam_policy_document" "mailbox_tokens" {
  # The default token, and below it one for each mailbox that has its own. No KMS permission: the
  # key is the account's aws/ssm, whose policy admits whoever may read the parameter.
  statement {
    sid     = "RenewToken"
    actions = ["ssm:GetParameter", "ssm:PutParameter"]
    resources = [
      "${local.parameter_arn_prefix}${local.token_parameter}",
      "${local.parameter_arn_prefix}${local.token_parameter}/*",
    ]
  }
}

data "aws_iam_policy_document" "bouncer" {
  source_policy_documents = [
    data.aws_iam_policy_document.ledger.json,
    data.aws_iam_policy_document.stored_mail.json,
  ]

  # SES authorises a raw SendEmail of its second API by this action. The sender is what limits: in
  # the sandbox SES asks for the identity of the recipient too.
  statement {
    sid     = "SendBounce"
    actions = ["ses:SendRawEmail"]
    resources = [
      "arn:${local.partition}:ses:${local.region}:${local.account}:identity/*",
      "arn:${local.partition}:ses:${local.region}:${local.account}:configuration-set/*",
    ]

    condition {
      test     = "StringEquals"
      variable = "ses:FromAddress"
      values   = [local.bounce_sender]
    }
  }
}

# The handlers' record of what they did with a mail.
data "aws_iam_policy_document" "ledger" {
  statement {
    sid       = "KeepLedger"
    actions   = ["dynamodb:PutItem"]
    resources = [aws_dynamodb_table.routing.arn]

    condition {
      test     = "ForAllValues:StringLike"
      variable = "dynamodb:LeadingKeys"
      values   = ["MAIL#*"]
    }
  }
}

# What running takes: log, trace, and the queue that Lambda polls in the function's name.
data "aws_iam_policy_document" "function" {
  for_each                = local.enabled_functions
  source_policy_documents = [local.function_policies[each.key]]

  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.function[each.key].arn}:*"]
  }

  dynamic "statement" {
    for_each = var.enable_tracing ? ["on"] : []

    content {
      sid       = "Trace"
      actions   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
      resources = ["*"] # X-Ray has no resources to name here
    }
  }

  dynamic "statement" {
    for_each = contains(keys(local.polled_functions), each.key) ? [aws_sqs_queue.main[each.key].arn] : []

    content {
      sid       = "Poll"
      actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
      resources = [statement.value]
    }
  }
}
