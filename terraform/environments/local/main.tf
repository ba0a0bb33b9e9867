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
  authority   = coalesce(var.local_authority, "${path.root}/../../../build/local-cloud/tls/authority.pem")

  tags = merge(var.tags, {
    Project     = "ses-mail"
    ManagedBy   = "terraform"
    Environment = local.environment
    Application = "ses-mail-${local.environment}"
  })
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
  custom_ca_bundle            = local.authority
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
    scheduler                 = var.local_endpoint
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
  custom_ca_bundle            = local.authority
  max_retries                 = 3

  endpoints {
    acm = var.local_endpoint
    sts = var.local_endpoint
  }

  default_tags {
    tags = local.tags
  }
}
