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

# The rule set and its activation belong to the account (terraform/account): destroying an
# activation switches off receiving for all of its deployments. A deployment adds one rule, and two
# while it moves. The keys let the rule of an older deployment, whose set has another name, stay as
# it is.
locals {
  receipt_rule_sets = {
    for name in compact([var.receipt_rule_set, var.moving_to_receipt_rule_set]) :
    (name == "ses-mail" ? "shared" : "other") => name
  }
  receipt_rule_name = "ses-mail-receive-${var.environment}"

  # Put together by hand: bucket and topic policy name the rule, which cannot be made before them.
  # In any set, so that the rule can move.
  receipt_rule_arn = "arn:${local.partition}:ses:${local.region}:${local.account}:receipt-rule-set/*:receipt-rule/${local.receipt_rule_name}"
}

removed {
  from = aws_ses_receipt_rule_set.own

  lifecycle {
    destroy = false
  }
}

removed {
  from = aws_ses_active_receipt_rule_set.own

  lifecycle {
    destroy = false
  }
}

moved {
  from = aws_ses_receipt_rule.receive
  to   = aws_ses_receipt_rule.receive["other"]
}

resource "aws_ses_receipt_rule" "receive" {
  for_each      = local.receipt_rule_sets
  name          = local.receipt_rule_name
  rule_set_name = each.value
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
