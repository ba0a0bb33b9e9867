variable "environment" {
  description = "Name of this deployment, which ends the name of every resource."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]{0,14}[a-z0-9])?$", var.environment))
    error_message = "environment must be 1 to 16 of a-z, 0-9 and '-', beginning with a letter and not ending with '-', such as \"test\"."
  }
}
