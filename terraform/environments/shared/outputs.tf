# Every output of the module, under its own name.

output "email_bucket" {
  description = "Bucket that mail is stored in, under emails/."
  value       = module.ses_mail.email_bucket
}

output "routing_table" {
  description = "Table of the routing rules."
  value       = module.ses_mail.routing_table
}

output "gmail_token_parameter" {
  description = "Parameter to put the Google OAuth token into; a token for one mailbox goes below it."
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
  description = "Queue that holds what each function could not handle."
  value       = module.ses_mail.dead_letter_queue_urls
}

output "smtp_endpoint" {
  description = "SMTP server of the mail clients that send."
  value       = module.ses_mail.smtp_endpoint
}

output "smtp_ports" {
  description = "Ports of the SMTP server, and how each is secured."
  value       = module.ses_mail.smtp_ports
}

output "smtp_region" {
  description = "Region whose SMTP server the credentials are for: a password is of no use in another."
  value       = module.ses_mail.smtp_region
}

output "smtp_credentials_key" {
  description = "Alias of the key that the passwords in the table are encrypted with. Not there without enable_smtp."
  value       = module.ses_mail.smtp_credentials_key
}

output "resource_group_url" {
  description = "All resources of this deployment in the console."
  value       = module.ses_mail.resource_group_url
}

output "myapplications_url" {
  description = "The application in the console. Not there without enable_app_registry."
  value       = module.ses_mail.myapplications_url
}

output "dashboard_url" {
  description = "The dashboard in the console. Not there without enable_dashboard."
  value       = module.ses_mail.dashboard_url
}

output "runbooks" {
  description = "Automation documents: putting dead letters back, and looking at the queues. Null without enable_runbooks."
  value       = module.ses_mail.runbooks
}

output "operator_policy" {
  description = "Policy of whoever operates this deployment with ses-mail, as JSON."
  value       = module.ses_mail.operator_policy
}

output "alarm_topic_arn" {
  description = "Topic that the alarms notify. Not there without alarm_sns_topic_arn or alarm_emails."
  value       = module.ses_mail.alarm_topic_arn
}

output "dns_configuration_summary" {
  description = "Every DNS record to publish, by domain."
  value       = module.ses_mail.dns_configuration_summary
}

output "route53_change_batches" {
  description = "The same records by domain, each as a change batch of Route 53. UPSERT replaces what stands at a name and type, other TXT values at the domain too: look first."
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
