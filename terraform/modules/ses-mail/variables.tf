# Only environment (in variables_environment.tf) and domain have no default. The environments link
# to this file.

variable "domain" {
  description = "Domains to receive mail for, the main domain first."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.domain) > 0
    error_message = "domain must name at least one domain, such as [\"mail.example.com\"]."
  }

  validation {
    condition = alltrue([
      for domain in var.domain :
      can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$", domain))
    ])
    error_message = "domain must hold bare lower-case domain names such as \"mail.example.com\": no address, no URL, no final dot. One with other letters is written as DNS has it (xn--…)."
  }

  validation {
    condition     = length(distinct(var.domain)) == length(var.domain)
    error_message = "domain names a domain twice: remove the repetition."
  }

  # A receipt rule takes no more recipients.
  validation {
    condition     = length(var.domain) <= 100
    error_message = "domain must name at most 100 domains, which is what one receipt rule takes: give the others to a second deployment in the same receipt rule set."
  }

  # ACM takes 64 characters, and "mta-sts." stands before the domain.
  validation {
    condition     = var.mta_sts_mode == "off" || alltrue([for domain in var.domain : try(length(domain) <= 56, true)])
    error_message = "domain must hold names of at most 56 characters: no certificate is given for a longer mta-sts.{domain}. Choose a shorter name, or mta_sts_mode = \"off\"."
  }

  # A name in DNS has 253 characters, and a label with its dot, 64, may stand before the domain.
  validation {
    condition     = alltrue([for domain in var.domain : try(length(domain) <= 189, true)])
    error_message = "domain must hold names of at most 189 characters: DNS has no room for the records below a longer one."
  }

  # Where the policy is served is a CNAME, which no other record may stand beside.
  validation {
    condition     = var.mta_sts_mode == "off" || alltrue([for domain in var.domain : try(!contains(var.domain, "mta-sts.${domain}"), true)])
    error_message = "domain names mta-sts.{domain} of another domain in it, which is where the MTA-STS policy is served: remove it, or choose mta_sts_mode = \"off\"."
  }
}

variable "receipt_rule_set" {
  description = "Receipt rule set that this deployment adds its rule to: the active set of the account and region, which terraform/account owns. A deployment that created its own set earlier names that set."
  type        = string
  default     = "ses-mail"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$", var.receipt_rule_set))
    error_message = "receipt_rule_set must be the name of a receipt rule set: at most 64 letters, digits, '_' and '-', such as \"ses-mail\"."
  }
}

variable "moving_to_receipt_rule_set" {
  description = "Second receipt rule set that also holds the rule while the deployment moves to it. Empty unless it is moving."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([A-Za-z0-9][A-Za-z0-9_-]{0,63})?$", var.moving_to_receipt_rule_set))
    error_message = "moving_to_receipt_rule_set must be the name of a receipt rule set: at most 64 letters, digits, '_' and '-', such as \"ses-mail\", or empty."
  }

  validation {
    condition     = var.moving_to_receipt_rule_set == "" || (var.receipt_rule_set == "ses-mail") != (var.moving_to_receipt_rule_set == "ses-mail")
    error_message = "moving_to_receipt_rule_set must be \"ses-mail\" unless receipt_rule_set is: a move between two other sets goes by way of \"ses-mail\"."
  }
}

variable "mail_from_subdomain" {
  description = "Label put before each domain to make its custom MAIL FROM domain."
  type        = string
  default     = "bounce"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.mail_from_subdomain))
    error_message = "mail_from_subdomain must be one lower-case DNS label such as \"bounce\"."
  }

  # SES takes no MAIL FROM domain that mail is received for.
  validation {
    condition     = alltrue([for domain in var.domain : try(!contains(var.domain, "${var.mail_from_subdomain}.${domain}"), true)])
    error_message = "mail_from_subdomain makes a MAIL FROM domain that is also in domain: choose another label."
  }

  # Lambda takes 4 KB of environment, and the bouncer's names every MAIL FROM domain.
  validation {
    condition     = try(length(join(",", [for domain in var.domain : "${var.mail_from_subdomain}.${domain}"])) <= 3500, true)
    error_message = "mail_from_subdomain and domain make MAIL FROM domains of more than 3500 characters together, which a function's environment does not hold: choose a shorter label, or give some domains to a second deployment in the same receipt rule set."
  }

  validation {
    condition     = var.mta_sts_mode == "off" || var.mail_from_subdomain != "mta-sts"
    error_message = "mail_from_subdomain must not be \"mta-sts\", where the MTA-STS policy is served: choose another label."
  }
}

