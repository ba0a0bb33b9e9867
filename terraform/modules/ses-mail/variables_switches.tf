# What a deployment turns on and off, and what companies ask of the names.

variable "log_retention_days" {
  description = "Days that CloudWatch keeps the logs of the functions, the pipe and the bus. ses-mail replay reads recipients from the bus's log."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be a number of days that CloudWatch Logs takes: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "noncurrent_version_days" {
  description = "Days that a deleted or replaced version of a stored mail stays in the bucket. Not set: email_retention_days."
  type        = number
  default     = null

  validation {
    condition     = var.noncurrent_version_days == null ? true : var.noncurrent_version_days >= 1 && var.noncurrent_version_days <= 3650 && floor(var.noncurrent_version_days) == var.noncurrent_version_days
    error_message = "noncurrent_version_days must be a whole number of days from 1 to 3650."
  }
}

variable "name_suffix" {
  description = "End of the names that an account has once, of roles, policies and buckets, such as \"-eu\". It lets two regions share an account. A change of it would replace the buckets."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(-[a-z0-9]{1,8})?$", var.name_suffix))
    error_message = "name_suffix must be a '-' and 1 to 8 of a-z and 0-9, such as \"-eu\", or empty."
  }
}

variable "permissions_boundary" {
  description = "ARN of the policy that bounds every role made here. Empty: none. The users of SMTP credentials have a boundary of their own."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/.+)?$", var.permissions_boundary))
    error_message = "permissions_boundary must be the ARN of a managed policy, such as \"arn:aws:iam::123456789012:policy/boundary\", or empty."
  }
}

variable "iam_path" {
  description = "Path of every role made here."
  type        = string
  default     = "/"
  nullable    = false

  validation {
    condition     = can(regex("^/([A-Za-z0-9._+=,@-]+/)*$", var.iam_path)) && length(var.iam_path) <= 512
    error_message = "iam_path must begin and end with '/', such as \"/mail/\"."
  }
}

variable "enable_smtp" {
  description = "Make SMTP credentials: the function, the table's stream, the key and the alarms. Before it is turned off every credential has to be deleted."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_tracing" {
  description = "Trace mail with X-Ray. Off: the functions and the topic begin no trace, and there is no sampling rule."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_dashboard" {
  description = "Make the dashboard. Three are free in an account."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_runbooks" {
  description = "Make the runbooks of Systems Manager, and their role."
  type        = bool
  default     = true
  nullable    = false
}

variable "alarms" {
  description = "Alarms to make: \"all\", \"essential\" (at most ten alarm metrics, which is what an account has free) or \"none\"."
  type        = string
  default     = "all"
  nullable    = false

  validation {
    condition     = contains(["all", "essential", "none"], var.alarms)
    error_message = "alarms must be \"all\", \"essential\" or \"none\"."
  }
}

variable "alarm_emails" {
  description = "Addresses that get every alarm by email, once each has confirmed. Choose addresses that do not depend on this deployment."
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

variable "canary_mailbox" {
  description = "Gmail account that gets the canary: a mail that the deployment sends through itself and that goes to the account's trash. Empty: none."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([^@\\s]+@[^@\\s]+\\.[^@\\s]+)?$", var.canary_mailbox))
    error_message = "canary_mailbox must be the address of a Gmail account, such as \"me@gmail.com\", or empty."
  }
}

variable "canary_hours" {
  description = "Hours from one canary to the next. 0: none. Not set: 6 where canary_mailbox is set, else 0."
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
  description = "Alarm when two canaries in a row are missing. Set it once the first has arrived (ses-mail metrics CanaryDelivered): before that the alarm would ring."
  type        = bool
  default     = false
  nullable    = false
}
