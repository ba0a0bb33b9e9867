"""What a Terraform plan would lose or take from others, apart from receipt rules."""

from __future__ import annotations

import re

from plan_aws import ask
from plan_receipt_rules import IDENTITY, Plan

KEPT = {"aws_s3_bucket": "email", "aws_dynamodb_table": "routing"}
RESERVED = re.compile(r"(^|\.)(example(\.(com|net|org))?|test|invalid|localhost)$")
SMTP_USER = "ses-smtp-user-"


def losses(plan: Plan, region: str, is_destroying: bool) -> list[str]:
    return [
        *(half_way(plan, region) if is_destroying else replaced(plan)),
        *adopted(plan, region),
        *smtp_users(plan, region),
    ]


def replaced(plan: Plan) -> list[str]:
    """Stored mail and rules do not move to a bucket or a table of another name."""
    return [
        f"It replaces {each.address}, and what is in it would be lost. name_suffix and environment "
        "must stay as they are."
        for kind, name in KEPT.items()
        for each in plan.of(kind, "delete")
        if each.name == name
    ]


def half_way(plan: Plan, region: str) -> list[str]:
    """What AWS would refuse to delete, when everything around it is already gone."""
    found = []
    for bucket in (each for each in plan.of("aws_s3_bucket", "delete") if each.name == "email"):
        name = bucket.before["bucket"]
        asked = ("s3api", "list-object-versions", "--bucket", name, "--max-items", "1")
        there = ask(region, *asked, missing="NoSuchBucket")
        if not bucket.before.get("force_destroy") and there.get("Versions"):
            found.append(
                f"The bucket {name} is not empty (SES has put a test object there, too), so the "
                "destroy would stop half way. Set bucket_force_destroy = true and apply first: "
                "then all mail in it is deleted."
            )
    for table in plan.of("aws_dynamodb_table", "delete"):
        if table.before.get("deletion_protection_enabled"):
            found.append(
                f"The table {table.before['name']} is protected, so the destroy would stop half "
                "way. Set table_deletion_protection = false and apply first."
            )
    return found


def adopted(plan: Plan, region: str) -> list[str]:
    """SES verifies a domain again without an error, and destroying the identity takes it from
    everybody.
    """
    made = {each.after["domain"]: each.address for each in plan.of(IDENTITY, "create")}
    reserved = [domain for domain in made if RESERVED.search(domain)]
    if reserved:
        return [
            f"{', '.join(reserved)} is reserved (RFC 2606): give a domain of your own: ses-mail "
            "init --domain DOMAIN, or domain in the environment's settings."
        ]
    if not made:
        return []
    asked = ("ses", "get-identity-verification-attributes", "--identities", *made)
    there = ask(region, *asked)["VerificationAttributes"]
    return [
        f"The SES identity {domain} already exists and may belong to somebody else. To take it "
        f'over, write an import block with to = {made[domain]} and id = "{domain}" into imports.tf '
        "of the environment."
        for domain in there
    ]


def deleted_identities(plan: Plan) -> list[str]:
    """What is said, and not refused: an identity is the account's, not one deployment's."""
    return [
        f"Note: it deletes the SES identity {each.before['domain']}. Nobody in the account can "
        "then receive mail for this domain or send from it, and its DKIM keys change. To keep it, "
        f"take it out of the state first: terraform state rm '{each.address}'"
        for each in plan.of(IDENTITY, "delete")
        if "create" not in each.actions
    ]


def smtp_users(plan: Plan, region: str) -> list[str]:
    """The function makes these users, not Terraform; they could go on sending."""
    keys = [each for each in plan.of("aws_kms_key", "delete") if each.name == "smtp"]
    if not keys:
        return []
    environment = (keys[0].before.get("tags_all") or {}).get("Environment", "")
    found = [
        user["UserName"]
        for user in ask(region, "iam", "list-users")["Users"]
        if user["UserName"].startswith(SMTP_USER)
        and environment in tag(region, user["UserName"], "Environment")
    ]
    return [
        f"SMTP users are left, and their keys would go on sending: {', '.join(sorted(found))}. "
        "Delete each with ses-mail smtp delete NAME, and wait until it is gone."
    ] * bool(found)


def tag(region: str, user: str, name: str) -> list[str]:
    tags = ask(region, "iam", "list-user-tags", "--user-name", user)["Tags"]
    return [each["Value"] for each in tags if each["Key"] == name]
