# The prod environment. The README of ../../modules/ses-mail explains every variable.

domain = ["mail.example.com"]

# The active receipt rule set, where it is not the ses-mail that `make account` makes.
# receipt_rule_set = "ses-mail-prod"

# A fault of ours, such as a permission that is missing for six minutes, must not tell people that
# their mail failed: it is stored, the alarm ses-mail-lookup-failed rings, and `ses-mail replay`
# delivers it.
lookup_failed_action = "store"

# People who get the alarms; each confirms once. Not an address at one of the domains above.
# alarm_emails = ["me@example.org"]

# What a small deployment turns off, and what each costs a month in USD where the account's free
# amounts are used up (`ses-mail cost` counts it):
# alarms           = "essential" # 24 alarm metrics less, 2.40; ten are free in an account
# enable_smtp      = false       # the key: 1.00, 2.00 after a year, 3.00 after two; four alarm metrics
# enable_tracing   = false       # 12.50 for a million mails, nothing for a few
# enable_dashboard = false       # 3.00; three are free in an account
# enable_runbooks  = false       # nothing, but a role less

# While the domain's mail still goes elsewhere.
# publish_mx = false

# A mail that the deployment sends through itself every six hours, and an alarm when two do not arrive.
# canary_mailbox      = "me@gmail.com" # once this mailbox has given consent
# enable_canary_alarm = true           # once the first has arrived: ses-mail doctor says when

# A message each morning about what needs a look, if there is anything: held and refused mail, dead
# letters, alarms. "weekly" is on Monday.
# digest         = "daily"
# digest_mailbox = "me@gmail.com" # once this mailbox has given consent
