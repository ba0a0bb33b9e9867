output "dns_configuration_summary" {
  description = "Every DNS record to publish, by domain."
  value       = local.dns_summary
}

output "route53_change_batches" {
  description = "The same records, as one Route 53 change batch for each domain. UPSERT replaces existing records of the same name and type, including other TXT values at the domain: look first."
  value = {
    for domain, records in local.dns_records : domain => {
      Comment = "ses-mail ${var.environment}: ${domain}"
      Changes = [
        for record in records : {
          Action = "UPSERT"
          ResourceRecordSet = {
            Name            = record.name
            Type            = record.type
            TTL             = var.dns_ttl
            ResourceRecords = [for value in local.zone_values[domain][record.key] : { Value = value }]
          }
        }
      ]
    }
  }
}

output "spf_record" {
  description = "The SPF record of each domain, which is in dns_configuration_summary too."
  value = {
    for domain in var.domain : domain => {
      name    = domain
      type    = "TXT"
      value   = local.spf_value
      purpose = "Lets SES send mail for ${domain}"
      note = (
        var.spf_policy == "fail"
        ? "-all: others refuse what is sent from elsewhere"
        : "~all: others take what is sent from elsewhere, and hold it suspicious"
      )
    }
  }
}

output "mail_from_domains" {
  description = "Custom MAIL FROM domain of each domain."
  value       = local.mail_from_domains
}
