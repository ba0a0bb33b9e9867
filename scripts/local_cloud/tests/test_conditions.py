"""A condition of a policy holds when AWS's operators say so."""

from typing import Any

import pytest

from local_cloud.gate.policy import Request, is_allowed

CONTEXT = {
    "aws:SourceIp": ["10.1.2.3"],
    "aws:CurrentTime": ["2025-01-18T10:00:00+00:00"],
    "aws:EpochTime": ["1737194400"],
    "kms:Data": ["QUJD"],
}


@pytest.mark.parametrize(
    ("operator", "key", "value", "holds"),
    [
        ("IpAddress", "aws:SourceIp", "10.1.0.0/16", True),
        ("IpAddress", "aws:SourceIp", ["10.2.0.0/16", "10.1.2.3"], True),
        ("IpAddress", "aws:SourceIp", "2001:db8::/32", False),
        ("NotIpAddress", "aws:SourceIp", "10.1.0.0/16", False),
        ("DateLessThan", "aws:CurrentTime", "2025-01-18T10:00:01Z", True),
        ("DateLessThan", "aws:CurrentTime", "2025-01-18", False),
        ("DateGreaterThanEquals", "aws:CurrentTime", "2025-01-18T11:00:00+01:00", True),
        ("DateEquals", "aws:CurrentTime", "1737194400", True),
        ("DateNotEquals", "aws:CurrentTime", "1737194400", False),
        ("NumericLessThanEquals", "aws:EpochTime", 1737194400, True),
        ("DateLessThanIfExists", "aws:TokenIssueTime", "2025-01-18T10:00:00Z", True),
        ("BinaryEquals", "kms:Data", "QUJD", True),
        ("BinaryEquals", "kms:Data", "QUJE", False),
    ],
)
def test_operators(operator: str, key: str, value: Any, holds: bool) -> None:
    statement = {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": "*",
        "Condition": {operator: {key: value}},
    }
    request = Request("s3:GetObject", "arn:aws:s3:::b/k", CONTEXT)
    assert is_allowed([{"Statement": [statement]}], request) is holds
