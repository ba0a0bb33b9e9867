# Everything of this deployment in one place, found by the tag that the provider puts on each
# resource.

resource "aws_resourcegroups_group" "mail" {
  name        = "ses-mail-${var.environment}"
  description = "All resources of ses-mail ${var.environment}"

  resource_query {
    type = "TAG_FILTERS_1_0"
    query = jsonencode({
      ResourceTypeFilters = ["AWS::AllSupported"]
      TagFilters          = [{ Key = "Application", Values = ["ses-mail-${var.environment}"] }]
    })
  }
}

# Closed to accounts that never used it.
resource "aws_servicecatalogappregistry_application" "mail" {
  count       = var.enable_app_registry ? 1 : 0
  name        = "ses-mail-${var.environment}"
  description = "Receives, routes and sends mail (${var.environment})"
}
