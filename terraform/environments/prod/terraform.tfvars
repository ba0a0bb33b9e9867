# The prod environment. ../terraform.tfvars.example has every variable, explained.

domain = ["mail.example.com"]

# An account and region have one active receipt rule set. Where test and prod share them, one of the
# two adds its rule to the other's set.
# join_existing_ruleset = "ses-mail-test"
