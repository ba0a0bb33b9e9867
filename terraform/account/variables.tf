variable "aws_region" {
  description = "Region of the account settings. make passes AWS_REGION."
  type        = string
  default     = "ap-southeast-2"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[1-9]$", var.aws_region))
    error_message = "aws_region must be the name of a region, such as \"ap-southeast-2\"."
  }
}

variable "manage_receipt_rules" {
  description = "Own the receipt rule set and keep it active. If false, another rule set of the account stays active, and the deployments add their rules to it (receipt_rule_set in their terraform.tfvars)."
  type        = bool
  default     = true
  nullable    = false
}

variable "receipt_rule_set" {
  description = "Receipt rule set to keep active. Another set is activated only after it holds the rules of every deployment that the active one serves."
  type        = string
  default     = "ses-mail"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$", var.receipt_rule_set))
    error_message = "receipt_rule_set must be the name of a receipt rule set: at most 64 letters, digits, '_' and '-', such as \"ses-mail\"."
  }
}

variable "other_receipt_rule_sets" {
  description = "Receipt rule sets to keep beside the active one while deployments move between them."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.other_receipt_rule_sets : can(regex("^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$", name))])
    error_message = "other_receipt_rule_sets must hold names of receipt rule sets: at most 64 letters, digits, '_' and '-', such as \"ses-mail\"."
  }
}

variable "take_over" {
  description = "Active receipt rule set to take into this state as it is. make account TAKE_OVER=NAME sets it."
  type        = string
  default     = ""
  nullable    = false
}

variable "tags" {
  description = "Tags of every resource here, in addition to those of ses-mail."
  type        = map(string)
  default     = {}
  nullable    = false
}