variable "bounce_sender" {
  description = "Address that bounce messages come from. Empty: mailer-daemon at the first domain."
  type        = string
  default     = ""
  nullable    = false

  # A policy names it: there ${ begins a variable, and * reads as any.
  validation {
    condition     = var.bounce_sender == "" || can(regex("^[A-Za-z0-9!#%&'+/=?^_`|~-]+(\\.[A-Za-z0-9!#%&'+/=?^_`|~-]+)*@", var.bounce_sender)) && length(split("@", var.bounce_sender)[0]) <= 64
    error_message = "bounce_sender must have at most 64 characters before the @, letters, digits, '-', '_', '+' and single dots between them, such as \"mailer-daemon@mail.example.com\"."
  }

  validation {
    condition = var.bounce_sender == "" || (
      can(regex("^[^@]+@[^@]+$", var.bounce_sender)) &&
      contains(var.domain, element(split("@", var.bounce_sender), 1))
    )
    error_message = "bounce_sender must be an address at one of the domains in domain: SES sends for no other."
  }
}

variable "bounce_require_auth" {
  description = "Bounce a mail only if SPF proves its envelope sender, or DMARC does for the same domain or a parent of it. Without this, people whose address was forged receive the bounces."
  type        = bool
  default     = true
  nullable    = false
}

variable "lookup_failed_action" {
  description = "What to do with a mail whose rules could not be read in three tries: \"bounce\" (tell its sender that delivery failed) or \"store\" (keep it in the bucket and tell nobody; it can be replayed)."
  type        = string
  default     = "bounce"
  nullable    = false

  validation {
    condition     = contains(["bounce", "store"], var.lookup_failed_action)
    error_message = "lookup_failed_action must be \"bounce\" or \"store\"."
  }
}

variable "junk_delivery" {
  description = "What becomes of junk (spam, and mail that fails DMARC where its domain asks for refusal): \"store\" (it stays in the bucket) or \"gmail-spam\" (where a rule forwards, it is also imported into Gmail's Spam, and so is mail that its domain wants in quarantine). Junk is never bounced."
  type        = string
  default     = "store"
  nullable    = false

  validation {
    condition     = contains(["store", "gmail-spam"], var.junk_delivery)
    error_message = "junk_delivery must be \"store\" or \"gmail-spam\"."
  }
}

variable "email_retention_days" {
  description = "Days to keep a mail in the bucket. The record of what was done with it is kept 30 days longer."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = var.email_retention_days >= 1 && var.email_retention_days <= 3650 && floor(var.email_retention_days) == var.email_retention_days
    error_message = "email_retention_days must be a whole number of days from 1 to 3650."
  }
}

variable "bucket_force_destroy" {
  description = "Allow a destroy to delete the bucket together with the mail in it."
  type        = bool
  default     = false
  nullable    = false
}

variable "table_deletion_protection" {
  description = "Protect the table against deletion. Apply false before a destroy. Defaults to true where environment is \"prod\"."
  type        = bool
  default     = null
}

variable "package_dir" {
  description = "Folder with the {function}.zip of every function. Defaults to build/ at the top of the checkout."
  type        = string
  default     = ""
  nullable    = false
}

variable "packages" {
  description = "Location in S3 of the {function}.zip of every function, used instead of package_dir: a bucket in the same region, and a prefix that names the version, such as \"ses-mail/1.2.0/\"."
  type        = object({ bucket = string, prefix = string })
  default     = null

  validation {
    condition     = var.packages == null ? true : try(can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.packages.bucket)) && !startswith(var.packages.prefix, "/"), false)
    error_message = "packages must have the name of a bucket and a prefix that does not begin with '/', such as { bucket = \"packages-of-ours\", prefix = \"ses-mail/1.2.0/\" }."
  }
}

variable "lambda_architecture" {
  description = "Instruction set of the packages."
  type        = string
  default     = "x86_64"
  nullable    = false

  validation {
    condition     = contains(["x86_64", "arm64"], var.lambda_architecture)
    error_message = "lambda_architecture must be \"x86_64\" or \"arm64\", whichever the packages were built for."
  }
}

