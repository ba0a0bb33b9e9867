terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0" # the one that the tests run with
    }
  }

  # The state's path is given at init: scripts/terraform.sh local init
  backend "local" {}
}

locals {
  environment = var.environment
  work        = "${path.root}/../../../build/local-cloud"
  profile     = coalesce(var.local_profile, "${local.work}/aws-config")
  authority   = coalesce(var.local_authority, "${local.work}/tls/authority.pem")

  tags = merge(var.tags, {
    Project     = "ses-mail"
    ManagedBy   = "terraform"
    Environment = local.environment
    Application = "ses-mail-${local.environment}"
  })
}

# Never talks to AWS: the key is local-cloud's own, and without a profile nothing is called. The
# profile has the endpoint, because the provider takes seconds to check a block of endpoints.
provider "aws" {
  region                      = var.aws_region
  profile                     = "local"
  shared_config_files         = [local.profile]
  access_key                  = var.access_key
  secret_key                  = var.secret_key
  skip_credentials_validation = true
  skip_metadata_api_check     = "true"
  skip_region_validation      = true
  s3_use_path_style           = true
  custom_ca_bundle            = local.authority
  max_retries                 = 3 # a failure shows soon, not after minutes of retries

  default_tags {
    tags = local.tags
  }
}

# CloudFront takes certificates of this region only.
provider "aws" {
  alias                       = "us_east_1"
  region                      = "us-east-1"
  profile                     = "local"
  shared_config_files         = [local.profile]
  access_key                  = var.access_key
  secret_key                  = var.secret_key
  skip_credentials_validation = true
  skip_metadata_api_check     = "true"
  skip_region_validation      = true
  custom_ca_bundle            = local.authority
  max_retries                 = 3

  default_tags {
    tags = local.tags
  }
}
