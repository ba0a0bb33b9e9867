# What only the apply would have shown, or nothing at all, is refused at plan.

mock_provider "aws" {
  source = "./tests/aws"
}

mock_provider "aws" {
  alias  = "us_east_1"
  source = "./tests/aws"
}

variables {
  environment = "prod"
  domain      = ["example.com"]
  package_dir = "./tests/packages"
}

run "alarm_topic_in_another_region" {
  command = plan
  variables {
    alarm_sns_topic_arn = "arn:aws:sns:us-east-1:123456789012:alarms"
  }
  expect_failures = [var.alarm_sns_topic_arn]
}

run "alarm_topic_in_another_partition" {
  command = plan
  variables {
    alarm_sns_topic_arn = "arn:aws-cn:sns:ap-southeast-2:123456789012:alarms"
  }
  expect_failures = [var.alarm_sns_topic_arn]
}

run "domain_too_long_for_a_certificate" {
  command = plan
  variables {
    domain = ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbb.com"]
  }
  expect_failures = [var.domain]
}

run "domain_too_long_for_its_records" {
  command = plan
  variables {
    mta_sts_mode = "off"
    domain       = ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.bbb.com"]
  }
  expect_failures = [var.domain]
}

run "domain_where_the_policy_is_served" {
  command = plan
  variables {
    domain = ["example.com", "mta-sts.example.com"]
  }
  expect_failures = [var.domain]
}

run "mail_from_where_the_policy_is_served" {
  command = plan
  variables {
    mail_from_subdomain = "mta-sts"
  }
  expect_failures = [var.mail_from_subdomain]
}

run "without_mta_sts" {
  command = plan
  variables {
    mta_sts_mode        = "off"
    mail_from_subdomain = "mta-sts"
    domain              = ["example.com", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbb.com"]
  }
  assert {
    condition     = output.mail_from_domains["example.com"] == "mta-sts.example.com"
    error_message = "Without a policy its name is not free."
  }
}

run "a_hundred_domains" {
  command = plan
  variables {
    domain = [for number in range(101) : "d${number}.example.com"]
  }
  expect_failures = [var.domain]
}

run "moving_to_the_same_rule_set" {
  command = plan
  variables {
    moving_to_receipt_rule_set = "ses-mail"
  }
  expect_failures = [var.moving_to_receipt_rule_set]
}

run "moving_between_two_other_rule_sets" {
  command = plan
  variables {
    receipt_rule_set           = "ses-mail-prod"
    moving_to_receipt_rule_set = "theirs"
  }
  expect_failures = [var.moving_to_receipt_rule_set]
}

run "environment_that_ends_with_a_hyphen" {
  command = plan
  variables {
    environment = "prod-"
  }
  expect_failures = [var.environment]
}

run "bounce_sender_with_a_variable" {
  command = plan
  variables {
    bounce_sender = "$${aws:username}@example.com"
  }
  expect_failures = [var.bounce_sender]
}

run "bounce_sender_with_a_star" {
  command = plan
  variables {
    bounce_sender = "*@example.com"
  }
  expect_failures = [var.bounce_sender]
}

run "bounce_sender_with_two_dots" {
  command = plan
  variables {
    bounce_sender = "a..b@example.com"
  }
  expect_failures = [var.bounce_sender]
}

run "bounce_sender_too_long" {
  command = plan
  variables {
    bounce_sender = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.com"
  }
  expect_failures = [var.bounce_sender]
}

run "dmarc_reports_with_two_dots" {
  command = plan
  variables {
    dmarc_rua_prefix = "a..b"
  }
  expect_failures = [var.dmarc_rua_prefix]
}

run "tls_reports_with_two_dots" {
  command = plan
  variables {
    tlsrpt_rua_prefix = "a..b"
  }
  expect_failures = [var.tlsrpt_rua_prefix]
}

run "backup_with_underscore" {
  command = plan
  variables {
    backup_mx_records = [{ hostname = "mail_in.example.net", priority = 20 }]
  }
  expect_failures = [var.backup_mx_records]
}

run "backup_that_is_ses" {
  command = plan
  variables {
    backup_mx_records = [{ hostname = "inbound-smtp.ap-southeast-2.amazonaws.com", priority = 20 }]
  }
  expect_failures = [var.backup_mx_records]
}

run "backup_twice" {
  command = plan
  variables {
    backup_mx_records = [{ hostname = "mx.example.net", priority = 20 }, { hostname = "mx.example.net", priority = 30 }]
  }
  expect_failures = [var.backup_mx_records]
}

run "backup_too_long" {
  command = plan
  variables {
    backup_mx_records = [{ hostname = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.abcdef.com", priority = 20 }]
  }
  expect_failures = [var.backup_mx_records]
}

run "spf_a_records_twice" {
  command = plan
  variables {
    spf_a_records = ["a.example.net", "a.example.net"]
  }
  expect_failures = [var.spf_a_records]
}

run "spf_a_records_too_long" {
  command = plan
  variables {
    spf_a_records = ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.abcdef.com"]
  }
  expect_failures = [var.spf_a_records]
}

run "spf_mx_records_twice" {
  command = plan
  variables {
    spf_mx_records = ["a.example.net", "a.example.net"]
  }
  expect_failures = [var.spf_mx_records]
}

run "spf_mx_records_too_long" {
  command = plan
  variables {
    spf_mx_records = ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.abcdef.com"]
  }
  expect_failures = [var.spf_mx_records]
}

run "spf_include_domains_twice" {
  command = plan
  variables {
    spf_include_domains = ["a.example.net", "a.example.net"]
  }
  expect_failures = [var.spf_include_domains]
}

run "spf_include_domains_too_long" {
  command = plan
  variables {
    spf_include_domains = ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.abcdef.com"]
  }
  expect_failures = [var.spf_include_domains]
}

run "spf_mx_records_of_our_own" {
  command = plan
  variables {
    spf_mx_records = ["example.com"]
  }
  expect_failures = [var.spf_mx_records]
}

run "spf_include_domains_of_our_own" {
  command = plan
  variables {
    spf_include_domains = ["example.com"]
  }
  expect_failures = [var.spf_include_domains]
}

run "package_that_is_not_there" {
  command = plan
  variables {
    package_dir = "./tests/nowhere"
  }
  expect_failures = [aws_lambda_function.function]
}

run "region_that_does_not_receive" {
  command = plan
  override_data {
    target = data.aws_region.current
    values = { id = "af-south-1" }
  }
  expect_failures = [check.receiving_region]
}
