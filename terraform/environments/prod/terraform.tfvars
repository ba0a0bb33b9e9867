# The prod environment. The README of ../../modules/ses-mail explains every variable.

domain = ["mail.example.com"]

# The active receipt rule set, where it is not the ses-mail that `make account` makes.
# receipt_rule_set = "ses-mail-prod"

# A fault of ours, such as a permission that is missing for six minutes, must not tell people that
# their mail failed: it is stored, the alarm ses-mail-lookup-failed rings, and `ses-mail replay`
# delivers it.
lookup_failed_action = "store"
