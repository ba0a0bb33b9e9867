"""The whole mail pipeline on one machine: moto, and the parts of AWS and Google that moto lacks."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]  # of the repository
ACCOUNT = "123456789012"
REGION = "ap-southeast-2"
# Makes the world and looks at it from outside: Terraform, the host, the tests.
ADMINISTRATOR_KEY = "testing"
ADMINISTRATOR_SECRET = "testing"
# The caller of `ses-mail --env local`: a role with Terraform's `operator_policy`.
OPERATOR = "operator"
OPERATOR_KEY = "operator"
OPERATOR_SECRET = "operator"
# In the user agent of callers that do AWS's own work: no weather meets them.
SPARED = "local-cloud-host"
