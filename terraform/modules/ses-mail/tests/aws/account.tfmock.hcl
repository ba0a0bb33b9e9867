# The account that the tests plan for, and ARNs for what the provider checks the form of.

mock_data "aws_caller_identity" {
  defaults = {
    account_id = "123456789012"
  }
}

mock_data "aws_partition" {
  defaults = {
    partition = "aws"
  }
}

mock_data "aws_region" {
  defaults = {
    id = "ap-southeast-2"
  }
}

mock_data "aws_iam_policy_document" {
  defaults = {
    json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
  }
}

mock_resource "aws_iam_role" {
  defaults = {
    arn = "arn:aws:iam::123456789012:role/role"
  }
}

mock_resource "aws_sns_topic" {
  defaults = {
    arn = "arn:aws:sns:ap-southeast-2:123456789012:topic"
  }
}

mock_resource "aws_sqs_queue" {
  defaults = {
    arn = "arn:aws:sqs:ap-southeast-2:123456789012:queue"
    url = "https://sqs.ap-southeast-2.amazonaws.com/123456789012/queue"
  }
}

mock_resource "aws_lambda_function" {
  defaults = {
    arn = "arn:aws:lambda:ap-southeast-2:123456789012:function:function"
  }
}

mock_resource "aws_cloudwatch_event_bus" {
  defaults = {
    arn = "arn:aws:events:ap-southeast-2:123456789012:event-bus/bus"
  }
}

mock_resource "aws_cloudwatch_event_rule" {
  defaults = {
    arn = "arn:aws:events:ap-southeast-2:123456789012:rule/bus/rule"
  }
}

mock_resource "aws_cloudwatch_log_group" {
  defaults = {
    arn = "arn:aws:logs:ap-southeast-2:123456789012:log-group:group"
  }
}

mock_resource "aws_dynamodb_table" {
  defaults = {
    arn        = "arn:aws:dynamodb:ap-southeast-2:123456789012:table/table"
    stream_arn = "arn:aws:dynamodb:ap-southeast-2:123456789012:table/table/stream/2025-01-01T00:00:00.000"
  }
}

mock_resource "aws_kms_key" {
  defaults = {
    arn    = "arn:aws:kms:ap-southeast-2:123456789012:key/11111111-2222-3333-4444-555555555555"
    key_id = "11111111-2222-3333-4444-555555555555"
  }
}

mock_resource "aws_ses_domain_identity" {
  defaults = {
    arn                = "arn:aws:ses:ap-southeast-2:123456789012:identity/example.com"
    verification_token = "verification-token"
  }
}

mock_resource "aws_ses_domain_dkim" {
  defaults = {
    dkim_tokens = ["token-one", "token-two", "token-three"]
  }
}

mock_resource "aws_acm_certificate" {
  defaults = {
    arn    = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
    status = "PENDING_VALIDATION"
    domain_validation_options = [{
      domain_name           = "mta-sts.example.com"
      resource_record_name  = "_check.mta-sts.example.com."
      resource_record_type  = "CNAME"
      resource_record_value = "_answer.acm-validations.aws."
    }]
  }
}

mock_resource "aws_cloudfront_distribution" {
  defaults = {
    arn         = "arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE"
    domain_name = "d111111abcdef8.cloudfront.net"
  }
}

mock_resource "aws_s3_bucket" {
  defaults = {
    arn                         = "arn:aws:s3:::bucket"
    bucket_regional_domain_name = "bucket.s3.ap-southeast-2.amazonaws.com"
  }
}
