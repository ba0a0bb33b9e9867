variable "local_endpoint" {
  description = "Address of the AWS that local-cloud emulates."
  type        = string
  default     = "https://127.0.0.1:4566"
  nullable    = false

  validation {
    condition     = can(regex("^https://(127\\.0\\.0\\.1|localhost|\\[::1\\]):[0-9]+$", var.local_endpoint))
    error_message = "local_endpoint must be a loopback address with a port, such as \"https://127.0.0.1:4566\"."
  }
}

variable "local_authority" {
  description = "PEM file of the authority that signed local-cloud's certificate. Null for the one that `make local` creates."
  type        = string
  default     = null
}

# The end-to-end tests deploy it as "test" too: that environment alone has rights for tests.
variable "environment" {
  description = "Name of the deployment; it ends the name of every resource."
  type        = string
  default     = "local"
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
