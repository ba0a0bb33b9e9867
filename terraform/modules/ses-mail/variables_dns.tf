# What the DNS records of the mail domains say.

locals {
  hostname_pattern = "^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$"
  server_pattern   = replace(local.hostname_pattern, "_", "")
  mailbox_pattern  = "^([a-z0-9]([a-z0-9._+-]{0,62}[a-z0-9])?)?$"
}

variable "backup_mx_records" {
  description = "Mail servers that receive when SES does not answer. SES has priority 10; a server with a higher number is tried later. The MTA-STS policy lists them too. Mail that they accept arrives here only if they pass it on to SES. With mta_sts_mode = \"enforce\", a server without a valid certificate receives no mail."
  type        = list(object({ hostname = string, priority = number }))
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for mx in var.backup_mx_records : try(can(regex(local.server_pattern, mx.hostname)) && length(mx.hostname) <= 253, false)])
    error_message = "backup_mx_records must name servers by lower-case host name of at most 253 characters, such as \"mail-in.example.net\": no address, no '_', no final dot."
  }

  validation {
    condition     = try(!contains(var.backup_mx_records[*].hostname, local.inbound_host), true)
    error_message = "backup_mx_records names SES's own ${local.inbound_host}, which is always there: remove it."
  }

  validation {
    condition     = try(length(distinct(var.backup_mx_records[*].hostname)) == length(var.backup_mx_records), true)
    error_message = "backup_mx_records names a server twice: remove the repetition."
  }

  validation {
    condition     = alltrue([for mx in var.backup_mx_records : try(mx.priority > 10 && mx.priority <= 65535 && floor(mx.priority) == mx.priority, false)])
    error_message = "backup_mx_records must have whole priorities from 11 to 65535, such as 20: SES has 10 and must come first."
  }
}

variable "spf_policy" {
  description = "What receivers should do with mail that SPF does not authorise: \"softfail\" (~all, suspicious) or \"fail\" (-all, refused)."
  type        = string
  default     = "softfail"
  nullable    = false

  validation {
    condition     = contains(["softfail", "fail"], var.spf_policy)
    error_message = "spf_policy must be \"softfail\" (~all, while testing) or \"fail\" (-all)."
  }
}

variable "spf_a_records" {
  description = "Hosts whose own addresses send mail for the domains (a:host)."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for host in var.spf_a_records : try(can(regex(local.hostname_pattern, host)) && length(host) <= 253, false)])
    error_message = "spf_a_records must hold lower-case host names of at most 253 characters such as \"mail-out.example.net\": no address, no \"a:\"."
  }

  validation {
    condition     = length(distinct(var.spf_a_records)) == length(var.spf_a_records)
    error_message = "spf_a_records has an entry twice: remove the repetition."
  }
}

variable "spf_mx_records" {
  description = "Domains whose mail servers also send mail for the domains (mx:domain). A server that only receives does not belong here."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for host in var.spf_mx_records : try(can(regex(local.hostname_pattern, host)) && length(host) <= 253, false)])
    error_message = "spf_mx_records must hold lower-case domain names of at most 253 characters such as \"example.net\": no address, no \"mx:\"."
  }

  validation {
    condition     = length(setintersection(var.spf_mx_records, var.domain)) == 0
    error_message = "spf_mx_records names a domain that is in domain too: remove it, its mail servers are SES and backup servers, which send nothing."
  }

  validation {
    condition     = length(distinct(var.spf_mx_records)) == length(var.spf_mx_records)
    error_message = "spf_mx_records has an entry twice: remove the repetition."
  }
}

variable "spf_include_domains" {
  description = "Other services that send mail for the domains, by the domain of their SPF record (include:domain)."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for domain in var.spf_include_domains : try(can(regex(local.hostname_pattern, domain)) && length(domain) <= 253, false)])
    error_message = "spf_include_domains must hold lower-case domain names of at most 253 characters such as \"_spf.google.com\": no \"include:\". amazonses.com is always there."
  }

  validation {
    condition     = length(setintersection(var.spf_include_domains, var.domain)) == 0
    error_message = "spf_include_domains names a domain that is in domain too: remove it, its SPF record is this one, and a record that includes itself is ignored."
  }

  validation {
    condition     = length(distinct(var.spf_include_domains)) == length(var.spf_include_domains)
    error_message = "spf_include_domains has an entry twice: remove the repetition."
  }

  # RFC 7208, section 4.6.4. Terms inside the included records count too: only DNS knows those.
  validation {
    condition     = length(var.spf_a_records) + length(var.spf_mx_records) + length(var.spf_include_domains) + 1 <= 10
    error_message = "spf_a_records, spf_mx_records and spf_include_domains have more than nine entries together: with SES that is over the ten look-ups that SPF allows, and receivers would ignore the record. Remove some."
  }

  validation {
    condition     = !contains(var.spf_include_domains, "amazonses.com")
    error_message = "spf_include_domains must not name amazonses.com: it is always included."
  }
}

