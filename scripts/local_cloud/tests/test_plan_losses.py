"""A plan that would lose mail, or take something that belongs to others, is refused."""

from typing import Any

import pytest

import plan_losses
from local_cloud import REGION
from local_cloud.connection.aws import Cloud
from local_cloud.tests.changes import change
from plan_receipt_rules import Plan


@pytest.mark.parametrize("kind", ["aws_s3_bucket", "aws_dynamodb_table"])
def test_what_holds_mail_and_rules_is_not_replaced(kind: str) -> None:
    replaced = Plan({"resource_changes": [change(kind, {"a": 1}, {"a": 2}, "delete", "create")]})
    (found,) = plan_losses.losses(replaced, REGION, is_destroying=False)
    assert found.startswith(f"It replaces module.ses_mail.{kind}.")
    changed = Plan({"resource_changes": [change(kind, {"a": 1}, {"a": 2})]})
    assert plan_losses.losses(changed, REGION, is_destroying=False) == []


def test_a_destroy_that_would_stop_half_way_is_not_begun(asking: Cloud) -> None:
    s3: Any = asking.client("s3")
    s3.create_bucket(Bucket="mail", CreateBucketConfiguration={"LocationConstraint": REGION})

    def found(kind: str, **before: Any) -> list[str]:
        plan = Plan({"resource_changes": [change(kind, before, None)]})
        return plan_losses.losses(plan, REGION, is_destroying=True)

    assert found("aws_s3_bucket", bucket="mail", force_destroy=False) == []
    s3.put_object(Bucket="mail", Key="emails/AMAZON_SES_SETUP_NOTIFICATION", Body=b"x")
    (said,) = found("aws_s3_bucket", bucket="mail", force_destroy=False)
    assert "Set bucket_force_destroy = true and apply first" in said
    assert found("aws_s3_bucket", bucket="mail", force_destroy=True) == []
    (said,) = found("aws_dynamodb_table", name="rules", deletion_protection_enabled=True)
    assert "Set table_deletion_protection = false and apply first" in said
    assert found("aws_dynamodb_table", name="rules", deletion_protection_enabled=False) == []


def test_an_identity_that_is_there_is_not_taken_over_unasked(asking: Cloud) -> None:
    ses: Any = asking.client("ses")
    ses.verify_domain_identity(Domain="theirs.org")

    def made(domain: str) -> list[str]:
        created = change("aws_ses_domain_identity", None, {"domain": domain})
        plan = Plan({"resource_changes": [created]})
        return plan_losses.losses(plan, REGION, is_destroying=False)

    (found,) = made("theirs.org")
    assert "The SES identity theirs.org already exists" in found
    assert 'id = "theirs.org"' in found
    assert made("new.org") == []
    for domain in ("mail.example.com", "testmail.example.com", "my.example"):
        assert made(domain) == [
            f"{domain} is reserved (RFC 2606): give a domain of your own: ses-mail init "
            "--domain DOMAIN, or domain in the environment's settings."
        ]


def test_a_plan_says_which_identities_it_deletes() -> None:
    gone = change("aws_ses_domain_identity", {"domain": "ours.org"}, None)
    (note,) = plan_losses.deleted_identities(Plan({"resource_changes": [gone]}))
    assert note.startswith("Note: it deletes the SES identity ours.org. Nobody in the account can")
    assert "terraform state rm 'module.ses_mail.aws_ses_domain_identity.one'" in note
    kept = change("aws_ses_domain_identity", None, {"domain": "ours.org"})
    assert plan_losses.deleted_identities(Plan({"resource_changes": [kept]})) == []


def test_smtp_users_are_gone_before_what_they_are_made_with(asking: Cloud) -> None:
    iam: Any = asking.client("iam")
    for name, environment in (("ses-smtp-user-a-1", "test"), ("ses-smtp-user-b-1", "prod")):
        iam.create_user(UserName=name, Tags=[{"Key": "Environment", "Value": environment}])
    iam.create_user(UserName="somebody")
    gone = change("aws_kms_key", {"tags_all": {"Environment": "test"}}, None)
    plan = Plan({"resource_changes": [gone]})
    (found,) = plan_losses.losses(plan, REGION, is_destroying=True)
    assert "ses-smtp-user-a-1" in found
    assert "ses-smtp-user-b-1" not in found
    iam.delete_user(UserName="ses-smtp-user-a-1")
    assert plan_losses.losses(plan, REGION, is_destroying=True) == []
