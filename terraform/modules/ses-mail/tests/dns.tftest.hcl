# The DNS records: which, and what they say.

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

run "one_domain" {
  command = apply

  assert {
    condition = [
      for record in output.dns_configuration_summary["example.com"] : "${record.name} ${record.ttl} ${record.type} ${record.value}"
      ] == [
      "_amazonses.example.com 1800 TXT verification-token",
      "example.com 1800 MX 10 inbound-smtp.ap-southeast-2.amazonaws.com",
      "token-one._domainkey.example.com 1800 CNAME token-one.dkim.amazonses.com",
      "token-two._domainkey.example.com 1800 CNAME token-two.dkim.amazonses.com",
      "token-three._domainkey.example.com 1800 CNAME token-three.dkim.amazonses.com",
      "example.com 1800 TXT v=spf1 include:amazonses.com ~all",
      "bounce.example.com 1800 MX 10 feedback-smtp.ap-southeast-2.amazonses.com",
      "bounce.example.com 1800 TXT v=spf1 include:amazonses.com ~all",
      "_dmarc.example.com 1800 TXT v=DMARC1; p=reject; rua=mailto:dmarc@example.com",
      "_mta-sts.example.com 1800 TXT v=STSv1; id=${substr(sha256("version: STSv1\nmode: testing\nmx: inbound-smtp.ap-southeast-2.amazonaws.com\nmax_age: 604800\n"), 0, 32)}",
      "mta-sts.example.com 1800 CNAME d111111abcdef8.cloudfront.net",
      "_check.mta-sts.example.com 1800 CNAME _answer.acm-validations.aws",
      "_smtp._tls.example.com 1800 TXT v=TLSRPTv1; rua=mailto:tlsrpt@example.com",
    ]
    error_message = "A record of the documented list is missing, or says something else."
  }

  assert {
    condition     = alltrue([for record in output.dns_configuration_summary["example.com"] : record.purpose != ""])
    error_message = "A record does not say what it is for."
  }

  assert {
    condition = [
      for change in output.route53_change_batches["example.com"].Changes : change.ResourceRecordSet
      if change.ResourceRecordSet.Name == "_dmarc.example.com" && change.Action == "UPSERT"
      ] == [{
        Name            = "_dmarc.example.com"
        Type            = "TXT"
        TTL             = 1800
        ResourceRecords = [{ Value = "\"v=DMARC1; p=reject; rua=mailto:dmarc@example.com\"" }]
    }]
    error_message = "The change batch does not put text in quotation marks."
  }

  assert {
    condition     = length(aws_route53_record.domain) == 0
    error_message = "Without a zone Terraform makes records."
  }
}

run "three_domains" {
  command = plan

  variables {
    domain = ["example.com", "example.org", "mail.example.net"]
  }

  assert {
    condition = (
      aws_ses_receipt_rule.receive["shared"].recipients == toset(var.domain) && alltrue([
        for has in [output.spf_record, aws_ses_domain_dkim.domain, aws_ses_domain_mail_from.domain] : toset(keys(has)) == toset(var.domain)
      ])
    )
    error_message = "A domain has no identity, DKIM or MAIL FROM, or is not received for."
  }
}

run "backup_servers" {
  command = apply

  variables {
    backup_mx_records = [
      { hostname = "mail-in.example.net", priority = 20 },
      { hostname = "mail-in.example.org", priority = 30 },
    ]
  }

  assert {
    condition = [
      for record in output.dns_configuration_summary["example.com"] : record.value if record.type == "MX" && record.name == "example.com"
      ] == [
      "10 inbound-smtp.ap-southeast-2.amazonaws.com",
      "20 mail-in.example.net",
      "30 mail-in.example.org",
    ]
    error_message = "The backup servers do not stand beside SES."
  }

  assert {
    condition = [
      for change in output.route53_change_batches["example.com"].Changes : length(change.ResourceRecordSet.ResourceRecords)
      if change.ResourceRecordSet.Type == "MX" && change.ResourceRecordSet.Name == "example.com"
    ] == [3]
    error_message = "The servers are not one record set: Route 53 would keep the last one only."
  }

  assert {
    condition     = output.spf_record["example.com"].value == "v=spf1 include:amazonses.com ~all"
    error_message = "A server that receives is allowed to send."
  }
}

