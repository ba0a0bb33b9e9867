terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }

  # The state's path is given at init: scripts/terraform.sh local init
  backend "local" {}
}

locals {
  environment = var.environment

  tags = {
    Project     = "ses-mail"
    ManagedBy   = "terraform"
    Environment = local.environment
    Application = "ses-mail-${local.environment}"
  }
}

# Never talks to AWS: credentials are fixed and every service has its endpoint.
provider "aws" {
  region                      = var.aws_region
  access_key                  = var.access_key
  secret_key                  = var.secret_key
  skip_credentials_validation = true
  skip_metadata_api_check     = "true"
  skip_region_validation      = true
  s3_use_path_style           = true
  max_retries                 = 3 # a failure shows soon, not after minutes of retries

  endpoints {
    acm                       = var.local_endpoint
    cloudfront                = var.local_endpoint
    resourcegroups            = var.local_endpoint
    route53                   = var.local_endpoint
    servicecatalogappregistry = var.local_endpoint
    xray                      = var.local_endpoint
    cloudwatch                = var.local_endpoint
    dynamodb                  = var.local_endpoint
    events                    = var.local_endpoint
    iam                       = var.local_endpoint
    kms                       = var.local_endpoint
    lambda                    = var.local_endpoint
    logs                      = var.local_endpoint
    pipes                     = var.local_endpoint
    s3                        = var.local_endpoint
    ses                       = var.local_endpoint
    sesv2                     = var.local_endpoint
    sns                       = var.local_endpoint
    sqs                       = var.local_endpoint
    ssm                       = var.local_endpoint
    sts                       = var.local_endpoint
  }

  default_tags {
    tags = local.tags
  }
}

# CloudFront takes certificates of this region only.
provider "aws" {
  alias                       = "us_east_1"
  region                      = "us-east-1"
  access_key                  = var.access_key
  secret_key                  = var.secret_key
  skip_credentials_validation = true
  skip_metadata_api_check     = "true"
  skip_region_validation      = true
  max_retries                 = 3

  endpoints {
    acm = var.local_endpoint
    sts = var.local_endpoint
  }

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
  bucket_force_destroy      = true
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
