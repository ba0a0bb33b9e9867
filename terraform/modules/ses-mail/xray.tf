# X-Ray: which mails are traced, and where to look at them. The topic begins a trace, the functions
# add to it.

# Only what is ours: an account's other applications keep their own sampling.
resource "aws_xray_sampling_rule" "mail" {
  rule_name      = "ses-mail-${var.environment}"
  priority       = 1000
  version        = 1
  reservoir_size = 1
  fixed_rate     = var.xray_sampling_percent / 100
  resource_arn   = "arn:${local.partition}:*:${local.region}:${local.account}:*ses-*-${var.environment}"
  service_name   = "*"
  service_type   = "*"
  host           = "*"
  http_method    = "*"
  url_path       = "*"
}

resource "aws_xray_group" "mail" {
  group_name = "ses-mail-${var.environment}"
  filter_expression = join(" OR ", [
    for name in keys(local.functions) : "service(\"ses-mail-${name}-${var.environment}\")"
  ])
}
