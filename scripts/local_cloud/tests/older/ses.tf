resource "aws_ses_domain_identity" "domain" {
  for_each = toset(var.domain)
  domain   = each.value
}

resource "aws_ses_domain_dkim" "domain" {
  for_each = aws_ses_domain_identity.domain
  domain   = each.value.domain
}

# Without a MAIL FROM domain of our own the envelope sender is Amazon's, and our SPF record says
# nothing.
resource "aws_ses_domain_mail_from" "domain" {
  for_each         = aws_ses_domain_identity.domain
  domain           = each.value.domain
  mail_from_domain = local.mail_from_domains[each.key]
}

locals {
  rule_set_name     = "ses-mail-${var.environment}"
  owns_rule_set     = true
  receipt_rule_name = "ses-mail-receive-${var.environment}"

  # Put together by hand: bucket and topic policy name the rule, which cannot be made before them.
  receipt_rule_arn = "arn:${local.partition}:ses:${local.region}:${local.account}:receipt-rule-set/${local.rule_set_name}:receipt-rule/${local.receipt_rule_name}"
}

resource "aws_ses_receipt_rule_set" "own" {
  count         = local.owns_rule_set ? 1 : 0
  rule_set_name = local.rule_set_name
}

resource "aws_ses_active_receipt_rule_set" "own" {
  count         = local.owns_rule_set ? 1 : 0
  rule_set_name = aws_ses_receipt_rule_set.own[0].rule_set_name
}

resource "aws_ses_receipt_rule" "receive" {
  name          = local.receipt_rule_name
  rule_set_name = local.owns_rule_set ? aws_ses_receipt_rule_set.own[0].rule_set_name : local.rule_set_name
  recipients    = var.domain
  enabled       = true
  scan_enabled  = true
  tls_policy    = "Optional"

  s3_action {
    position          = 1
    bucket_name       = aws_s3_bucket.email.id
    object_key_prefix = local.email_prefix
    topic_arn         = aws_sns_topic.received.arn
  }

  # SES writes a test object and publishes a test message when the rule is made.
  depends_on = [
    aws_s3_bucket_policy.email,
    aws_sns_topic_policy.received,
    aws_sns_topic_subscription.input,
    aws_sqs_queue_policy.sender,
  ]
}
