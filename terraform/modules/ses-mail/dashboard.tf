# The dashboard: what the system does, at a glance. Two widgets a row.

locals {
  # A widget's metrics: [namespace, name, dimension, value, …], as CloudWatch writes them.
  dashboard_own = {
    for name in [
      "EmailsAccepted", "SpamDetected", "VirusDetected", "DmarcRejectDetected",
      "RouterEnrichmentSuccess", "RouterEnrichmentFailure",
      "GmailForwardSuccess", "GmailForwardFailure", "GmailForwardRefused", "GmailTokenInvalid",
      "CanaryDelivered",
      "BounceSendSuccess", "BounceSendFailure", "BounceSuppressed",
      "SMTPCredentialCreations", "SMTPCredentialCreationFailures",
      "SMTPCredentialDeletions", "SMTPCredentialDeletionFailures",
    ] : name => [local.own_metric_namespace, name]
  }

  dashboard_functions = {
    for metric in ["Errors", "Invocations", "Duration"] : metric => [
      for name, function in aws_lambda_function.function :
      ["AWS/Lambda", metric, "FunctionName", function.function_name, { label = name }]
    ]
  }

  dashboard_metric_widgets = concat([
    {
      title   = "Email Processing Overview"
      stat    = "Sum"
      metrics = [for name in ["EmailsAccepted", "SpamDetected", "VirusDetected", "DmarcRejectDetected"] : local.dashboard_own[name]]
    },
    {
      title = "Handler Success/Failure Rates"
      stat  = "Sum"
      metrics = [
        for name in [
          "RouterEnrichmentSuccess", "RouterEnrichmentFailure", "GmailForwardSuccess", "GmailForwardFailure",
          "GmailForwardRefused", "GmailTokenInvalid", "CanaryDelivered", "BounceSendSuccess", "BounceSendFailure", "BounceSuppressed",
        ] : local.dashboard_own[name]
      ]
    },
    {
      title   = "Lambda Function Errors"
      stat    = "Sum"
      metrics = local.dashboard_functions["Errors"]
    },
    {
      title   = "Lambda Function Invocations"
      stat    = "Sum"
      metrics = local.dashboard_functions["Invocations"]
    },
    {
      title = "SQS Queue Depths"
      stat  = "Maximum"
      metrics = [
        for name in keys(local.queued_functions) :
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", aws_sqs_queue.main[name].name]
      ]
    },
    {
      title = "Dead Letter Queue Messages"
      stat  = "Maximum"
      metrics = [
        for name in local.dead_letter_queues[*].name :
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", name]
      ]
    },
    {
      title   = "Lambda Duration"
      stat    = "Average"
      metrics = local.dashboard_functions["Duration"]
    },
    ], var.enable_smtp ? [
    {
      title = "SMTP Credentials"
      stat  = "Sum"
      metrics = [
        for name in [
          "SMTPCredentialCreations", "SMTPCredentialCreationFailures", "SMTPCredentialDeletions", "SMTPCredentialDeletionFailures",
        ] : local.dashboard_own[name]
      ]
    },
  ] : [])

  dashboard_log_widgets = [
    {
      title     = "Held, Refused and Junk Mail"
      functions = ["router-enrichment", "gmail-forwarder"]
      lines = [
        local.held_mail_filter,
        "stats count(*) as mails by outcome, action, reason",
        "sort mails desc",
        "limit 50",
      ]
    },
    {
      title     = "Recent Email Logs"
      functions = local.mail_functions
      lines = [
        "fields @timestamp, function, messageId, outcome, action, rule, reason, durationMs",
        "filter ispresent(outcome)",
        "sort @timestamp desc",
        "limit 50",
      ]
    },
  ]
}

resource "aws_cloudwatch_dashboard" "mail" {
  count          = var.enable_dashboard ? 1 : 0
  dashboard_name = "ses-mail-dashboard-${var.environment}"

  dashboard_body = jsonencode({
    widgets = concat(
      [
        for index, widget in local.dashboard_metric_widgets : {
          type   = "metric"
          x      = index % 2 * 12
          y      = floor(index / 2) * 6
          width  = 12
          height = 6
          properties = {
            title   = widget.title
            region  = local.region
            view    = "timeSeries"
            stacked = false
            period  = 300
            stat    = widget.stat
            metrics = widget.metrics
          }
        }
      ],
      [
        for index, widget in local.dashboard_log_widgets : {
          type   = "log"
          x      = 0
          y      = ceil(length(local.dashboard_metric_widgets) / 2) * 6 + index * 8
          width  = 24
          height = 8
          properties = {
            title  = widget.title
            region = local.region
            view   = "table"
            query = join(" | ", concat(
              [for name in widget.functions : "SOURCE '${aws_cloudwatch_log_group.function[name].name}'"],
              widget.lines,
            ))
          }
        }
      ],
    )
  })
}
