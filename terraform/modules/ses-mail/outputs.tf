output "email_bucket" {
  description = "Bucket that stores the mail, under emails/."
  value       = aws_s3_bucket.email.id
}

output "routing_table" {
  description = "Table of the routing rules."
  value       = aws_dynamodb_table.routing.name
}

output "gmail_token_parameter" {
  description = "Parameter for the Google OAuth token; the token of a single mailbox goes below it."
  value       = aws_ssm_parameter.gmail_token.name
}

output "bounce_sender" {
  description = "Address that bounce messages come from."
  value       = local.bounce_sender
}

output "receipt_rule_set" {
  description = "Receipt rule set that holds this deployment's rule."
  value       = var.receipt_rule_set
}

output "processing_topic_arn" {
  description = "Topic that announces received mail."
  value       = aws_sns_topic.received.arn
}

output "pipe_name" {
  description = "Pipe between the input queue and the bus."
  value       = aws_pipes_pipe.router.name
}

output "event_bus_name" {
  description = "Bus that carries the routing decisions."
  value       = aws_cloudwatch_event_bus.routing.name
}

output "function_names" {
  description = "Deployed name of each function."
  value       = { for name, function in aws_lambda_function.function : name => function.function_name }
}

output "queue_urls" {
  description = "Queue that feeds each function."
  value       = { for name, queue in aws_sqs_queue.main : name => queue.url }
}

output "dead_letter_queue_urls" {
  description = "Dead-letter queue of each function."
  value = merge(
    { for name, queue in aws_sqs_queue.dead_letter : name => queue.url },
    { for queue in aws_sqs_queue.smtp_failures : "smtp-credential-manager" => queue.url },
    { log-routing = aws_sqs_queue.log_failures.url },
  )
}

output "smtp_endpoint" {
  description = "SMTP server for mail clients."
  value       = "email-smtp.${local.region}.amazonaws.com"
}

output "smtp_ports" {
  description = "Ports of the SMTP server, and how each is secured."
  value = {
    recommended = {
      port     = 587
      security = "STARTTLS"
      note     = "For most mail clients"
    }
    alternative = {
      port     = 2587
      security = "STARTTLS"
      note     = "For networks that block port 587"
    }
    tls_wrapper = {
      port     = 465
      security = "TLS"
      note     = "For clients that begin with TLS (\"SSL\")"
    }
  }
}

output "smtp_region" {
  description = "Region of the SMTP server. A password works in this region only."
  value       = local.region
}

output "smtp_credentials_key" {
  description = "Alias of the key that encrypts the passwords in the table. Null without enable_smtp."
  value       = one(aws_kms_alias.smtp[*].name)
}

output "resource_group_url" {
  description = "Console page of all resources of this deployment."
  value       = "https://${local.region}.console.aws.amazon.com/resource-groups/group/${aws_resourcegroups_group.mail.name}?region=${local.region}"
}

output "myapplications_url" {
  description = "Console page of the application. Null without enable_app_registry."
  value       = var.enable_app_registry ? "https://${local.region}.console.aws.amazon.com/systems-manager/appmanager/application/AWS_AppRegistry_Application-${one(aws_servicecatalogappregistry_application.mail[*].name)}?region=${local.region}" : null
}

output "dashboard_url" {
  description = "Console page of the dashboard. Null without enable_dashboard."
  value       = var.enable_dashboard ? "https://${local.region}.console.aws.amazon.com/cloudwatch/home?region=${local.region}#dashboards:name=${one(aws_cloudwatch_dashboard.mail[*].dashboard_name)}" : null
}

output "runbooks" {
  description = "Automation documents that redrive dead letters and check the queues. Null without enable_runbooks."
  value = {
    redrive      = one(aws_ssm_document.redrive[*].name)
    health_check = one(aws_ssm_document.health[*].name)
  }
}

output "operator_policy" {
  description = "IAM policy for a person who operates this deployment with ses-mail, as JSON."
  value       = data.aws_iam_policy_document.operator.json
}

output "alarm_topic_arn" {
  description = "ARN of the SNS topic that the alarms notify. Null without alarm_sns_topic_arn or alarm_emails."
  value       = one(local.alarm_actions)
}
