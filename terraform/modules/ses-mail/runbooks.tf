# Runbooks of Systems Manager. Their scripts are in runbooks/, and the tests run them as they are.

locals {
  runbook_count      = var.enable_runbooks ? 1 : 0
  dead_letter_queues = concat(values(aws_sqs_queue.dead_letter), aws_sqs_queue.smtp_failures[*], [aws_sqs_queue.log_failures])
  queue_url_pattern  = "^https?://[A-Za-z0-9.:-]+/[0-9]{12}/ses-[A-Za-z0-9_-]+-${var.environment}$"
}

resource "aws_ssm_document" "redrive" {
  count           = local.runbook_count
  name            = "SESMail-DLQ-Redrive-${var.environment}"
  document_type   = "Automation"
  document_format = "JSON"

  content = jsonencode({
    schemaVersion = "0.3"
    description   = "Puts messages of a dead-letter queue back into the queue they came from, at a given pace."
    assumeRole    = aws_iam_role.runbook[0].arn
    parameters = {
      DLQUrl = {
        type           = "String"
        description    = "Dead-letter queue to take from"
        allowedPattern = local.queue_url_pattern
      }
      SourceQueueUrl = {
        type           = "String"
        description    = "Queue to put into: the one that the messages came from"
        allowedPattern = local.queue_url_pattern
      }
      MaxMessages = {
        type           = "String"
        description    = "How many messages at most; 0: all"
        default        = "0"
        allowedPattern = "^[0-9]{1,6}$"
      }
      VelocityPerSecond = {
        type           = "String"
        description    = "How many messages a second"
        default        = "10"
        allowedPattern = "^([1-9][0-9]?|[1-4][0-9]{2}|500)$"
      }
    }
    mainSteps = [
      {
        name           = "Redrive"
        action         = "aws:executeScript"
        timeoutSeconds = 600
        isEnd          = true
        inputs = {
          Runtime = "python3.11"
          Handler = "script_handler"
          Script  = file("${path.module}/runbooks/dlq_redrive.py")
          InputPayload = {
            for name in ["DLQUrl", "SourceQueueUrl", "MaxMessages", "VelocityPerSecond"] : name => "{{ ${name} }}"
          }
        }
        outputs = [
          { Name = "moved", Selector = "$.Payload.moved", Type = "Integer" },
          { Name = "state", Selector = "$.Payload.state", Type = "String" },
          { Name = "left", Selector = "$.Payload.left", Type = "Integer" },
        ]
      }
    ]
    outputs = ["Redrive.moved", "Redrive.state", "Redrive.left"]
  })
}

resource "aws_ssm_document" "health" {
  count           = local.runbook_count
  name            = "SESMail-Queue-HealthCheck-${var.environment}"
  document_type   = "Automation"
  document_format = "JSON"

  content = jsonencode({
    schemaVersion = "0.3"
    description   = "Says how deep every queue and dead-letter queue is, and which is not well."
    assumeRole    = aws_iam_role.runbook[0].arn
    parameters = {
      MaxDepth = {
        type           = "String"
        description    = "More messages than these in a queue are a problem"
        default        = "100"
        allowedPattern = "^[0-9]{1,6}$"
      }
    }
    mainSteps = [
      {
        name           = "CheckQueues"
        action         = "aws:executeScript"
        timeoutSeconds = 120
        isEnd          = true
        inputs = {
          Runtime = "python3.11"
          Handler = "script_handler"
          Script  = file("${path.module}/runbooks/queue_health.py")
          InputPayload = {
            MaxDepth  = "{{ MaxDepth }}"
            QueueUrls = [for queue in aws_sqs_queue.main : queue.url]
            DLQUrls   = [for queue in local.dead_letter_queues : queue.url]
          }
        }
        outputs = [
          { Name = "status", Selector = "$.Payload.status", Type = "String" },
          { Name = "problems", Selector = "$.Payload.problems", Type = "StringList" },
          { Name = "queues", Selector = "$.Payload.queues", Type = "MapList" },
        ]
      }
    ]
    outputs = ["CheckQueues.status", "CheckQueues.problems", "CheckQueues.queues"]
  })
}

data "aws_iam_policy_document" "runbook_assumes" {
  statement {
    sid     = "AutomationAssumes"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ssm.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${local.partition}:ssm:*:${local.account}:automation-execution/*"]
    }
  }
}

resource "aws_iam_role" "runbook" {
  count                = local.runbook_count
  name                 = "ses-mail-runbook-${local.account_name}"
  path                 = var.iam_path
  permissions_boundary = local.permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.runbook_assumes.json
}

data "aws_iam_policy_document" "runbook" {
  statement {
    sid       = "LookAtQueues"
    actions   = ["sqs:GetQueueAttributes"]
    resources = concat([for queue in aws_sqs_queue.main : queue.arn], local.dead_letter_queues[*].arn)
  }

  # What SQS moves, it takes and deletes in the role's name.
  statement {
    sid = "TakeDeadLetters"
    actions = [
      "sqs:StartMessageMoveTask", "sqs:ListMessageMoveTasks", "sqs:ReceiveMessage", "sqs:DeleteMessage",
    ]
    resources = [for queue in aws_sqs_queue.dead_letter : queue.arn]
  }

  statement {
    sid       = "PutBack"
    actions   = ["sqs:SendMessage"]
    resources = [for queue in aws_sqs_queue.main : queue.arn]
  }
}

resource "aws_iam_role_policy" "runbook" {
  count  = local.runbook_count
  name   = "ses-mail-runbook-${var.environment}"
  role   = aws_iam_role.runbook[0].id
  policy = data.aws_iam_policy_document.runbook.json
}
