variable "local_endpoint" {
  description = "Where local-cloud answers for AWS."
  type        = string
  default     = "http://127.0.0.1:4566"
  nullable    = false

  validation {
    condition     = can(regex("^http://(127\\.0\\.0\\.1|localhost|\\[::1\\]):[0-9]+$", var.local_endpoint))
    error_message = "local_endpoint must be a loopback address with a port, such as \"http://127.0.0.1:4566\"."
  }
}

# The end-to-end tests deploy it as "test" too: that environment alone has rights for tests.
variable "environment" {
  description = "Name of the deployment; it ends the name of every resource."
  type        = string
  default     = "local"
  nullable    = false
}

variable "aws_region" {
  description = "Region that local-cloud plays."
  type        = string
  default     = "ap-southeast-2"
  nullable    = false
}

variable "access_key" {
  description = "Access key that local-cloud knows."
  type        = string
  default     = "testing"
  nullable    = false
}

variable "secret_key" {
  description = "Secret of the access key."
  type        = string
  default     = "testing"
  nullable    = false
  sensitive   = true
}

variable "domain" {
  description = "Domains that mail is received for, the main one first."
  type        = list(string)
  default     = ["example.com", "example.org"]
  nullable    = false
}

variable "lambda_architecture" {
  description = "Instruction set of this machine: the packages run on it."
  type        = string
}

variable "package_dir" {
  description = "Folder of the function packages, when it is not build/ at the top of the checkout."
  type        = string
  default     = null
}

# What follows takes the module's default when it is not set.

variable "join_existing_ruleset" {
  description = "Receipt rule set of another deployment to add the rule to."
  type        = string
  default     = null
}

variable "mail_from_subdomain" {
  description = "Label of the custom MAIL FROM domains."
  type        = string
  default     = null
}

variable "bounce_sender" {
  description = "Address that bounce messages come from."
  type        = string
  default     = null
}

variable "bounce_require_auth" {
  description = "Bounce only mail whose envelope sender is proved."
  type        = bool
  default     = null
}

variable "lookup_failed_action" {
  description = "What becomes of a mail whose rules cannot be read: \"bounce\" or \"store\"."
  type        = string
  default     = null
}

variable "email_retention_days" {
  description = "Days that mail stays in the bucket."
  type        = number
  default     = null
}

variable "table_deletion_protection" {
  description = "Have DynamoDB refuse to delete the table."
  type        = bool
  default     = null
}

variable "lambda_memory_mb" {
  description = "Memory of each function in MB."
  type        = number
  default     = null
}

variable "log_level" {
  description = "Least important level that the functions log: TRACE, DEBUG or INFO."
  type        = string
  default     = null
}

variable "pipe_log_execution_data" {
  description = "Log what passes through the pipe, headers of every mail included."
  type        = bool
  default     = null
}

variable "alarm_sns_topic_arn" {
  description = "Topic that every alarm tells."
  type        = string
  default     = null
}

variable "backup_mx_records" {
  description = "Mail servers that receive when SES does not answer."
  type        = list(object({ hostname = string, priority = number }))
  default     = null
}

variable "spf_policy" {
  description = "What others shall do with mail that SPF does not cover."
  type        = string
  default     = null
}

variable "spf_a_records" {
  description = "Hosts whose own addresses send mail for the domains (a:host)."
  type        = list(string)
  default     = null
}

variable "spf_mx_records" {
  description = "Domains whose mail servers also send mail for the domains (mx:domain)."
  type        = list(string)
  default     = null
}

variable "spf_include_domains" {
  description = "Other services that send mail for the domains, by the domain of their SPF record (include:domain)."
  type        = list(string)
  default     = null
}

variable "dmarc_policy" {
  description = "What others shall do with mail that claims to be from the domains and is not."
  type        = string
  default     = null
}

variable "dmarc_rua_prefix" {
  description = "Mailbox at each domain that gets DMARC reports."
  type        = string
  default     = null
}

variable "tlsrpt_rua_prefix" {
  description = "Mailbox at each domain that gets reports on failed encryption (TLS-RPT)."
  type        = string
  default     = null
}

variable "dns_ttl" {
  description = "Seconds that others may remember a DNS record."
  type        = number
  default     = null
}

variable "route53_zone_ids" {
  description = "Hosted zone of a domain, for those whose records Terraform shall make."
  type        = map(string)
  default     = null
}

variable "mta_sts_mode" {
  description = "What senders shall do when they cannot encrypt to our servers."
  type        = string
  default     = null
}

variable "mta_sts_max_age_seconds" {
  description = "Seconds that senders may remember the MTA-STS policy."
  type        = number
  default     = null
}

variable "alarm_email_volume" {
  description = "Mails in five minutes, more than which are too many."
  type        = number
  default     = null
}

variable "alarm_spam_percent" {
  description = "Per cent of the mails of five minutes, more than which being spam is too many."
  type        = number
  default     = null
}

variable "xray_sampling_percent" {
  description = "Per cent of the mails that are traced, beside one a second that always is."
  type        = number
  default     = null
}

variable "enable_app_registry" {
  description = "Register the deployment with AppRegistry, so that myApplications shows it."
  type        = bool
  default     = true
}
