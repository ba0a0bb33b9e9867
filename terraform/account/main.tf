# What an account and region have once, for all deployments of ses-mail in them: the receipt rule
# set and its activation, and the resource policies of CloudWatch Logs and X-Ray, of which an
# account has few. A deployment adds one rule to the set and owns nothing here. `make account`
# applies it.

terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0" # the one that the tests run with
    }
  }

  # Bucket, region and the key ses-mail/account/{region} are given at init: scripts/account.sh
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = var.aws_region

  default_tags {
    tags = merge(var.tags, { Project = "ses-mail", ManagedBy = "terraform", Application = "ses-mail" })
  }
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
}
