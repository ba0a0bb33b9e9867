# What test, prod and local have in common: each links to this file, to outputs.tf beside it and to
# the variables of the module. A new variable is written in the module and passed on below.

variable "aws_region" {
  description = "Region of the deployment. SES must receive mail there."
  type        = string
  default     = "ap-southeast-2"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[1-9]$", var.aws_region))
    error_message = "aws_region must be the name of a region, such as \"ap-southeast-2\"."
  }
}

variable "tags" {
  description = "Tags of every resource, in addition to the four that ses-mail sets."
  type        = map(string)
  default     = {}
  nullable    = false
}

data "aws_partition" "current" {}

# Names that the validations of the module's variables use.
locals {
  region       = var.aws_region
  partition    = data.aws_partition.current.partition
  inbound_host = "inbound-smtp.${local.region}.amazonaws.com"
}

module "ses_mail" {
  source = "../../modules/ses-mail"

  providers = {
    aws           = aws
    aws.us_east_1 = aws.us_east_1
  }

  environment                = local.environment
  domain                     = var.domain
  receipt_rule_set           = var.receipt_rule_set
  moving_to_receipt_rule_set = var.moving_to_receipt_rule_set
  mail_from_subdomain        = var.mail_from_subdomain
  bounce_sender              = var.bounce_sender
  bounce_require_auth        = var.bounce_require_auth
  lookup_failed_action       = var.lookup_failed_action
  junk_delivery              = var.junk_delivery
  email_retention_days       = var.email_retention_days
  package_dir                = var.package_dir
  packages                   = var.packages
  bucket_force_destroy       = var.bucket_force_destroy
  table_deletion_protection  = var.table_deletion_protection
  lambda_architecture        = var.lambda_architecture
  lambda_memory_mb           = var.lambda_memory_mb
  forwarder_concurrency      = var.forwarder_concurrency
  bouncer_concurrency        = var.bouncer_concurrency
  log_level                  = var.log_level
  pipe_log_execution_data    = var.pipe_log_execution_data
  alarm_sns_topic_arn        = var.alarm_sns_topic_arn
  backup_mx_records          = var.backup_mx_records
  spf_policy                 = var.spf_policy
  spf_a_records              = var.spf_a_records
  spf_mx_records             = var.spf_mx_records
  spf_include_domains        = var.spf_include_domains
  dmarc_policy               = var.dmarc_policy
  dmarc_rua_prefix           = var.dmarc_rua_prefix
  tlsrpt_rua_prefix          = var.tlsrpt_rua_prefix
  dns_ttl                    = var.dns_ttl
  route53_zone_ids           = var.route53_zone_ids
  mta_sts_mode               = var.mta_sts_mode
  mta_sts_max_age_seconds    = var.mta_sts_max_age_seconds
  alarm_email_volume         = var.alarm_email_volume
  alarm_spam_percent         = var.alarm_spam_percent
  xray_sampling_percent      = var.xray_sampling_percent
  enable_app_registry        = var.enable_app_registry
  log_retention_days         = var.log_retention_days
  noncurrent_version_days    = var.noncurrent_version_days
  name_suffix                = var.name_suffix
  permissions_boundary       = var.permissions_boundary
  iam_path                   = var.iam_path
  enable_smtp                = var.enable_smtp
  enable_tracing             = var.enable_tracing
  enable_dashboard           = var.enable_dashboard
  enable_runbooks            = var.enable_runbooks
  alarms                     = var.alarms
  alarm_emails               = var.alarm_emails
  enable_recovery_notices    = var.enable_recovery_notices
  canary_mailbox             = var.canary_mailbox
  canary_hours               = var.canary_hours
  enable_canary_alarm        = var.enable_canary_alarm
  publish_mx                 = var.publish_mx
  digest                     = var.digest
  digest_mailbox             = var.digest_mailbox
}