run "spf_order" {
  command = plan

  variables {
    spf_policy          = "fail"
    spf_a_records       = ["srv2.example.net", "mail-out.example.net"]
    spf_mx_records      = ["example.org"]
    spf_include_domains = ["outbound.example.net", "_spf.google.com"]
  }

  assert {
    condition     = output.spf_record["example.com"].value == "v=spf1 a:srv2.example.net a:mail-out.example.net mx:example.org include:amazonses.com include:outbound.example.net include:_spf.google.com -all"
    error_message = "The SPF record is not in the documented order."
  }

  assert {
    condition     = keys(output.spf_record["example.com"]) == ["name", "note", "purpose", "type", "value"] && startswith(output.spf_record["example.com"].note, "-all") && output.spf_record["example.com"].type == "TXT"
    error_message = "The SPF output has lost a documented field, or its note does not tell what -all does."
  }
}

run "spf_long" {
  command = apply

  variables {
    spf_a_records = [
      for number in range(7) : "a-mail-server-with-a-long-name-${number}.example.net"
    ]
    route53_zone_ids = { "example.com" = "Z0123456789ABC" }
  }

  assert {
    condition = alltrue([
      for text in split("\" \"", trim(output.spf_record["example.com"].value, "\"")) : length(text) <= 255
      ]) && replace(replace(output.spf_record["example.com"].value, "\" \"", ""), "\"", "") == join(" ", concat(
      ["v=spf1"],
      [for number in range(7) : "a:a-mail-server-with-a-long-name-${number}.example.net"],
      ["include:amazonses.com", "~all"],
    ))
    error_message = "A long SPF record is not split into strings of 255 characters."
  }

  assert {
    condition     = strcontains(one(aws_route53_record.domain["example.com/spf"].records), "\" \"")
    error_message = "Route 53 does not get the strings one by one."
  }
}

run "spf_ten_lookups" {
  command = plan

  variables {
    spf_include_domains = [for number in range(9) : "spf${number}.example.net"]
  }

  assert {
    condition     = length(split("include:", output.spf_record["example.com"].value)) == 11
    error_message = "Ten look-ups are allowed."
  }
}

run "spf_eleven_lookups" {
  command = plan

  variables {
    spf_a_records       = ["a.example.net"]
    spf_mx_records      = ["example.net"]
    spf_include_domains = [for number in range(8) : "spf${number}.example.net"]
  }

  expect_failures = [var.spf_include_domains]
}

run "no_reports" {
  command = apply

  variables {
    dmarc_policy      = "quarantine"
    dmarc_rua_prefix  = ""
    tlsrpt_rua_prefix = ""
    dns_ttl           = 300
  }

  assert {
    condition = [
      for record in output.dns_configuration_summary["example.com"] : "${record.value} ${record.ttl}" if startswith(record.name, "_dmarc") || startswith(record.name, "_smtp")
    ] == ["v=DMARC1; p=quarantine 300"]
    error_message = "Without a mailbox for reports somebody is asked to send some."
  }
}

run "zone" {
  command = apply

  variables {
    domain           = ["example.com", "example.org"]
    route53_zone_ids = { "example.org" = "Z0123456789ABC" }
  }

  assert {
    condition = alltrue([
      for key, record in aws_route53_record.domain : startswith(key, "example.org/") && record.zone_id == "Z0123456789ABC"
    ])
    error_message = "Records are made outside the zone of their domain."
  }

  assert {
    condition = {
      for record in concat(values(aws_route53_record.domain), values(aws_route53_record.certificate)) :
      "${trimsuffix(record.name, ".")} ${record.type}" => join(",", [for value in record.records : trimsuffix(value, ".")])
      } == {
      for change in output.route53_change_batches["example.org"].Changes :
      "${change.ResourceRecordSet.Name} ${change.ResourceRecordSet.Type}" => trim(join(",", change.ResourceRecordSet.ResourceRecords[*].Value), "\"")
    }
    error_message = "Terraform makes other records than it shows."
  }
}
