# MTA-STS (RFC 8461): tells senders to encrypt, and to whom. Each domain has a web site of one
# file.  CloudFront takes a domain's name only with a certificate, and the certificate wants a DNS
# record first. Where Terraform has the zone, one apply does it all. Elsewhere it takes two: the
# first makes the certificate, the distribution without its name, and the output that lists the
# records; once they are published and the certificate is issued, the second gives the distribution
# its name.

locals {
  mta_sts_domains = var.mta_sts_mode == "off" ? toset([]) : toset(var.domain)
  mta_sts_zones   = { for domain, zone in var.route53_zone_ids : domain => zone if contains(local.mta_sts_domains, domain) }

  mta_sts_policy = join("", [
    for line in concat(
      ["version: STSv1", "mode: ${var.mta_sts_mode}", "mx: ${local.inbound_host}"],
      [for mx in var.backup_mx_records : "mx: ${mx.hostname}"],
      ["max_age: ${var.mta_sts_max_age_seconds}"],
    ) : "${line}\n"
  ])

  # Senders fetch the policy again when this changes.
  mta_sts_id = substr(sha256(local.mta_sts_policy), 0, 32)

  mta_sts_is_issued = {
    for domain in local.mta_sts_domains : domain =>
    contains(keys(local.mta_sts_zones), domain) || aws_acm_certificate.mta_sts[domain].status == "ISSUED"
  }
}

resource "aws_s3_bucket" "mta_sts" {
  count         = var.mta_sts_mode == "off" ? 0 : 1
  bucket        = "ses-mail-mta-sts-${local.account}-${local.account_name}"
  force_destroy = true
}

resource "aws_s3_bucket_public_access_block" "mta_sts" {
  count                   = length(aws_s3_bucket.mta_sts)
  bucket                  = aws_s3_bucket.mta_sts[0].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_object" "mta_sts" {
  count         = length(aws_s3_bucket.mta_sts)
  bucket        = aws_s3_bucket.mta_sts[0].id
  key           = ".well-known/mta-sts.txt"
  content       = local.mta_sts_policy
  content_type  = "text/plain"
  cache_control = "max-age=300" # the file must not be older than the id in DNS for long
}

data "aws_iam_policy_document" "mta_sts_bucket" {
  count = length(aws_s3_bucket.mta_sts)

  statement {
    # Unused in tests: nothing here plays CloudFront's part of fetching from its origin.
    sid       = "DistributionsRead"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.mta_sts[0].arn}/*"]

    principals {
      type        = "Service"
      identifiers = ["cloudfront.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = [for distribution in aws_cloudfront_distribution.mta_sts : distribution.arn]
    }
  }

  statement {
    sid       = "TLSOnly"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.mta_sts[0].arn, "${aws_s3_bucket.mta_sts[0].arn}/*"]

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

resource "aws_s3_bucket_policy" "mta_sts" {
  count      = length(aws_s3_bucket.mta_sts)
  bucket     = aws_s3_bucket.mta_sts[0].id
  policy     = data.aws_iam_policy_document.mta_sts_bucket[0].json
  depends_on = [aws_s3_bucket_public_access_block.mta_sts]
}

# CloudFront knows the certificates of us-east-1 only.
resource "aws_acm_certificate" "mta_sts" {
  for_each          = local.mta_sts_domains
  provider          = aws.us_east_1
  domain_name       = "mta-sts.${each.value}"
  validation_method = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

# Apart from the other records of a zone: those name the distribution, which waits for this one.
resource "aws_route53_record" "certificate" {
  for_each = local.mta_sts_zones
  zone_id  = each.value
  name     = one(aws_acm_certificate.mta_sts[each.key].domain_validation_options).resource_record_name
  type     = "CNAME"
  ttl      = var.dns_ttl
  records  = [one(aws_acm_certificate.mta_sts[each.key].domain_validation_options).resource_record_value]
}

resource "aws_acm_certificate_validation" "mta_sts" {
  for_each                = local.mta_sts_zones
  provider                = aws.us_east_1
  certificate_arn         = aws_acm_certificate.mta_sts[each.key].arn
  validation_record_fqdns = [aws_route53_record.certificate[each.key].fqdn]

  # Of a zone that is not delegated nobody sees the record: the provider would wait for 75 minutes.
  timeouts {
    create = "20m"
  }
}

resource "aws_cloudfront_origin_access_control" "mta_sts" {
  count                             = length(aws_s3_bucket.mta_sts)
  name                              = "ses-mail-mta-sts-${local.account_name}"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

# One for each domain, which costs nothing. One for all would need one certificate for all, and then
# every change of `domain` would replace it, and one domain whose record is missing would hold up
# the others.
resource "aws_cloudfront_distribution" "mta_sts" {
  for_each            = local.mta_sts_domains
  comment             = "MTA-STS policy of ${each.value}"
  enabled             = true
  is_ipv6_enabled     = true
  price_class         = "PriceClass_All" # senders are everywhere
  aliases             = local.mta_sts_is_issued[each.value] ? ["mta-sts.${each.value}"] : []
  wait_for_deployment = false

  origin {
    origin_id                = "policy"
    domain_name              = aws_s3_bucket.mta_sts[0].bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.mta_sts[0].id
  }

  default_cache_behavior {
    target_origin_id       = "policy"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    viewer_protocol_policy = "https-only"                           # RFC 8461 forbids to follow a redirection
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6" # AWS's own "CachingOptimized"
    compress               = true
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = !local.mta_sts_is_issued[each.value]
    acm_certificate_arn            = local.mta_sts_is_issued[each.value] ? local.mta_sts_certificate_arns[each.value] : null
    ssl_support_method             = local.mta_sts_is_issued[each.value] ? "sni-only" : null
    minimum_protocol_version       = local.mta_sts_is_issued[each.value] ? "TLSv1.2_2021" : "TLSv1"
  }
}

locals {
  # Where the zone is ours, by way of the validation: the distribution waits for it.
  mta_sts_certificate_arns = {
    for domain in local.mta_sts_domains : domain => try(
      aws_acm_certificate_validation.mta_sts[domain].certificate_arn,
      aws_acm_certificate.mta_sts[domain].arn,
    )
  }
}
