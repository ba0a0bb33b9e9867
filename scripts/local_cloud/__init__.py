"""The whole mail pipeline on one machine: moto, and the parts of AWS and Google that moto lacks."""

ACCOUNT = "123456789012"
REGION = "ap-southeast-2"
OPERATOR_KEY = "testing"
OPERATOR_SECRET = "testing"
