data "aws_iam_policy_document" "lambda_assumes" {
  statement {
    sid     = "LambdaAssumes"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "function" {
  for_each             = local.enabled_functions
  name                 = "ses-mail-${each.key}-${local.account_name}"
  path                 = var.iam_path
  permissions_boundary = local.permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.lambda_assumes.json
}

resource "aws_iam_role_policy" "function" {
  for_each = local.enabled_functions
  name     = "ses-mail-${each.key}-${var.environment}"
  role     = aws_iam_role.function[each.key].id
  policy   = data.aws_iam_policy_document.function[each.key].json
}

resource "aws_lambda_function" "function" {
  for_each         = local.enabled_functions
  function_name    = "ses-mail-${each.key}-${var.environment}"
  role             = aws_iam_role.function[each.key].arn
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = [var.lambda_architecture]
  filename         = var.packages == null ? "${local.package_dir}/${each.key}.zip" : null
  source_code_hash = var.packages == null ? filebase64sha256("${local.package_dir}/${each.key}.zip") : null
  s3_bucket        = try(var.packages.bucket, null)
  s3_key           = try("${var.packages.prefix}${each.key}.zip", null)
  timeout          = each.value.timeout_seconds
  memory_size      = var.lambda_memory_mb

  environment {
    variables = merge(
      each.value.environment,
      each.key == "router-enrichment" ? local.canary_environment : {},
      each.key == "digest" ? local.digest_environment : {},
      { ENVIRONMENT = var.environment },
    )
  }

  logging_config {
    log_format            = "JSON"
    log_group             = aws_cloudwatch_log_group.function[each.key].name
    application_log_level = var.log_level
    system_log_level      = "INFO"
  }

  tracing_config {
    mode = var.enable_tracing ? "Active" : "PassThrough"
  }

  lifecycle {
    precondition {
      condition     = var.packages != null || fileexists("${local.package_dir}/${each.key}.zip")
      error_message = "There is no ${local.package_dir}/${each.key}.zip: build the packages with \"make package\", or let package_dir name the folder that holds them."
    }
  }

  depends_on = [aws_iam_role_policy.function]
}

resource "aws_lambda_event_source_mapping" "queue" {
  for_each                = local.polled_functions
  event_source_arn        = aws_sqs_queue.main[each.key].arn
  function_name           = aws_lambda_function.function[each.key].arn
  batch_size              = 1
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = each.value.max_concurrency
  }
}