variable "lambda_memory_mb" {
  description = "Memory of each function in MB."
  type        = number
  default     = 128
  nullable    = false

  validation {
    condition     = var.lambda_memory_mb >= 128 && var.lambda_memory_mb <= 10240 && floor(var.lambda_memory_mb) == var.lambda_memory_mb
    error_message = "lambda_memory_mb must be a whole number from 128 to 10240."
  }
}

variable "forwarder_concurrency" {
  description = "Number of mails that are imported into Gmail at a time, from 2 to 1000."
  type        = number
  default     = 10
  nullable    = false

  validation {
    condition     = var.forwarder_concurrency >= 2 && var.forwarder_concurrency <= 1000 && floor(var.forwarder_concurrency) == var.forwarder_concurrency
    error_message = "forwarder_concurrency must be a whole number from 2 to 1000."
  }
}

variable "bouncer_concurrency" {
  description = "Number of mails whose senders are told at a time, from 2 to 1000."
  type        = number
  default     = 5
  nullable    = false

  validation {
    condition     = var.bouncer_concurrency >= 2 && var.bouncer_concurrency <= 1000 && floor(var.bouncer_concurrency) == var.bouncer_concurrency
    error_message = "bouncer_concurrency must be a whole number from 2 to 1000."
  }
}

variable "log_level" {
  description = "Lowest log level of the functions."
  type        = string
  default     = "INFO"
  nullable    = false

  validation {
    condition     = contains(["TRACE", "DEBUG", "INFO"], var.log_level)
    error_message = "log_level must be TRACE, DEBUG or INFO: metrics are log lines of level INFO, and a higher level would drop them."
  }
}

variable "pipe_log_execution_data" {
  description = "Log the data that passes through the pipe. It includes the headers of every mail, which are personal data."
  type        = bool
  default     = false
  nullable    = false
}

variable "alarm_sns_topic_arn" {
  description = "ARN of the SNS topic that every alarm notifies, when it rings and when it is over. Empty: the topic of alarm_emails, or none."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256})?$", var.alarm_sns_topic_arn))
    error_message = "alarm_sns_topic_arn must be the ARN of a standard SNS topic, such as \"arn:aws:sns:ap-southeast-2:123456789012:alarms\", or empty."
  }

  # CloudWatch refuses any other, for each alarm, in the middle of the apply.
  validation {
    condition     = var.alarm_sns_topic_arn == "" || startswith(var.alarm_sns_topic_arn, "arn:${local.partition}:sns:${local.region}:")
    error_message = "alarm_sns_topic_arn must name a topic where the deployment is: make one in ${local.region}, whose ARN begins with \"arn:${local.partition}:sns:${local.region}:\"."
  }
}

variable "alarm_email_volume" {
  description = "Number of mails in five minutes above which an alarm rings. 0 for no alarm."
  type        = number
  default     = 100
  nullable    = false

  validation {
    condition     = var.alarm_email_volume >= 0 && floor(var.alarm_email_volume) == var.alarm_email_volume
    error_message = "alarm_email_volume must be a whole number of mails, or 0 for no alarm."
  }
}

variable "alarm_spam_percent" {
  description = "Percentage of spam among the mails of five minutes above which an alarm rings. 0 for no alarm."
  type        = number
  default     = 10
  nullable    = false

  validation {
    condition     = var.alarm_spam_percent >= 0 && var.alarm_spam_percent < 100
    error_message = "alarm_spam_percent must be a percentage from 0 (no alarm) to less than 100, such as 10."
  }
}

variable "xray_sampling_percent" {
  description = "Percentage of the requests to the topic that X-Ray samples, in addition to one a second. It does not affect the functions: Lambda samples one request a second and 5 % of the others."
  type        = number
  default     = 100
  nullable    = false

  validation {
    condition     = var.xray_sampling_percent >= 0 && var.xray_sampling_percent <= 100
    error_message = "xray_sampling_percent must be a percentage from 0 to 100."
  }
}

variable "enable_app_registry" {
  description = "Register the deployment with AppRegistry, so that myApplications shows it. AWS has closed AppRegistry to accounts that never used it."
  type        = bool
  default     = false
  nullable    = false
}
