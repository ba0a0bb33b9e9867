"""Deployments come, move and go in one account, and the others receive all the while.

The real Terraform makes of each deployment the part that receives mail; `older/ses.tf` is how a
deployment made a receipt rule set of its own before terraform/account did.
"""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from local_cloud import ROOT
from local_cloud.connection.aws import Cloud
from local_cloud.deploy.terraform import Account, Terraform
from local_cloud.host.inbound import Inbound, MailRefused
from local_cloud.host.journal import Journal
from local_cloud.host.notification import Verdicts
from local_cloud.process.moto_process import MotoProcess

pytestmark = pytest.mark.skipif(
    os.environ.get("LOCAL_CLOUD_APPLY") != "1", reason="LOCAL_CLOUD_APPLY is not 1"
)
OLDER = Path(__file__).parent / "older" / "ses.tf"
PACKAGES = ROOT / "terraform" / "modules" / "ses-mail" / "tests" / "packages"
DOMAINS = {"test": "test.example", "prod": "prod.example"}
MAIL = b"From: ann@remote.example\r\nTo: me@here.example\r\nSubject: Hello\r\n\r\nHello\r\n"


@dataclass
class Receiving:
    """The domains' mail, and SES's refusal of each mail that it did not take."""

    cloud: Cloud
    inbound: Inbound
    complaints: list[str] = field(default_factory=list)
    received: dict[str, int] = field(default_factory=dict)

    def receive(self, environment: str) -> None:
        recipient = f"me@{DOMAINS[environment]}"
        self.inbound.receive(MAIL, "ann@remote.example", [recipient], Verdicts())
        self.received[environment] = self.received.get(environment, 0) + 1

    def queued(self, environment: str) -> int:
        sqs: Any = self.cloud.client("sqs")
        url = sqs.get_queue_url(QueueName=f"ses-email-input-{environment}")["QueueUrl"]
        count = "ApproximateNumberOfMessages"
        asked = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[count])
        return int(asked["Attributes"][count])

    @contextmanager
    def all_the_while(self, environment: str) -> Iterator[None]:
        """One mail after the other comes in; the first that is refused is a failure."""
        done, refused = threading.Event(), []

        def go_on() -> None:
            while not done.wait(0.2):
                try:
                    self.receive(environment)
                except MailRefused as refusal:
                    refused.append(str(refusal))
                    return

        thread = threading.Thread(target=go_on)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()
        assert refused == []


class Part(Terraform):
    """The part of a deployment that receives mail, which is quick to make."""

    def options(self, given: dict[str, Any]) -> list[str]:
        targets = [
            "aws_ses_receipt_rule.receive",
            "aws_ses_domain_identity.domain",
            "aws_ses_receipt_rule_set.own",
            "aws_ses_active_receipt_rule_set.own",
        ]
        domain = [DOMAINS[self.environment_name]]
        everything = {"domain": domain, "mta_sts_mode": "off", **given}
        return [*super().options(everything), *(f"-target=module.ses_mail.{t}" for t in targets)]


def tree(place: Path) -> Path:
    """As much of a checkout as Terraform needs."""
    left_out = shutil.ignore_patterns(".terraform*")
    shutil.copytree(ROOT / "terraform", place / "terraform", symlinks=True, ignore=left_out)
    (place / "scripts").symlink_to(ROOT / "scripts")
    return place


def older(place: Path) -> Path:
    root = tree(place)
    shutil.copy(OLDER, root / "terraform" / "modules" / "ses-mail" / "ses.tf")
    return root


def deployment(root: Path, work: Path, moto: MotoProcess, name: str) -> Part:
    (work / name).mkdir(exist_ok=True)
    part = Part(root, work / name, moto, PACKAGES, print, name)
    part.init()
    return part


@pytest.fixture
def receiving(moto: MotoProcess, cloud: Cloud) -> Receiving:
    complaints: list[str] = []
    inbound = Inbound(cloud, moto.admits, Journal(), complaints.append, moto.count)
    return Receiving(cloud, inbound, complaints)


def test_an_older_deployment_moves_another_joins_and_both_go(
    moto: MotoProcess, cloud: Cloud, receiving: Receiving, tmp_path: Path
) -> None:
    ses: Any = cloud.client("ses")

    def active() -> tuple[str, list[str]]:
        found = ses.describe_active_receipt_rule_set()
        return found["Metadata"]["Name"], sorted(each["Name"] for each in found["Rules"])

    # A deployment of the older kind owns its set. The account takes it over, and the deployment
    # releases it.
    deployment(older(tmp_path / "older"), tmp_path, moto, "test").apply()
    assert active() == ("ses-mail-test", ["ses-mail-receive-test"])
    receiving.receive("test")
    kept = {"receipt_rule_set": "ses-mail-test"}
    (tmp_path / "account").mkdir()
    account = Account(ROOT, tmp_path / "account", moto, tmp_path, print)
    account.init()
    test = deployment(ROOT, tmp_path, moto, "test")
    with receiving.all_the_while("test"):
        account.apply(take_over="ses-mail-test", **kept)
        changed = test.changes(**kept)
        test.apply(**kept)
    assert {each: changed[each] for each in changed if "_rule_set" in each} == {
        "aws_ses_receipt_rule_set.own[0]": "forget",
        "aws_ses_active_receipt_rule_set.own[0]": "forget",
    }
    assert not any(each.startswith("aws_ses_receipt_rule.") for each in changed)
    assert active() == ("ses-mail-test", ["ses-mail-receive-test"])

    # Another adds its rule to the set; the first goes, and the set stays with the other's rule.
    prod = deployment(ROOT, tmp_path, moto, "prod")
    prod.apply(**kept)
    with receiving.all_the_while("prod"):
        test.destroy()
    assert active() == ("ses-mail-test", ["ses-mail-receive-prod"])
    receiving.receive("prod")
    assert receiving.queued("prod") == receiving.received["prod"]
    assert receiving.complaints == []
    with pytest.raises(MailRefused):
        receiving.receive("test")

    # Three applies move it to the account's set.
    moving = {**kept, "moving_to_receipt_rule_set": "ses-mail"}
    account.apply(**kept, other_receipt_rule_sets=["ses-mail"])
    with receiving.all_the_while("prod"):
        prod.apply(**moving)
        account.apply(receipt_rule_set="ses-mail", other_receipt_rule_sets=["ses-mail-test"])
        prod.apply()
        account.apply()
    assert active() == ("ses-mail", ["ses-mail-receive-prod"])
    assert [each["Name"] for each in ses.list_receipt_rule_sets()["RuleSets"]] == ["ses-mail"]

    # Somebody activates a set of their own: it outlives everything.
    ses.create_receipt_rule_set(RuleSetName="theirs")
    ses.set_active_receipt_rule_set(RuleSetName="theirs")
    prod.destroy()
    assert active() == ("theirs", [])
    assert receiving.complaints == []
