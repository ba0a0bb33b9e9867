# Dashboard and saved queries.

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

run "widgets" {
  command = apply

  assert {
    condition     = aws_cloudwatch_dashboard.mail[0].dashboard_name == "ses-mail-dashboard-prod"
    error_message = "The dashboard has lost its documented name."
  }

  assert {
    condition = jsondecode(aws_cloudwatch_dashboard.mail[0].dashboard_body).widgets[*].properties.title == [
      "Email Processing Overview", "Handler Success/Failure Rates",
      "Lambda Function Errors", "Lambda Function Invocations",
      "SQS Queue Depths", "Dead Letter Queue Messages",
      "Lambda Duration", "SMTP Credentials", "Held, Refused and Junk Mail", "Recent Email Logs",
    ]
    error_message = "A documented widget is missing."
  }

  # Every metric that the functions count is on the dashboard, and no other.
  assert {
    condition = toset(flatten([
      for widget in jsondecode(aws_cloudwatch_dashboard.mail[0].dashboard_body).widgets : [
        for metric in try(widget.properties.metrics, []) : metric[1] if metric[0] == "SESMail/prod"
      ]
      ])) == toset([
      "EmailsAccepted", "SpamDetected", "VirusDetected", "DmarcRejectDetected",
      "RouterEnrichmentSuccess", "RouterEnrichmentFailure",
      "GmailForwardSuccess", "GmailForwardFailure", "GmailForwardRefused", "GmailTokenInvalid",
      "CanaryDelivered",
      "BounceSendSuccess", "BounceSendFailure", "BounceSuppressed",
      "SMTPCredentialCreations", "SMTPCredentialCreationFailures",
      "SMTPCredentialDeletions", "SMTPCredentialDeletionFailures",
    ])
    error_message = "The dashboard shows other metrics than the functions count."
  }

  assert {
    condition = alltrue([
      for widget in jsondecode(aws_cloudwatch_dashboard.mail[0].dashboard_body).widgets :
      widget.x + widget.width <= 24 && alltrue([
        for other in jsondecode(aws_cloudwatch_dashboard.mail[0].dashboard_body).widgets :
        other == widget || other.y >= widget.y + widget.height || widget.y >= other.y + other.height ||
        other.x >= widget.x + widget.width || widget.x >= other.x + other.width
      ])
    ])
    error_message = "Two widgets lie over each other."
  }
}

run "queries" {
  command = plan

  assert {
    condition = sort([for query in aws_cloudwatch_query_definition.saved : query.name]) == tolist([
      "ses-mail/prod/bouncer-failures",
      "ses-mail/prod/dlq-message-investigation",
      "ses-mail/prod/email-end-to-end-trace",
      "ses-mail/prod/gmail-forwarder-failures",
      "ses-mail/prod/held-mail",
      "ses-mail/prod/performance-analysis",
      "ses-mail/prod/router-enrichment-errors",
      "ses-mail/prod/routing-decision-analysis",
    ])
    error_message = "A saved query has lost its documented name."
  }

  assert {
    condition     = aws_cloudwatch_query_definition.saved["email-end-to-end-trace"].log_group_names == tolist(["/aws/lambda/ses-mail-router-enrichment-prod", "/aws/lambda/ses-mail-gmail-forwarder-prod", "/aws/lambda/ses-mail-bouncer-prod", "/aws/events/ses-email-routing-prod"])
    error_message = "The trace of a mail does not look at every log that names it."
  }
}
