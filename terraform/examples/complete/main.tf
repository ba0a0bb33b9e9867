# A deployment that uses most settings: two domains, Route 53, a canary, roles as a company wants
# them. The account and region need an active receipt rule set before: terraform/account of the
# ses-mail repository makes it (make account).

terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

locals {
  tags = { Application = "ses-mail-prod" } # the resource group finds everything by this tag
}

provider "aws" {
  region = "eu-west-1"

  default_tags {
    tags = local.tags
  }
}

# CloudFront takes certificates of this region only.
provider "aws" {
  alias  = "us_east_1"
  region = "us-east-1"

  default_tags {
    tags = local.tags
  }
}

module "ses_mail" {
  source = "../../modules/ses-mail" # git::https://YOUR-REPOSITORY//terraform/modules/ses-mail?ref=TAG

  providers = {
    aws           = aws
    aws.us_east_1 = aws.us_east_1
  }

  environment = "prod"
  domain      = ["mail.example.com", "example.net"]
  packages    = { bucket = "packages-of-ours", prefix = "ses-mail/1.2.0/" }

  # DNS
  route53_zone_ids    = { "mail.example.com" = "Z0123456789ABCDEFGHIJ" }
  backup_mx_records   = [{ hostname = "mail-in.example.org", priority = 20 }]
  spf_include_domains = ["_spf.google.com"]
  dmarc_policy        = "none" # until the reports name no sender of ours
  mta_sts_mode        = "testing"

  # What happens to mail
  lookup_failed_action    = "store"
  email_retention_days    = 30
  noncurrent_version_days = 7

  # Watching
  alarm_emails        = ["me@example.org"]
  canary_mailbox      = "me@gmail.com"
  canary_hours        = 6
  enable_canary_alarm = true     # once the first canary has arrived
  digest              = "weekly" # a message about held mail, dead letters and alarms
  digest_mailbox      = "me@gmail.com"
  log_retention_days  = 90

  # Names and roles
  name_suffix          = "-eu"
  iam_path             = "/mail/"
  permissions_boundary = "arn:aws:iam::123456789012:policy/boundary"
}

output "dns_records" {
  description = "Every DNS record to publish."
  value       = module.ses_mail.dns_configuration_summary
}

output "operator_policy" {
  description = "Policy of whoever operates the deployment with ses-mail."
  value       = module.ses_mail.operator_policy
}
