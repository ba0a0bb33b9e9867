terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }

  # Bucket and region are given at init: scripts/terraform.sh ENV init
  backend "s3" {
    key          = "ses-mail/test/terraform.tfstate"
    encrypt      = true
    use_lockfile = true
  }
}

locals {
  environment = "test"

  tags = {
    Project     = "ses-mail"
    ManagedBy   = "terraform"
    Environment = local.environment
    Application = "ses-mail-${local.environment}"
  }
}

provider "aws" {
  region = var.aws_region

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
  source = "../../modules/ses-mail"

  providers = {
    aws           = aws
    aws.us_east_1 = aws.us_east_1
  }

  environment               = local.environment
  domain                    = var.domain
  join_existing_ruleset     = var.join_existing_ruleset
  mail_from_subdomain       = var.mail_from_subdomain
  bounce_sender             = var.bounce_sender
  bounce_require_auth       = var.bounce_require_auth
  lookup_failed_action      = var.lookup_failed_action
  email_retention_days      = var.email_retention_days
  package_dir               = var.package_dir
  table_deletion_protection = var.table_deletion_protection
  lambda_architecture       = var.lambda_architecture
  lambda_memory_mb          = var.lambda_memory_mb
  log_level                 = var.log_level
  pipe_log_execution_data   = var.pipe_log_execution_data
  alarm_sns_topic_arn       = var.alarm_sns_topic_arn
  backup_mx_records         = var.backup_mx_records
  spf_policy                = var.spf_policy
  spf_a_records             = var.spf_a_records
  spf_mx_records            = var.spf_mx_records
  spf_include_domains       = var.spf_include_domains
  dmarc_policy              = var.dmarc_policy
  dmarc_rua_prefix          = var.dmarc_rua_prefix
  tlsrpt_rua_prefix         = var.tlsrpt_rua_prefix
  dns_ttl                   = var.dns_ttl
  route53_zone_ids          = var.route53_zone_ids
  mta_sts_mode              = var.mta_sts_mode
  mta_sts_max_age_seconds   = var.mta_sts_max_age_seconds
  alarm_email_volume        = var.alarm_email_volume
  alarm_spam_percent        = var.alarm_spam_percent
  xray_sampling_percent     = var.xray_sampling_percent
  enable_app_registry       = var.enable_app_registry
}
