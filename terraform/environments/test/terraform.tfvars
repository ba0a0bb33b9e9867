# The test environment. Every variable is described in variables.tf; what is commented out shows
# the default, or an example where there is none.

# aws_region = "ap-southeast-2"

# Domains that mail is received for, the main one first.
domain = ["testmail.example.com"]

# An account and region have one active receipt rule set. Where test and prod share them, one of the
# two adds its rule to the other's set.
# join_existing_ruleset = "ses-mail-prod"

# The envelope sender of what we send is at bounce.{domain}.
# mail_from_subdomain = "bounce"

# bounce_sender       = "mailer-daemon@testmail.example.com"
# bounce_require_auth = true

# email_retention_days = 90

# lambda_memory_mb = 128

# TRACE, DEBUG or INFO; addresses are logged at DEBUG only.
# log_level = "INFO"

# Puts the headers of every mail into a log group.
# pipe_log_execution_data = false

# Who is told of an alarm, and of its end.
# alarm_sns_topic_arn = "arn:aws:sns:ap-southeast-2:123456789012:alarms"
