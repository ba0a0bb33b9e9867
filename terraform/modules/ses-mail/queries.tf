# Saved queries of Logs Insights: an entry is the query `ses-mail/{environment}/{key}`. The fields
# are those of the functions' own lines, and of Lambda's report after each invocation.

locals {
  mail_functions = ["router-enrichment", "gmail-forwarder", "bouncer"]

  # Mail that no rule's action handled: spam, forgeries, blocked or unlisted senders, ended rules;
  # and what became of it at Gmail. A copy kept by a rule, and the canary, are none of it.
  held_mail_filter = "filter outcome in [\"refused\", \"junk-imported\", \"junk-refused\"] or (outcome = \"routed\" and ispresent(reason) and reason not in [\"keep\", \"canary\"])"

  queries = {
    router-enrichment-errors = {
      functions = ["router-enrichment"]
      bus       = false
      lines = [
        "fields @timestamp, level, message, messageId, reason, record.status, requestId",
        "filter level in [\"WARN\", \"ERROR\", \"FATAL\"] or record.status in [\"error\", \"failure\", \"timeout\"]",
        "sort @timestamp desc",
        "limit 100",
      ]
    }
    gmail-forwarder-failures = {
      functions = ["gmail-forwarder"]
      bus       = false
      lines = [
        "fields @timestamp, message, messageId, rule, reason, record.status, requestId",
        "filter outcome = \"failed\" or level in [\"ERROR\", \"FATAL\"] or record.status in [\"error\", \"failure\", \"timeout\"]",
        "sort @timestamp desc",
        "limit 100",
      ]
    }
    bouncer-failures = {
      functions = ["bouncer"]
      bus       = false
      lines = [
        "fields @timestamp, message, messageId, rule, reason, record.status, requestId",
        "filter outcome = \"failed\" or level in [\"ERROR\", \"FATAL\"] or record.status in [\"error\", \"failure\", \"timeout\"]",
        "sort @timestamp desc",
        "limit 100",
      ]
    }
    routing-decision-analysis = {
      functions = ["router-enrichment"]
      bus       = false
      lines = [
        "filter outcome = \"routed\"",
        "stats count(*) as mails, avg(durationMs) as averageMs by action, rule, reason",
        "sort mails desc",
      ]
    }
    held-mail = {
      functions = ["router-enrichment", "gmail-forwarder"]
      bus       = false
      lines = [
        "fields @timestamp, messageId, outcome, action, rule, reason",
        local.held_mail_filter,
        "sort @timestamp desc",
        "limit 100",
      ]
    }
    email-end-to-end-trace = {
      functions = local.mail_functions
      bus       = true
      lines = [
        "fields @timestamp, @log, function, level, message, outcome, action, rule, reason, durationMs, log",
        "filter messageId = \"PUT-THE-MESSAGE-ID-HERE\"",
        "sort @timestamp asc",
      ]
    }
    dlq-message-investigation = {
      functions = local.mail_functions
      bus       = false
      lines = [
        "filter outcome = \"failed\" or level in [\"ERROR\", \"FATAL\"]",
        "stats count(*) as tries, min(@timestamp) as first, max(@timestamp) as last, latest(reason) as lastReason by messageId, function",
        "sort tries desc",
        "limit 100",
      ]
    }
    performance-analysis = {
      functions = keys(local.enabled_functions)
      bus       = false
      lines = [
        "filter type = \"platform.report\"",
        "stats count(*) as invocations, avg(record.metrics.durationMs) as averageMs, pct(record.metrics.durationMs, 95) as p95Ms, max(record.metrics.durationMs) as longestMs, max(record.metrics.maxMemoryUsedMB) as mostMemoryMB by @log",
        "sort averageMs desc",
      ]
    }
  }
}

resource "aws_cloudwatch_query_definition" "saved" {
  for_each     = local.queries
  name         = "ses-mail/${var.environment}/${each.key}"
  query_string = join("\n| ", each.value.lines)

  log_group_names = concat(
    [for function in each.value.functions : aws_cloudwatch_log_group.function[function].name],
    each.value.bus ? [aws_cloudwatch_log_group.bus.name] : [],
  )
}
