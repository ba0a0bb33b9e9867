# SMTP credentials: a row SMTP_USER in the table becomes an IAM user that may send. The user changes
# when the row does, and is deleted with it.

# An administrator who may decrypt with this key may read every password.
resource "aws_kms_key" "smtp" {
  count               = local.smtp_count
  description         = "SMTP credentials of ses-mail ${var.environment}"
  enable_key_rotation = true
}

resource "aws_kms_alias" "smtp" {
  count         = local.smtp_count
  name          = local.smtp_key_alias
  target_key_id = aws_kms_key.smtp[0].key_id
}

# One change after the other: what a record asks for is read from the row as it is then, so a record
# that comes again or late does no harm.
resource "aws_lambda_event_source_mapping" "smtp" {
  count                   = local.smtp_count
  event_source_arn        = aws_dynamodb_table.routing.stream_arn
  function_name           = aws_lambda_function.function["smtp-credential-manager"].arn
  function_response_types = ["ReportBatchItemFailures"]

  # A mapping takes a minute to begin: LATEST would lose the rows that are written meanwhile.
  starting_position = "TRIM_HORIZON"

  batch_size                     = 10
  parallelization_factor         = 1
  bisect_batch_on_function_error = true
  maximum_retry_attempts         = -1 # as long as the record's age allows
  maximum_record_age_in_seconds  = 43200

  filter_criteria {
    filter {
      pattern = jsonencode({ dynamodb = { Keys = { PK = { S = ["SMTP_USER"] } } } })
    }
  }

  destination_config {
    on_failure {
      destination_arn = aws_sqs_queue.smtp_failures[0].arn
    }
  }

  depends_on = [aws_iam_policy.smtp_boundary]
}

# One message for each batch of stream records that was given up. It names the records and does not
# hold them: compare rows and IAM to repair what they would have done.
resource "aws_sqs_queue" "smtp_failures" {
  count                     = local.smtp_count
  name                      = "ses-mail-smtp-credential-manager-dlq-${var.environment}"
  message_retention_seconds = local.queue_retention_seconds
  sqs_managed_sse_enabled   = true
}

# The limit of every SMTP user, whatever policy is written for it: it can only send mail, and only
# from this deployment's domains. The sender is the limit and not the identity, since in
# the sandbox SES authorises the recipient's identity too.
data "aws_iam_policy_document" "smtp_boundary" {
  count = local.smtp_count

  statement {
    sid     = "SendFromOwnDomains"
    actions = ["ses:SendRawEmail"]
    resources = [
      for kind in ["identity", "configuration-set"] :
      "arn:${local.partition}:ses:${local.region}:${local.account}:${kind}/*"
    ]

    condition {
      test     = "StringLike"
      variable = "ses:FromAddress"
      values   = [for domain in var.domain : "*@${domain}"]
    }
  }
}

resource "aws_iam_policy" "smtp_boundary" {
  count = local.smtp_count

  name        = local.smtp_boundary
  description = "Permissions boundary of the SMTP users of ses-mail ${var.environment}"
  policy      = data.aws_iam_policy_document.smtp_boundary[0].json
}

locals {
  smtp_count    = var.enable_smtp ? 1 : 0
  smtp_user_arn = "arn:${local.partition}:iam::${local.account}:user/ses-smtp-user-*"
}

# What it takes to bring IAM to what the rows say: by the function, and by
# `ses-mail smtp reconcile`.
data "aws_iam_policy_document" "smtp_users" {
  count = local.smtp_count

  # A transaction of a Put and an Update asks for these two, nothing more.
  statement {
    sid = "KeepRows"
    actions = [
      "dynamodb:GetItem", "dynamodb:Query",
      "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem",
    ]
    resources = [aws_dynamodb_table.routing.arn]

    condition {
      test     = "ForAllValues:StringEquals"
      variable = "dynamodb:LeadingKeys"
      values   = ["SMTP_USER"]
    }
  }

  # Not conditioned on the tag: a user of another environment has to be recognised as such. To be
  # refused here for ever would hold up every change that comes after.
  statement {
    sid = "SeeUsers"
    actions = [
      "iam:GetUser", "iam:ListAccessKeys", "iam:ListUserPolicies", "iam:GetUserPolicy",
    ]
    resources = [local.smtp_user_arn]
  }

  statement {
    sid       = "MakeUsers"
    actions   = ["iam:CreateUser"]
    resources = [local.smtp_user_arn]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/Environment"
      values   = [var.environment]
    }

    condition {
      test     = "StringEquals"
      variable = "iam:PermissionsBoundary"
      values   = [local.smtp_boundary_arn]
    }
  }

  # CreateUser asks for it. IfExists: a user that is being made has no tag yet, and one of another
  # environment has another, so that it cannot be taken over by tagging it.
  statement {
    sid       = "TagUsers"
    actions   = ["iam:TagUser"]
    resources = [local.smtp_user_arn]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/Environment"
      values   = [var.environment]
    }

    condition {
      test     = "StringEqualsIfExists"
      variable = "aws:ResourceTag/Environment"
      values   = [var.environment]
    }
  }

  statement {
    sid = "ChangeUsers"
    actions = [
      "iam:CreateAccessKey", "iam:UpdateAccessKey", "iam:DeleteAccessKey", "iam:DeleteUser",
    ]
    resources = [local.smtp_user_arn]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/Environment"
      values   = [var.environment]
    }
  }

  # A user that was made without the boundary is brought under it, and has no policy written before.
  statement {
    sid = "LimitUsers"
    actions = [
      "iam:PutUserPermissionsBoundary", "iam:PutUserPolicy", "iam:DeleteUserPolicy",
    ]
    resources = [local.smtp_user_arn]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/Environment"
      values   = [var.environment]
    }

    condition {
      test     = "StringEquals"
      variable = "iam:PermissionsBoundary"
      values   = [local.smtp_boundary_arn]
    }
  }

  statement {
    sid       = "EncryptPasswords"
    actions   = ["kms:Encrypt"]
    resources = [aws_kms_key.smtp[0].arn]

    condition {
      test     = "StringEquals"
      variable = "kms:RequestAlias"
      values   = [local.smtp_key_alias]
    }
  }

}

# And for the mapping, which reads and gives up in the function's name.
data "aws_iam_policy_document" "smtp_credential_manager" {
  count                   = local.smtp_count
  source_policy_documents = [data.aws_iam_policy_document.smtp_users[0].json]

  statement {
    sid       = "FollowStream"
    actions   = ["dynamodb:DescribeStream", "dynamodb:GetShardIterator", "dynamodb:GetRecords"]
    resources = [aws_dynamodb_table.routing.stream_arn]
  }

  # Lambda makes no mapping for a role without it.
  # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/iam-policy-example-lamda-process-dynamodb-streams.html
  statement {
    sid       = "FindStream"
    actions   = ["dynamodb:ListStreams"]
    resources = ["${aws_dynamodb_table.routing.arn}/stream/*"]
  }

  statement {
    sid       = "GiveUp"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.smtp_failures[0].arn]
  }
}
