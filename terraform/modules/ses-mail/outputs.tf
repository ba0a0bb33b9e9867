output "email_bucket" {
  description = "Bucket that mail is stored in, under emails/."
  value       = aws_s3_bucket.email.id
}

output "routing_table" {
  description = "Table of the routing rules."
  value       = aws_dynamodb_table.routing.name
}

output "gmail_token_parameter" {
  description = "Parameter to put the Google OAuth token into; a token for one mailbox goes below it."
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
  description = "Queue that holds what each function could not handle."
  value = merge(
    { for name, queue in aws_sqs_queue.dead_letter : name => queue.url },
    { for queue in aws_sqs_queue.smtp_failures : "smtp-credential-manager" => queue.url },
    { log-routing = aws_sqs_queue.log_failures.url },
  )
}

output "smtp_endpoint" {
  description = "SMTP server of the mail clients that send."
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
  description = "Region whose SMTP server the credentials are for: a password is of no use in another."
  value       = local.region
}

output "smtp_credentials_key" {
  description = "Alias of the key that the passwords in the table are encrypted with. Not there without enable_smtp."
  value       = one(aws_kms_alias.smtp[*].name)
}

output "resource_group_url" {
  description = "All resources of this deployment in the console."
  value       = "https://${local.region}.console.aws.amazon.com/resource-groups/group/${aws_resourcegroups_group.mail.name}?region=${local.region}"
}

output "myapplications_url" {
  description = "The application in the console. Not there without enable_app_registry."
  value       = var.enable_app_registry ? "https://${local.region}.console.aws.amazon.com/systems-manager/appmanager/application/AWS_AppRegistry_Application-${one(aws_servicecatalogappregistry_application.mail[*].name)}?region=${local.region}" : null
}

output "dashboard_url" {
  description = "The dashboard in the console. Not there without enable_dashboard."
  value       = var.enable_dashboard ? "https://${local.region}.console.aws.amazon.com/cloudwatch/home?region=${local.region}#dashboards:name=${one(aws_cloudwatch_dashboard.mail[*].dashboard_name)}" : null
}

output "runbooks" {
  description = "Automation documents: putting dead letters back, and looking at the queues. Null without enable_runbooks."
  value = {
    redrive      = one(aws_ssm_document.redrive[*].name)
    health_check = one(aws_ssm_document.health[*].name)
  }
}

output "operator_policy" {
  description = "Policy of whoever operates this deployment with ses-mail, as JSON."
  value       = data.aws_iam_policy_document.operator.json
}

output "alarm_topic_arn" {
  description = "Topic that the alarms notify. Not there without alarm_sns_topic_arn or alarm_emails."
  value       = one(local.alarm_actions)
}
