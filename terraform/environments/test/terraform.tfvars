# The test environment. ../terraform.tfvars.example has every variable, explained.

domain = ["testmail.example.com"]

# An account and region have one active receipt rule set. Where test and prod share them, one of the
# two adds its rule to the other's set.
# join_existing_ruleset = "ses-mail-prod"
