# The pipe: takes from the input queue, asks the router, puts on the bus.
data "aws_iam_policy_document" "pipe_assumes" {
  statement {
    sid     = "PipeAssumes"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["pipes.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }

    # By its name: the pipe is made after its role.
    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = ["arn:${local.partition}:pipes:${local.region}:${local.account}:pipe/ses-email-router-${var.environment}"]
    }
  }
}

resource "aws_iam_role" "pipe" {
  name                 = "ses-email-router-${local.account_name}"
  path                 = var.iam_path
  permissions_boundary = local.permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.pipe_assumes.json
}

data "aws_iam_policy_document" "pipe" {
  statement {
    sid       = "TakeNotification"
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    resources = ["arn:${local.partition}:sqs:${local.region}:${local.account}:ses-email-input-${var.environment}"]
  }

  # The queue by its name, so that the policy is there long before the pipe is made: IAM takes a
  # while to apply a policy everywhere. The function by its name: otherwise a new package of any
  # function would leave the policy unknown until the apply, and every plan would announce a change.
  statement {
    sid       = "AskRouter"
    actions   = ["lambda:InvokeFunction"]
    resources = ["arn:${local.partition}:lambda:${local.region}:${local.account}:function:ses-mail-router-enrichment-${var.environment}"]
  }

  statement {
    sid       = "PutDecision"
    actions   = ["events:PutEvents"]
    resources = [aws_cloudwatch_event_bus.routing.arn]
  }

  statement {
    sid       = "LogExecution"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.pipe.arn}:*"]
  }
}

resource "aws_iam_role_policy" "pipe" {
  name   = "ses-email-router-${var.environment}"
  role   = aws_iam_role.pipe.id
  policy = data.aws_iam_policy_document.pipe.json
}

resource "aws_pipes_pipe" "router" {
  name       = "ses-email-router-${var.environment}"
  role_arn   = aws_iam_role.pipe.arn
  source     = aws_sqs_queue.main["router-enrichment"].arn
  enrichment = aws_lambda_function.function["router-enrichment"].arn
  target     = aws_cloudwatch_event_bus.routing.arn

  source_parameters {
    sqs_queue_parameters {
      batch_size = 1 # an enrichment cannot fail in part: one bad mail would take others with it
    }
  }

  # No input template: the router's answer is the event's detail as it stands.
  target_parameters {
    eventbridge_event_bus_parameters {
      source      = local.event_source
      detail_type = local.event_detail_type
    }
  }

  log_configuration {
    level                  = "INFO"
    include_execution_data = var.pipe_log_execution_data ? ["ALL"] : null

    cloudwatch_logs_log_destination {
      log_group_arn = aws_cloudwatch_log_group.pipe.arn
    }
  }

  # What it puts on the bus before the rules have their targets would be lost.
  depends_on = [
    aws_iam_role_policy.pipe,
    aws_cloudwatch_event_target.queue,
    aws_cloudwatch_event_target.log,
  ]
}
