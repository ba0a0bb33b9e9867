variable "local_profile" {
  description = "AWS configuration file whose profile `local` has the endpoint of local-cloud. Null for the one that `make local` writes."
  type        = string
  default     = null
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
