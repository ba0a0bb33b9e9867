# The smallest deployment: one domain, the packages in S3, and everything that costs when idle off.
# The account and region need an active receipt rule set before: terraform/account of the ses-mail
# repository makes it (make account).

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

  environment      = "prod"
  domain           = ["mail.example.com"]
  packages         = { bucket = "packages-of-ours", prefix = "ses-mail/1.2.0/" }
  alarms           = "essential"
  alarm_emails     = ["me@example.org"]
  enable_smtp      = false
  enable_tracing   = false
  enable_dashboard = false
}

output "dns_records" {
  description = "Every DNS record to publish."
  value       = module.ses_mail.dns_configuration_summary
}
