# Wrong input is refused at plan, by the variable that is wrong.

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

run "log_level_warn" {
  command = plan
  variables {
    log_level = "WARN"
  }
  expect_failures = [var.log_level]
}

run "log_level_debug" {
  command = plan
  variables {
    log_level = "DEBUG"
  }
  assert {
    condition     = aws_lambda_function.function["bouncer"].logging_config[0].application_log_level == "DEBUG" && aws_lambda_function.function["bouncer"].logging_config[0].log_format == "JSON"
    error_message = "The log level does not reach the functions."
  }
}

run "no_domain" {
  command = plan
  variables {
    domain = []
  }
  expect_failures = [var.domain]
}

run "address_as_domain" {
  command = plan
  variables {
    domain = ["me@example.com"]
  }
  expect_failures = [var.domain]
}

run "domain_twice" {
  command = plan
  variables {
    domain = ["example.com", "example.com"]
  }
  expect_failures = [var.domain]
}

run "environment_in_capitals" {
  command = plan
  variables {
    environment = "Prod"
  }
  expect_failures = [var.environment]
}

run "bounce_sender_elsewhere" {
  command = plan
  variables {
    bounce_sender = "mailer-daemon@example.net"
  }
  expect_failures = [var.bounce_sender]
}

run "bounce_sender_at_second_domain" {
  command = plan
  variables {
    domain        = ["example.com", "example.org"]
    bounce_sender = "postmaster@example.org"
  }
  assert {
    condition     = one(data.aws_iam_policy_document.bouncer.statement[0].condition).values == tolist(["postmaster@example.org"])
    error_message = "The bouncer may not send from the address that it is given."
  }
}

run "unknown_action_after_a_failed_look_up" {
  command = plan
  variables {
    lookup_failed_action = "forward-to-gmail"
  }
  expect_failures = [var.lookup_failed_action]
}

run "unknown_delivery_of_junk" {
  command = plan
  variables {
    junk_delivery = "bounce"
  }
  expect_failures = [var.junk_delivery]
}

run "retention_of_half_a_day" {
  command = plan
  variables {
    email_retention_days = 0.5
  }
  expect_failures = [var.email_retention_days]
}

run "unknown_architecture" {
  command = plan
  variables {
    lambda_architecture = "aarch64"
  }
  expect_failures = [var.lambda_architecture]
}

run "too_little_memory" {
  command = plan
  variables {
    lambda_memory_mb = 64
  }
  expect_failures = [var.lambda_memory_mb]
}

run "no_concurrency" {
  command = plan
  variables {
    forwarder_concurrency = 1
    bouncer_concurrency   = 1001
  }
  expect_failures = [var.forwarder_concurrency, var.bouncer_concurrency]
}

run "two_mail_from_labels" {
  command = plan
  variables {
    mail_from_subdomain = "bounce.mail"
  }
  expect_failures = [var.mail_from_subdomain]
}

run "rule_set_by_arn" {
  command = plan
  variables {
    receipt_rule_set = "arn:aws:ses:ap-southeast-2:123456789012:receipt-rule-set/prod"
  }
  expect_failures = [var.receipt_rule_set]
}

run "alarm_topic_by_name" {
  command = plan
  variables {
    alarm_sns_topic_arn = "alarms"
  }
  expect_failures = [var.alarm_sns_topic_arn]
}

run "alarm_topic_of_another_service" {
  command = plan
  variables {
    alarm_sns_topic_arn = "arn:aws:sqs:ap-southeast-2:123456789012:alarms"
  }
  expect_failures = [var.alarm_sns_topic_arn]
}

run "backup_before_ses" {
  command = plan
  variables {
    backup_mx_records = [{ hostname = "mail-in.example.net", priority = 10 }]
  }
  expect_failures = [var.backup_mx_records]
}

run "backup_by_address" {
  command = plan
  variables {
    backup_mx_records = [{ hostname = "me@example.net", priority = 20 }]
  }
  expect_failures = [var.backup_mx_records]
}

run "spf_policy_as_written" {
  command = plan
  variables {
    spf_policy = "-all"
  }
  expect_failures = [var.spf_policy]
}

run "spf_a_with_mechanism" {
  command = plan
  variables {
    spf_a_records = ["a:mail.example.net"]
  }
  expect_failures = [var.spf_a_records]
}

run "spf_mx_address" {
  command = plan
  variables {
    spf_mx_records = ["me@example.net"]
  }
  expect_failures = [var.spf_mx_records]
}

run "spf_ses_twice" {
  command = plan
  variables {
    spf_include_domains = ["amazonses.com"]
  }
  expect_failures = [var.spf_include_domains]
}

run "dmarc_policy_unknown" {
  command = plan
  variables {
    dmarc_policy = "fail"
  }
  expect_failures = [var.dmarc_policy]
}

run "dmarc_reports_to_address" {
  command = plan
  variables {
    dmarc_rua_prefix = "dmarc@example.com"
  }
  expect_failures = [var.dmarc_rua_prefix]
}

run "tls_reports_to_address" {
  command = plan
  variables {
    tlsrpt_rua_prefix = "tlsrpt@example.com"
  }
  expect_failures = [var.tlsrpt_rua_prefix]
}

run "ttl_of_a_second" {
  command = plan
  variables {
    dns_ttl = 1
  }
  expect_failures = [var.dns_ttl]
}

run "zone_of_another_domain" {
  command = plan
  variables {
    route53_zone_ids = { "example.net" = "Z0123456789ABC" }
  }
  expect_failures = [var.route53_zone_ids]
}

run "zone_by_name" {
  command = plan
  variables {
    route53_zone_ids = { "example.com" = "example.com." }
  }
  expect_failures = [var.route53_zone_ids]
}

run "mail_from_that_receives" {
  command = plan
  variables {
    domain = ["example.com", "bounce.example.com"]
  }
  expect_failures = [var.mail_from_subdomain]
}

run "half_a_mail" {
  command = plan
  variables {
    alarm_email_volume = 0.5
  }
  expect_failures = [var.alarm_email_volume]
}

run "all_spam" {
  command = plan
  variables {
    alarm_spam_percent = 100
  }
  expect_failures = [var.alarm_spam_percent]
}

run "sampling_over_all" {
  command = plan
  variables {
    xray_sampling_percent = 101
  }
  expect_failures = [var.xray_sampling_percent]
}
