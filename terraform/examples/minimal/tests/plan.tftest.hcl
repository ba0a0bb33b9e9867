# The example can be planned as it stands.

mock_provider "aws" {
  source = "../../modules/ses-mail/tests/aws"
}

mock_provider "aws" {
  alias  = "us_east_1"
  source = "../../modules/ses-mail/tests/aws"
}

run "plan" {
  command = plan

  assert {
    condition     = module.ses_mail.receipt_rule_set == "ses-mail"
    error_message = "The example does not add its rule to the account's receipt rule set."
  }
}
