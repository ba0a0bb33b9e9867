data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

# Where SES has an endpoint inbound-smtp.{region}.amazonaws.com; `ses-mail doctor` knows the same.
# https://docs.aws.amazon.com/general/latest/gr/ses.html#ses_inbound_endpoints
locals {
  receiving_regions = [
    "ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
    "ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1",
    "us-east-1", "us-east-2", "us-west-1", "us-west-2",
  ]
}

# A warning only: SES may have come to a region since.
check "receiving_region" {
  assert {
    condition     = contains(local.receiving_regions, local.region)
    error_message = "SES is not known to receive mail in ${local.region}: look for inbound-smtp.${local.region}.amazonaws.com in https://docs.aws.amazon.com/general/latest/gr/ses.html, and choose another aws_region if it is not there, such as ap-southeast-2."
  }
}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.id # provider 6 deprecates "name", provider 5 has no "region"

  package_dir = var.package_dir != "" ? var.package_dir : "${path.root}/../../../build"

  bucket_name          = "ses-mail-storage-${local.account}-${local.account_name}"
  table_name           = "ses-email-routing-${var.environment}"
  token_parameter      = "/ses-mail/${var.environment}/gmail-token"
  deployment_parameter = "/ses-mail/${var.environment}/deployment"
  bounce_sender        = var.bounce_sender != "" ? var.bounce_sender : "mailer-daemon@${var.domain[0]}"
  smtp_key_alias       = "alias/ses-mail-smtp-credentials-${var.environment}"
  mail_from_domains    = { for domain in var.domain : domain => "${var.mail_from_subdomain}.${domain}" }

  email_prefix = "emails/"

  # Ends the names that an account has once.
  account_name = "${var.environment}${var.name_suffix}"

  permissions_boundary = var.permissions_boundary == "" ? null : var.permissions_boundary

  smtp_boundary     = "ses-mail-smtp-boundary-${local.account_name}"
  smtp_boundary_arn = "arn:${local.partition}:iam::${local.account}:policy/${local.smtp_boundary}"

  # The record of what the handlers did with a mail is kept longer than the mail itself.
  ledger_days = var.email_retention_days + 30

  # The list of functions. Package, role, log group, queues and mapping follow from an entry here;
  # what the function may do is its entry in policies.tf.
  #   queue            the queue it is fed from, without the environment; null: the table's stream,
  #                    or a schedule
  #   max_receives     tries that a message gets before the dead-letter queue has it
  #   max_concurrency  messages that the mapping hands out at a time; null: the pipe feeds it
  #   route            the bus rule that fills the queue: its name, and the action that it looks for
  functions = {
    router-enrichment = {
      timeout_seconds = 30
      queue           = "ses-email-input"
      max_receives    = 3 # the router takes the third for the last
      max_concurrency = null
      route           = null
      environment = {
        DYNAMODB_TABLE_NAME  = local.table_name
        LOOKUP_FAILED_ACTION = var.lookup_failed_action
        JUNK_DELIVERY        = var.junk_delivery
      }
    }
    gmail-forwarder = {
      timeout_seconds = 120
      queue           = "ses-gmail-forwarder"
      max_receives    = 30 # six hours: an outage or a used-up quota of Gmail's needs nobody
      max_concurrency = var.forwarder_concurrency
      route           = { name = "route-to-gmail", action = "forward-to-gmail" }
      environment = {
        DYNAMODB_TABLE_NAME   = local.table_name
        EMAIL_BUCKET          = local.bucket_name
        GMAIL_TOKEN_PARAMETER = local.token_parameter
        LEDGER_DAYS           = local.ledger_days
      }
    }
    bouncer = {
      timeout_seconds = 30
      queue           = "ses-bouncer"
      max_receives    = 3
      max_concurrency = var.bouncer_concurrency
      route           = { name = "route-to-bouncer", action = "bounce" }
      environment = {
        BOUNCE_REQUIRE_AUTH   = var.bounce_require_auth
        BOUNCE_SENDER         = local.bounce_sender
        DYNAMODB_TABLE_NAME   = local.table_name
        EMAIL_BUCKET          = local.bucket_name
        LEDGER_DAYS           = local.ledger_days
        OWN_MAIL_FROM_DOMAINS = join(",", values(local.mail_from_domains))
      }
    }
    smtp-credential-manager = {
      timeout_seconds = 60
      queue           = null
      max_receives    = null
      max_concurrency = null
      route           = null
      environment = {
        DYNAMODB_TABLE_NAME       = local.table_name
        SMTP_CREDENTIALS_KEY      = local.smtp_key_alias
        SMTP_PERMISSIONS_BOUNDARY = local.smtp_boundary_arn
      }
    }
    digest = {
      timeout_seconds = 120
      queue           = null # called by a schedule
      max_receives    = null
      max_concurrency = null
      route           = null
      environment     = {} # in digest.tf, as it names queues, which follow from this map
    }
  }

  enabled_functions = {
    for name, function in local.functions : name => function
    if lookup({ smtp-credential-manager = var.enable_smtp, digest = var.digest != "off" }, name, true)
  }

  queued_functions = { for name, function in local.functions : name => function if function.queue != null }
  routed_functions = { for name, function in local.functions : name => function if function.route != null }
  polled_functions = { for name, function in local.functions : name => function if function.max_concurrency != null }
}
