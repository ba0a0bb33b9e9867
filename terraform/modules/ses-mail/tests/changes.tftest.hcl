# Settings that are taken back: each run changes what the run before it has applied.

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

run "with_a_backup" {
  command = apply

  variables {
    backup_mx_records = [{ hostname = "mail-in.example.net", priority = 20 }]
  }

  assert {
    condition = [
      for record in output.dns_configuration_summary["example.com"] : record.value
      if record.type == "MX" && record.name == "example.com"
    ] == ["10 inbound-smtp.ap-southeast-2.amazonaws.com", "20 mail-in.example.net"]
    error_message = "The backup server is not among the MX records."
  }
}

run "without_it_again" {
  command = apply

  assert {
    condition = [
      for record in output.dns_configuration_summary["example.com"] : record.value
      if record.type == "MX" && record.name == "example.com"
    ] == ["10 inbound-smtp.ap-southeast-2.amazonaws.com"]
    error_message = "The backup server stays after it was taken out."
  }
}

run "mta_sts_off" {
  command = apply

  variables {
    mta_sts_mode = "off"
  }

  assert {
    condition = [
      for record in output.dns_configuration_summary["example.com"] : record.name
      if strcontains(record.name, "mta-sts")
    ] == []
    error_message = "A record of MTA-STS stays after it was switched off."
  }
}

run "mta_sts_on_again" {
  command = apply

  variables {
    mta_sts_mode = "enforce"
  }

  assert {
    condition = [
      for record in output.dns_configuration_summary["example.com"] : record.type
      if strcontains(record.name, "mta-sts")
    ] == ["TXT", "CNAME", "CNAME"]
    error_message = "The records of MTA-STS do not come back."
  }
}
