# The rights that `ses-mail` needs, as the output `operator_policy`. No resource is made of it,
# because each account grants rights to people in its own way; OPERATIONS.md says how. Every
# statement names the commands that need it. Local-cloud grants the command line no other right.

locals {
  operator_log_groups = [
    aws_cloudwatch_log_group.pipe.arn,
    aws_cloudwatch_log_group.bus.arn,
    "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:/aws/lambda/ses-mail-*-${var.environment}",
  ]
  dead_letter_arns = "arn:${local.partition}:sqs:${local.region}:${local.account}:ses-*-dlq-${var.environment}"
}

data "aws_iam_policy_document" "operator" {
  # smtp: its rows, and what `smtp reconcile` does itself where the credential manager has not.
  source_policy_documents = data.aws_iam_policy_document.smtp_users[*].json

  # rules, senders, smtp, gmail status, trace, mail, replay, test, doctor. No condition: a Scan
  # reads all partitions.
  statement {
    sid = "ReadTable"
    actions = [
      "dynamodb:Scan", "dynamodb:Query", "dynamodb:GetItem", "dynamodb:BatchGetItem",
      "dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive",
    ]
    resources = [aws_dynamodb_table.routing.arn]
  }

  # replay, mail release: a mail that Gmail refused for good is tried again.
  statement {
    sid       = "ForgetRefusals"
    actions   = ["dynamodb:DeleteItem"]
    resources = [aws_dynamodb_table.routing.arn]

    condition {
      test     = "ForAllValues:StringLike"
      variable = "dynamodb:LeadingKeys"
      values   = ["MAIL#*"]
    }
  }

  # rules, senders, mail release --allow, test. What the handlers have done is not an operator's to
  # write.
  statement {
    sid       = "ChangeTable"
    actions   = ["dynamodb:UpdateItem", "dynamodb:DeleteItem"]
    resources = [aws_dynamodb_table.routing.arn]

    condition {
      test     = "ForAllValues:StringLike"
      variable = "dynamodb:LeadingKeys"
      values   = ["ROUTE#*", "SENDER#*", "PATTERNS#*"]
    }
  }

  # queues, gmail authorize, trace, test, doctor
  statement {
    sid       = "SeeQueues"
    actions   = ["sqs:GetQueueUrl", "sqs:GetQueueAttributes"]
    resources = concat([for queue in aws_sqs_queue.main : queue.arn], [local.dead_letter_arns])
  }

  # queues, gmail authorize, trace, test. What SQS moves, it takes and deletes in the operator's
  # name.
  statement {
    sid = "MoveDeadLetters"
    actions = [
      "sqs:ReceiveMessage", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage",
      "sqs:StartMessageMoveTask", "sqs:ListMessageMoveTasks",
    ]
    resources = [local.dead_letter_arns]
  }

  # queues redrive, gmail authorize, replay
  statement {
    sid       = "SendAgain"
    actions   = ["sqs:SendMessage"]
    resources = [for queue in aws_sqs_queue.main : queue.arn]
  }

  # logs, trace, mail, replay, test, doctor
  statement {
    sid       = "ReadLogs"
    actions   = ["logs:FilterLogEvents", "logs:StartQuery"]
    resources = [for arn in local.operator_log_groups : "${arn}:*"]
  }

  # logs, metrics, alarms, cost, trace, rules, pipeline, dns, smtp reconcile, test, doctor. AWS
  # knows no resource for most of these, and answers about composite alarms only to who may describe
  # all.
  statement {
    sid = "SeeAccount"
    actions = [
      "logs:DescribeQueryDefinitions", "logs:GetQueryResults", "logs:DescribeLogGroups",
      "logs:StopQuery", # Unused in tests: a query is over at once here, so none is stopped
      "cloudwatch:GetMetricData", "cloudwatch:DescribeAlarms", "cloudwatch:ListDashboards",
      "xray:GetTraceSummaries", "xray:BatchGetTraces", "xray:GetTraceSegmentDestination",
      "events:ListEventBuses", "events:ListRules", "lambda:ListEventSourceMappings",
      "ses:GetAccount", "ses:DescribeActiveReceiptRuleSet", "acm:ListCertificates",
      "resource-groups:GetAccountSettings", "iam:ListUsers",
    ]
    resources = ["*"] # as said above
  }

  # doctor
  dynamic "statement" {
    for_each = length(local.alarm_actions) == 0 ? [] : ["alarms"]

    content {
      sid       = "SeeAlarmAddresses"
      actions   = ["sns:ListSubscriptionsByTopic"]
      resources = local.alarm_actions
    }
  }

  # mail, replay, trace, test, doctor. IfExists: see TellMissingMail.
  statement {
    sid       = "FindMail"
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.email.arn]

    condition {
      test     = "StringLikeIfExists"
      variable = "s3:prefix"
      values   = ["${local.email_prefix}*"]
    }
  }

  # mail, replay; test deletes the mail that it has sent.
  statement {
    sid       = "ReadAndDeleteMail"
    actions   = ["s3:GetObject", "s3:DeleteObject"]
    resources = ["${aws_s3_bucket.email.arn}/${local.email_prefix}*"]
  }

  # doctor
  statement {
    sid       = "SeeBucket"
    actions   = ["s3:GetBucketVersioning"]
    resources = [aws_s3_bucket.email.arn]
  }

  # Whatever depends on a switch of the deployment, or on the name of its bucket.
  statement {
    sid       = "SeeSettings"
    actions   = ["ssm:GetParameter"]
    resources = ["${local.parameter_arn_prefix}${local.deployment_parameter}"]
  }

  # gmail, rules, mail release --label, doctor; test reads its own token too, in the environment
  # `test`.
  statement {
    sid     = "KeepTokens"
    actions = ["ssm:GetParameter", "ssm:GetParametersByPath", "ssm:PutParameter"]
    resources = [
      "${local.parameter_arn_prefix}${local.token_parameter}",
      "${local.parameter_arn_prefix}${local.token_parameter}/*",
    ]
  }

  # doctor
  statement {
    # Unused in tests: doctor asks only where the deployment seems to own the active rule set.
    sid       = "SeeAccountRuleSet"
    actions   = ["ssm:GetParameter"]
    resources = ["${local.parameter_arn_prefix}/ses-mail/account/receipt-rule-set"]
  }

  dynamic "statement" {
    for_each = var.environment == "test" ? ["test"] : []

    content {
      sid       = "PassVerdicts"
      actions   = ["ssm:GetParameter"]
      resources = ["${local.parameter_arn_prefix}/ses-mail/test/integration-test-token"]
    }
  }

  # smtp show --reveal, cost, doctor
  dynamic "statement" {
    for_each = aws_kms_key.smtp[*].arn

    content {
      sid       = "UseKey"
      actions   = ["kms:Decrypt", "kms:DescribeKey"]
      resources = [statement.value]

      condition {
        test     = "StringEquals"
        variable = "kms:RequestAlias"
        values   = [local.smtp_key_alias]
      }
    }
  }

  # pipeline, cost, doctor
  statement {
    sid = "SeeParts"
    actions = [
      "events:DescribeRule", "events:ListTargetsByRule", "pipes:DescribePipe",
      "lambda:GetFunctionConfiguration",
    ]
    resources = [
      "arn:${local.partition}:events:${local.region}:${local.account}:rule/${aws_cloudwatch_event_bus.routing.name}/*",
      aws_pipes_pipe.router.arn,
      "arn:${local.partition}:lambda:${local.region}:${local.account}:function:ses-mail-*-${var.environment}",
    ]
  }

  # doctor
  statement {
    sid       = "SeeLookUp"
    actions   = ["iam:GetRolePolicy"]
    resources = [aws_iam_role.function["router-enrichment"].arn]
  }

  # pipeline invoke, pipeline send, mail release
  statement {
    sid     = "TryDecision"
    actions = ["lambda:InvokeFunction", "events:PutEvents"]
    resources = [
      aws_cloudwatch_event_bus.routing.arn,
      "arn:${local.partition}:lambda:${local.region}:${local.account}:function:ses-mail-*-${var.environment}",
    ]
  }

  # dns check, doctor
  statement {
    sid     = "SeeDomains"
    actions = ["ses:GetEmailIdentity"]
    resources = [
      for domain in var.domain :
      "arn:${local.partition}:ses:${local.region}:${local.account}:identity/${domain}"
    ]
  }

  # test: from any verified address, to the domains that mail is received for.
  statement {
    sid       = "SendTestMail"
    actions   = ["ses:SendRawEmail"]
    resources = ["arn:${local.partition}:ses:${local.region}:${local.account}:identity/*"] # any sender

    condition {
      test     = "ForAllValues:StringLike"
      variable = "ses:Recipients"
      values   = [for domain in var.domain : "*@${domain}"]
    }
  }
  # doctor --fix group-lifecycle-events, doctor --fix transaction-search: settings of the account.
  # https://docs.aws.amazon.com/ARG/latest/userguide/monitor-groups-turn-on.html
  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Enable-TransactionSearch.html
  statement {
    sid = "ChangeAccount"
    actions = [
      "resource-groups:UpdateAccountSettings", "cloudformation:DescribeStacks",
      "cloudformation:ListStackResources", "tag:GetResources",
      "xray:UpdateTraceSegmentDestination", "application-signals:StartDiscovery",
    ]
    resources = ["*"] # the account's settings have no names, and groups follow what is tagged in it
  }

  statement {
    sid = "WatchTags"
    actions = [
      "events:PutRule", "events:PutTargets", "events:DescribeRule", "events:ListTargetsByRule",
    ]
    resources = ["arn:${local.partition}:events:${local.region}:${local.account}:rule/Managed.ResourceGroups.*"]
  }

  statement {
    sid     = "KeepSpans"
    actions = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutRetentionPolicy"]
    resources = [
      for group in ["aws/spans", "/aws/application-signals/data"] :
      "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:${group}:*"
    ]
  }

  statement {
    sid     = "LinkServices"
    actions = ["iam:CreateServiceLinkedRole"]
    resources = [
      for service in ["resource-groups.amazonaws.com", "application-signals.cloudwatch.amazonaws.com"] :
      "arn:${local.partition}:iam::${local.account}:role/aws-service-role/${service}/*"
    ]
  }

  # The runbooks, which the console and the AWS CLI start.
  dynamic "statement" {
    for_each = aws_iam_role.runbook[*].arn

    content {
      # Unused in tests: no command of ses-mail starts one
      sid     = "StartRunbooks"
      actions = ["ssm:StartAutomationExecution", "ssm:GetAutomationExecution"]
      resources = [
        "arn:${local.partition}:ssm:${local.region}:${local.account}:automation-definition/SESMail-*-${var.environment}:*",
        "arn:${local.partition}:ssm:${local.region}:${local.account}:automation-execution/*", # by id
      ]
    }
  }

  dynamic "statement" {
    for_each = aws_iam_role.runbook[*].arn

    content {
      # Unused in tests: no command of ses-mail starts a runbook
      sid       = "LendRunbookRole"
      actions   = ["iam:PassRole"]
      resources = [statement.value]

      condition {
        test     = "StringEquals"
        variable = "iam:PassedToService"
        values   = ["ssm.amazonaws.com"]
      }
    }
  }
}
