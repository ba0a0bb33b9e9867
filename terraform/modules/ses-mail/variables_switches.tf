# Parts that a deployment turns on and off, and rules of companies for names and roles.

variable "log_retention_days" {
  description = "Days to keep the logs of the functions, the pipe and the bus. ses-mail replay reads recipients from the log of the bus."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be a number of days that CloudWatch Logs takes: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "noncurrent_version_days" {
  description = "Days to keep a deleted or replaced version of a stored mail. Defaults to email_retention_days."
  type        = number
  default     = null

  validation {
    condition     = var.noncurrent_version_days == null ? true : var.noncurrent_version_days >= 1 && var.noncurrent_version_days <= 3650 && floor(var.noncurrent_version_days) == var.noncurrent_version_days
    error_message = "noncurrent_version_days must be a whole number of days from 1 to 3650."
  }
}

variable "name_suffix" {
  description = "Suffix of the names that are unique in an account (roles, policies, buckets), such as \"-eu\". It lets two regions share an account. Changing it would replace the buckets."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(-[a-z0-9]{1,8})?$", var.name_suffix))
    error_message = "name_suffix must be a '-' and 1 to 8 of a-z and 0-9, such as \"-eu\", or empty."
  }
}

variable "permissions_boundary" {
  description = "ARN of the permissions boundary of every role created here. Empty for none. The users of SMTP credentials have a boundary of their own."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/.+)?$", var.permissions_boundary))
    error_message = "permissions_boundary must be the ARN of a managed policy, such as \"arn:aws:iam::123456789012:policy/boundary\", or empty."
  }
}

variable "iam_path" {
  description = "Path of every role created here."
  type        = string
  default     = "/"
  nullable    = false

  validation {
    condition     = can(regex("^/([A-Za-z0-9._+=,@-]+/)*$", var.iam_path)) && length(var.iam_path) <= 512
    error_message = "iam_path must begin and end with '/', such as \"/mail/\"."
  }
}

variable "enable_smtp" {
  description = "Create what SMTP credentials need: the function, the table's stream, the key and the alarms. Delete every credential before you turn it off."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_tracing" {
  description = "Trace mail with X-Ray. If false, the functions and the topic start no trace, and there is no sampling rule."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_dashboard" {
  description = "Create the dashboard. An account has three free."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_runbooks" {
  description = "Create the Systems Manager runbooks and their role."
  type        = bool
  default     = true
  nullable    = false
}

variable "alarms" {
  description = "Alarms to create: \"all\", \"essential\" (at most ten alarm metrics, which is what an account has free) or \"none\"."
  type        = string
  default     = "all"
  nullable    = false

  validation {
    condition     = contains(["all", "essential", "none"], var.alarms)
    error_message = "alarms must be \"all\", \"essential\" or \"none\"."
  }
}

variable "alarm_emails" {
  description = "Addresses that receive every alarm by email, after each has confirmed its subscription. Choose addresses that do not depend on this deployment."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for address in var.alarm_emails : try(can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", address)), false)])
    error_message = "alarm_emails must hold email addresses, such as [\"me@example.org\"]."
  }

  validation {
    condition     = length(distinct(var.alarm_emails)) == length(var.alarm_emails)
    error_message = "alarm_emails names an address twice: remove the repetition."
  }
}

variable "enable_recovery_notices" {
  description = "Also notify the topic when an alarm is over."
  type        = bool
  default     = true
  nullable    = false
}

variable "canary_mailbox" {
  description = "Gmail account that receives the canary, a test mail that the deployment sends through itself into the trash of the account. Set it after consent was given for the account. Empty for no canary."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([^@\\s]+@[^@\\s]+\\.[^@\\s]+)?$", var.canary_mailbox))
    error_message = "canary_mailbox must be the address of a Gmail account, such as \"me@gmail.com\", or empty."
  }
}

variable "canary_hours" {
  description = "Hours between two canaries. 0 for none. Defaults to 6 where canary_mailbox is set, else 0."
  type        = number
  default     = null

  validation {
    condition     = var.canary_hours == null ? true : var.canary_hours >= 0 && var.canary_hours <= 48 && floor(var.canary_hours) == var.canary_hours
    error_message = "canary_hours must be a whole number of hours from 1 to 48, or 0 for no canary."
  }

  validation {
    condition     = try(var.canary_hours > 0, false) ? var.canary_mailbox != "" : true
    error_message = "canary_hours must be 0 without a canary_mailbox: choose one."
  }
}

variable "enable_canary_alarm" {
  description = "Create the alarm for two missing canaries in a row. Set it after the first canary has arrived (ses-mail doctor says when): before that the alarm would ring."
  type        = bool
  default     = false
  nullable    = false
}

variable "digest" {
  description = "How often a message about what needs a look (held and refused mail, ended rules, dead letters, a missing canary, alarms) is imported into digest_mailbox, if there is anything: \"daily\", \"weekly\" (on Monday), both at 06:00 UTC, or \"off\"."
  type        = string
  default     = "off"
  nullable    = false

  validation {
    condition     = contains(["daily", "weekly", "off"], var.digest)
    error_message = "digest must be \"daily\", \"weekly\" or \"off\"."
  }
}

variable "digest_mailbox" {
  description = "Gmail account that receives the digest. Consent must have been given for it. Required unless digest is \"off\"."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([^@\\s]+@[^@\\s]+\\.[^@\\s]+)?$", var.digest_mailbox))
    error_message = "digest_mailbox must be the address of a Gmail account, such as \"me@gmail.com\", or empty."
  }

  validation {
    condition     = var.digest == "off" || var.digest_mailbox != ""
    error_message = "digest_mailbox must be set where digest is not \"off\": choose the Gmail account that the digest goes into."
  }
}
