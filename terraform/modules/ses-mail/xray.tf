# X-Ray: what is sampled, and where to look at it. The rule is for the topic, if SNS begins a trace
# at all: AWS says that it goes on with one that its client began, and SES is no such client. Each
# function that gets no trace begins one itself, at Lambda's own rate, which nothing here changes.

# Only what is ours: an account's other applications keep their own sampling.
resource "aws_xray_sampling_rule" "mail" {
  count          = var.enable_tracing ? 1 : 0
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
  count      = var.enable_tracing ? 1 : 0
  group_name = "ses-mail-${var.environment}"
  filter_expression = join(" OR ", [
    for name in keys(local.enabled_functions) : "service(\"ses-mail-${name}-${var.environment}\")"
  ])
}
