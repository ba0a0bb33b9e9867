# The bucket that SES writes mail to. Default encryption only: with a KMS key in the receipt rule
# SES would encrypt on its side, and GetObject would give ciphertext.

resource "aws_s3_bucket" "email" {
  bucket        = local.bucket_name
  force_destroy = var.bucket_force_destroy
}

resource "aws_s3_bucket_public_access_block" "email" {
  bucket                  = aws_s3_bucket.email.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "email" {
  bucket = aws_s3_bucket.email.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "email" {
  bucket = aws_s3_bucket.email.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "email" {
  bucket     = aws_s3_bucket.email.id
  depends_on = [aws_s3_bucket_versioning.email]

  rule {
    id     = "expire-emails"
    status = "Enabled"

    filter {
      prefix = local.email_prefix
    }

    expiration {
      days = var.email_retention_days
    }

    noncurrent_version_expiration {
      noncurrent_days = coalesce(var.noncurrent_version_days, var.email_retention_days)
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  # S3 does not take this together with an expiry in days.
  rule {
    id     = "expire-delete-markers"
    status = "Enabled"

    filter {
      prefix = local.email_prefix
    }

    expiration {
      expired_object_delete_marker = true
    }
  }
}

data "aws_iam_policy_document" "email_bucket" {
  statement {
    sid       = "ReceiptRuleStoresMail"
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.email.arn}/${local.email_prefix}*"]

    principals {
      type        = "Service"
      identifiers = ["ses.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = [local.receipt_rule_arn]
    }
  }

  statement {
    sid       = "TLSOnly"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.email.arn, "${aws_s3_bucket.email.arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "email" {
  bucket     = aws_s3_bucket.email.id
  policy     = data.aws_iam_policy_document.email_bucket.json
  depends_on = [aws_s3_bucket_public_access_block.email]
}

# Routing rules (ROUTE#), what became of each mail (MAIL#) and SMTP credentials (SMTP_USER).
resource "aws_dynamodb_table" "routing" {
  name             = local.table_name
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "PK"
  range_key        = "SK"
  stream_enabled   = var.enable_smtp
  stream_view_type = var.enable_smtp ? "NEW_AND_OLD_IMAGES" : null

  deletion_protection_enabled = coalesce(var.table_deletion_protection, var.environment == "prod")

  attribute {
    name = "PK"
    type = "S"
  }

  attribute {
    name = "SK"
    type = "S"
  }

  ttl {
    attribute_name = "expires_at"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }
}

# The operator puts the token there, and the forwarder renews it. Terraform writes an empty object
# once and never looks again: a write-only value is in no plan and no state. Every argument that
# makes the provider write the parameter anew is ignored, so that no later change can overwrite the
# token.
resource "aws_ssm_parameter" "gmail_token" {
  name             = local.token_parameter
  description      = "Google OAuth token of the Gmail forwarder"
  type             = "SecureString"
  value_wo         = "{}"
  value_wo_version = 1

  lifecycle {
    ignore_changes = [description, tier, value_wo, value_wo_version]
  }
}

# The settings that `ses-mail` reads: which parts the deployment has, and the name of its bucket.
# Nothing in it is secret.
resource "aws_ssm_parameter" "deployment" {
  name        = local.deployment_parameter
  description = "Settings of this deployment that ses-mail reads"
  type        = "String"

  insecure_value = jsonencode({
    email_bucket        = local.bucket_name
    enable_smtp         = var.enable_smtp
    enable_tracing      = var.enable_tracing
    enable_dashboard    = var.enable_dashboard
    enable_runbooks     = var.enable_runbooks
    enable_canary_alarm = var.enable_canary_alarm
    alarms              = var.alarms
    publish_mx          = var.publish_mx
    junk_delivery       = var.junk_delivery
    digest              = var.digest
  })
}
