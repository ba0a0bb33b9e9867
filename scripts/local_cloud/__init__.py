"""The whole mail pipeline on one machine: moto, and the parts of AWS and Google that moto lacks."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]  # of the repository
ACCOUNT = "123456789012"
REGION = "ap-southeast-2"
# Whoever makes the world and looks at it from outside: Terraform, the host, the tests.
ADMINISTRATOR_KEY = "testing"
ADMINISTRATOR_SECRET = "testing"
# As whom `ses-mail --env local` calls: a role that may do what Terraform's `operator_policy` says.
OPERATOR = "operator"
OPERATOR_KEY = "operator"
OPERATOR_SECRET = "operator"
# In the user agent of who works for AWS itself: no weather meets it.
SPARED = "local-cloud-host"