variable "dmarc_policy" {
  description = "What receivers should do with mail that fails DMARC: \"none\", \"quarantine\" or \"reject\"."
  type        = string
  default     = "reject"
  nullable    = false

  validation {
    condition     = contains(["none", "quarantine", "reject"], var.dmarc_policy)
    error_message = "dmarc_policy must be \"none\", \"quarantine\" or \"reject\"."
  }
}

variable "dmarc_rua_prefix" {
  description = "Mailbox at each domain that gets DMARC reports. Empty: no reports. ses-mail reports reads what comes to dmarc. Only postmaster, abuse, dmarc, tlsrpt and mailer-daemon are never bounced: another mailbox needs a rule of its own (ses-mail rules set … store)."
  type        = string
  default     = "dmarc"
  nullable    = false

  validation {
    condition     = can(regex(local.mailbox_pattern, var.dmarc_rua_prefix)) && !strcontains(var.dmarc_rua_prefix, "..")
    error_message = "dmarc_rua_prefix must be the part before the @ only, without two dots in a row, such as \"dmarc\", or empty."
  }
}

variable "tlsrpt_rua_prefix" {
  description = "Mailbox at each domain that gets reports on failed encryption (TLS-RPT). Empty: no record. ses-mail reports reads what comes to tlsrpt. Only postmaster, abuse, dmarc, tlsrpt and mailer-daemon are never bounced: another mailbox needs a rule of its own (ses-mail rules set … store)."
  type        = string
  default     = "tlsrpt"
  nullable    = false

  validation {
    condition     = can(regex(local.mailbox_pattern, var.tlsrpt_rua_prefix)) && !strcontains(var.tlsrpt_rua_prefix, "..")
    error_message = "tlsrpt_rua_prefix must be the part before the @ only, without two dots in a row, such as \"tlsrpt\", or empty."
  }
}

variable "dns_ttl" {
  description = "Time to live of the DNS records, in seconds."
  type        = number
  default     = 1800
  nullable    = false

  validation {
    condition     = var.dns_ttl >= 60 && var.dns_ttl <= 86400 && floor(var.dns_ttl) == var.dns_ttl
    error_message = "dns_ttl must be a whole number of seconds from 60 to 86400."
  }
}

variable "route53_zone_ids" {
  description = "Hosted zone of each domain whose records Terraform creates. The records of other domains are published by hand."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(keys(var.route53_zone_ids), var.domain)) == 0
    error_message = "route53_zone_ids names a domain that is not in domain: add it there, or remove it here."
  }

  validation {
    condition     = alltrue([for zone in values(var.route53_zone_ids) : can(regex("^Z[A-Z0-9]{1,31}$", zone))])
    error_message = "route53_zone_ids must give the id of each hosted zone, such as { \"mail.example.com\" = \"Z0123456789ABCDEFGHIJ\" }."
  }
}

variable "mta_sts_mode" {
  description = "What senders should do when they cannot encrypt: \"testing\" (send and report), \"enforce\" (do not send) or \"none\" (forget the policy; keep it for max_age before \"off\"). \"off\" creates nothing."
  type        = string
  default     = "testing"
  nullable    = false

  validation {
    condition     = contains(["off", "none", "testing", "enforce"], var.mta_sts_mode)
    error_message = "mta_sts_mode must be \"off\", \"none\", \"testing\" or \"enforce\". Begin with \"testing\"; leave by way of \"none\"."
  }
}

variable "mta_sts_max_age_seconds" {
  description = "Seconds for which senders may cache the MTA-STS policy."
  type        = number
  default     = 604800
  nullable    = false

  validation {
    condition     = var.mta_sts_max_age_seconds >= 86400 && var.mta_sts_max_age_seconds <= 31557600 && floor(var.mta_sts_max_age_seconds) == var.mta_sts_max_age_seconds
    error_message = "mta_sts_max_age_seconds must be a whole number from 86400 (a day) to 31557600 (a year)."
  }
}

variable "publish_mx" {
  description = "Include the MX record of each domain in the records to publish. Set false while the mail of the domains still goes elsewhere."
  type        = bool
  default     = true
  nullable    = false
}
