# Every output of the module, under its own name.

output "email_bucket" {
  description = "Bucket that stores the mail, under emails/."
  value       = module.ses_mail.email_bucket
}

output "routing_table" {
  description = "Table of the routing rules."
  value       = module.ses_mail.routing_table
}

output "gmail_token_parameter" {
  description = "Parameter for the Google OAuth token; the token of a single mailbox goes below it."
  value       = module.ses_mail.gmail_token_parameter
}

output "bounce_sender" {
  description = "Address that bounce messages come from."
  value       = module.ses_mail.bounce_sender
}

output "receipt_rule_set" {
  description = "Receipt rule set that holds this deployment's rule."
  value       = module.ses_mail.receipt_rule_set
}

output "processing_topic_arn" {
  description = "Topic that announces received mail."
  value       = module.ses_mail.processing_topic_arn
}

output "pipe_name" {
  description = "Pipe between the input queue and the bus."
  value       = module.ses_mail.pipe_name
}

output "event_bus_name" {
  description = "Bus that carries the routing decisions."
  value       = module.ses_mail.event_bus_name
}

output "function_names" {
  description = "Deployed name of each function."
  value       = module.ses_mail.function_names
}

output "queue_urls" {
  description = "Queue that feeds each function."
  value       = module.ses_mail.queue_urls
}

output "dead_letter_queue_urls" {
  description = "Dead-letter queue of each function."
  value       = module.ses_mail.dead_letter_queue_urls
}

output "smtp_endpoint" {
  description = "SMTP server for mail clients."
  value       = module.ses_mail.smtp_endpoint
}

output "smtp_ports" {
  description = "Ports of the SMTP server, and how each is secured."
  value       = module.ses_mail.smtp_ports
}

output "smtp_region" {
  description = "Region of the SMTP server. A password works in this region only."
  value       = module.ses_mail.smtp_region
}

output "smtp_credentials_key" {
  description = "Alias of the key that encrypts the passwords in the table. Null without enable_smtp."
  value       = module.ses_mail.smtp_credentials_key
}

output "resource_group_url" {
  description = "Console page of all resources of this deployment."
  value       = module.ses_mail.resource_group_url
}

output "myapplications_url" {
  description = "Console page of the application. Null without enable_app_registry."
  value       = module.ses_mail.myapplications_url
}

output "dashboard_url" {
  description = "Console page of the dashboard. Null without enable_dashboard."
  value       = module.ses_mail.dashboard_url
}

output "runbooks" {
  description = "Automation documents that redrive dead letters and check the queues. Null without enable_runbooks."
  value       = module.ses_mail.runbooks
}

output "operator_policy" {
  description = "IAM policy for a person who operates this deployment with ses-mail, as JSON."
  value       = module.ses_mail.operator_policy
}

output "alarm_topic_arn" {
  description = "ARN of the SNS topic that the alarms notify. Null without alarm_sns_topic_arn or alarm_emails."
  value       = module.ses_mail.alarm_topic_arn
}

output "dns_configuration_summary" {
  description = "Every DNS record to publish, by domain."
  value       = module.ses_mail.dns_configuration_summary
}

output "route53_change_batches" {
  description = "The same records, as one Route 53 change batch for each domain. UPSERT replaces existing records of the same name and type, including other TXT values at the domain: look first."
  value       = module.ses_mail.route53_change_batches
}

output "spf_record" {
  description = "The SPF record of each domain, which is in dns_configuration_summary too."
  value       = module.ses_mail.spf_record
}

output "mail_from_domains" {
  description = "Custom MAIL FROM domain of each domain."
  value       = module.ses_mail.mail_from_domains
}
