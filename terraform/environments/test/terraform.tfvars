# The test environment. The README of ../../modules/ses-mail explains every variable.

domain = ["testmail.example.com"]

# The active receipt rule set, where it is not the ses-mail that `make account` makes.
# receipt_rule_set = "ses-mail-test"
