# The prod environment. ../terraform.tfvars.example has every variable, explained.

domain = ["mail.example.com"]

# An account and region have one active receipt rule set. Where test and prod share them, one of the
# two adds its rule to the other's set.
# join_existing_ruleset = "ses-mail-test"

# A fault of ours, such as a permission that is missing for six minutes, must not tell people that
# their mail failed: it is stored, the alarm ses-mail-lookup-failed rings, and `ses-mail replay`
# delivers it.
lookup_failed_action = "store"
