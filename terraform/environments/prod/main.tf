terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0" # the one that the tests run with
    }
  }

  # Bucket and region are given at init: scripts/terraform.sh ENV init
  backend "s3" {
    key          = "ses-mail/prod/terraform.tfstate"
    encrypt      = true
    use_lockfile = true
  }
}

locals {
  environment = "prod"

  tags = merge(var.tags, {
    Project     = "ses-mail"
    ManagedBy   = "terraform"
    Environment = local.environment
    Application = "ses-mail-${local.environment}"
  })
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
