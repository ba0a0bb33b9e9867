terraform {
  required_version = ">= 1.11" # write-only arguments: the Gmail token never enters the state

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"

      # For the certificates of CloudFront.
      configuration_aliases = [aws.us_east_1]
    }
  }
}
