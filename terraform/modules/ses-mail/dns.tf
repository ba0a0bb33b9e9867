# Everything that has to be in DNS, once: the outputs show it, and where a zone is known Route 53
# gets it.

locals {
  inbound_host  = "inbound-smtp.${local.region}.amazonaws.com"
  feedback_host = "feedback-smtp.${local.region}.amazonses.com"

  spf_all = var.spf_policy == "fail" ? "-all" : "~all"
  spf_text = join(" ", concat(
    ["v=spf1"],
    [for host in var.spf_a_records : "a:${host}"],
    [for host in var.spf_mx_records : "mx:${host}"],
    ["include:amazonses.com"],
    [for domain in var.spf_include_domains : "include:${domain}"],
    [local.spf_all],
  ))

  # A TXT record consists of strings of at most 255 characters, which readers join.
  spf_strings = [
    for start in range(0, length(local.spf_text), 255) : substr(local.spf_text, start, 255)
  ]
  spf_value = length(local.spf_strings) == 1 ? local.spf_text : "\"${join("\" \"", local.spf_strings)}\""

  # By domain, in the order to read them in. `key` tells the records of a domain apart, and is known
  # before their names and values are.
  dns_records = {
    for domain in var.domain : domain => concat(
      [
        {
          key     = "verification"
          name    = "_amazonses.${domain}"
          type    = "TXT"
          values  = [aws_ses_domain_identity.domain[domain].verification_token]
          purpose = "Shows SES that ${domain} is ours"
        },
      ],
      [
        for number in range(var.publish_mx ? 1 : 0) : {
          key  = "mx"
          name = domain
          type = "MX"
          values = concat(
            ["10 ${local.inbound_host}"],
            [for mx in var.backup_mx_records : "${mx.priority} ${mx.hostname}"],
          )
          purpose = "Receives mail for ${domain}: SES first, then the backup servers"
        }
      ],
      [
        for number in range(3) : {
          key     = "dkim-${number + 1}"
          name    = "${aws_ses_domain_dkim.domain[domain].dkim_tokens[number]}._domainkey.${domain}"
          type    = "CNAME"
          values  = ["${aws_ses_domain_dkim.domain[domain].dkim_tokens[number]}.dkim.amazonses.com"]
          purpose = "Lets receivers check the signature of mail from ${domain}"
        }
      ],
      [
        {
          key     = "spf"
          name    = domain
          type    = "TXT"
          values  = [local.spf_value]
          purpose = "Lets SES and the servers named send mail for ${domain}"
        },
        {
          key     = "mail-from-mx"
          name    = local.mail_from_domains[domain]
          type    = "MX"
          values  = ["10 ${local.feedback_host}"]
          purpose = "Takes bounces of mail that SES sends for ${domain}"
        },
        {
          key     = "mail-from-spf"
          name    = local.mail_from_domains[domain]
          type    = "TXT"
          values  = ["v=spf1 include:amazonses.com ${local.spf_all}"]
          purpose = "Makes SPF pass for mail that SES sends for ${domain}"
        },
        {
          key  = "dmarc"
          name = "_dmarc.${domain}"
          type = "TXT"
          values = [join("; ", concat(
            ["v=DMARC1", "p=${var.dmarc_policy}"],
            var.dmarc_rua_prefix == "" ? [] : ["rua=mailto:${var.dmarc_rua_prefix}@${domain}"],
          ))]
          purpose = "Prevents others from spoofing ${domain}"
        },
      ],
      var.mta_sts_mode == "off" ? [] : [
        {
          key     = "mta-sts"
          name    = "_mta-sts.${domain}"
          type    = "TXT"
          values  = ["v=STSv1; id=${local.mta_sts_id}"]
          purpose = "Tells senders that ${domain} has an MTA-STS policy"
        },
        {
          key     = "mta-sts-site"
          name    = "mta-sts.${domain}"
          type    = "CNAME"
          values  = [aws_cloudfront_distribution.mta_sts[domain].domain_name]
          purpose = "Serves the MTA-STS policy of ${domain}"
        },
        {
          key     = "mta-sts-certificate"
          name    = trimsuffix(one(aws_acm_certificate.mta_sts[domain].domain_validation_options).resource_record_name, ".")
          type    = "CNAME"
          values  = [trimsuffix(one(aws_acm_certificate.mta_sts[domain].domain_validation_options).resource_record_value, ".")]
          purpose = "Lets ACM issue and renew the certificate of mta-sts.${domain}"
        },
      ],
      [
        for prefix in compact([var.tlsrpt_rua_prefix]) : {
          key     = "tls-rpt"
          name    = "_smtp._tls.${domain}"
          type    = "TXT"
          values  = ["v=TLSRPTv1; rua=mailto:${prefix}@${domain}"]
          purpose = "Has senders report failures of encryption to ${domain}"
        }
      ],
    )
  }

  dns_summary = {
    for domain, records in local.dns_records : domain => flatten([
      for record in records : [
        for value in record.values : {
          name    = record.name
          type    = record.type
          value   = value
          ttl     = var.dns_ttl
          purpose = record.purpose
        }
      ]
    ])
  }

  # As Route 53 writes them: text in quotation marks.
  zone_values = {
    for domain, records in local.dns_records : domain => {
      for record in records : record.key => [
        for value in record.values :
        record.type != "TXT" || startswith(value, "\"") ? value : "\"${value}\""
      ]
    }
  }

  zone_records = merge([
    for domain, zone in var.route53_zone_ids : {
      for record in local.dns_records[domain] : "${domain}/${record.key}" => merge(record, {
        zone_id = zone
        values  = local.zone_values[domain][record.key]
      }) if record.key != "mta-sts-certificate" # which mta_sts.tf makes
    }
  ]...)
}

resource "aws_route53_record" "domain" {
  for_each = local.zone_records
  zone_id  = each.value.zone_id
  name     = each.value.name
  type     = each.value.type
  ttl      = var.dns_ttl
  records = [
    # The provider puts the outer quotation marks itself.
    for value in each.value.values : trimsuffix(trimprefix(value, "\""), "\"")
  ]
}
