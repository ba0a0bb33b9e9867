# MTA-STS: the policy, its id, and the certificate that comes late.

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

run "testing" {
  command = apply

  assert {
    condition     = aws_s3_object.mta_sts[0].content == "version: STSv1\nmode: testing\nmx: inbound-smtp.ap-southeast-2.amazonaws.com\nmax_age: 604800\n"
    error_message = "The policy does not name SES's server alone."
  }

  assert {
    condition     = aws_s3_object.mta_sts[0].key == ".well-known/mta-sts.txt" && aws_s3_object.mta_sts[0].content_type == "text/plain"
    error_message = "The policy is not where senders look for it, as plain text."
  }

  # The certificate is not issued yet.
  assert {
    condition = alltrue([
      for distribution in aws_cloudfront_distribution.mta_sts :
      length(distribution.aliases) == 0 && distribution.viewer_certificate[0].cloudfront_default_certificate
    ]) && length(aws_cloudfront_distribution.mta_sts) == 2
    error_message = "The first apply gives a distribution a name that it has no certificate for: CloudFront refuses that."
  }
}

run "issued" {
  command   = apply
  state_key = "issued"

  override_resource {
    target = aws_acm_certificate.mta_sts
    values = {
      arn                       = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
      status                    = "ISSUED"
      domain_validation_options = [{ resource_record_name = "_check.mta-sts.example.com.", resource_record_value = "_answer.acm-validations.aws." }]
    }
  }

  assert {
    condition = (
      aws_cloudfront_distribution.mta_sts["example.org"].aliases == toset(["mta-sts.example.org"]) &&
      aws_cloudfront_distribution.mta_sts["example.org"].viewer_certificate[0].acm_certificate_arn == aws_acm_certificate.mta_sts["example.org"].arn &&
      aws_cloudfront_distribution.mta_sts["example.org"].viewer_certificate[0].minimum_protocol_version == "TLSv1.2_2021"
    )
    error_message = "Once its certificate is issued a distribution does not get its name."
  }
}

run "zone" {
  command = apply

  variables {
    route53_zone_ids = { "example.org" = "Z0123456789ABC" }
  }

  assert {
    condition = (
      keys(aws_acm_certificate_validation.mta_sts) == ["example.org"] &&
      aws_cloudfront_distribution.mta_sts["example.org"].aliases == toset(["mta-sts.example.org"]) &&
      length(aws_cloudfront_distribution.mta_sts["example.com"].aliases) == 0
    )
    error_message = "Where the zone is ours one apply is not enough."
  }
}

run "enforce_with_backup" {
  command = plan

  variables {
    mta_sts_mode            = "enforce"
    mta_sts_max_age_seconds = 86400
    backup_mx_records       = [{ hostname = "mail-in.example.net", priority = 20 }]
  }

  assert {
    condition     = aws_s3_object.mta_sts[0].content == "version: STSv1\nmode: enforce\nmx: inbound-smtp.ap-southeast-2.amazonaws.com\nmx: mail-in.example.net\nmax_age: 86400\n"
    error_message = "The policy forbids to deliver to the backup server."
  }
}

run "none" {
  command = plan

  variables {
    mta_sts_mode = "none"
  }

  assert {
    condition     = strcontains(aws_s3_object.mta_sts[0].content, "\nmode: none\n")
    error_message = "Mode none does not tell senders to forget the policy."
  }
}

run "off" {
  command = plan

  variables {
    mta_sts_mode = "off"
  }

  assert {
    condition = length(concat(
      aws_s3_bucket.mta_sts, aws_cloudfront_origin_access_control.mta_sts,
      values(aws_acm_certificate.mta_sts), values(aws_cloudfront_distribution.mta_sts),
    )) == 0
    error_message = "Off still makes something."
  }
}

run "unknown_mode" {
  command = plan

  variables {
    mta_sts_mode = "enabled"
  }

  expect_failures = [var.mta_sts_mode]
}

run "max_age_of_an_hour" {
  command = plan

  variables {
    mta_sts_max_age_seconds = 3600
  }

  expect_failures = [var.mta_sts_max_age_seconds]
}
