"""A world that Terraform has applied, copies of it to play in, and what its roles may do."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local_cloud.connection.aws import Cloud
from local_cloud.demo.cases import RULES, TOGETHER
from local_cloud.demo.judge import Sent
from local_cloud.demo.mails import Problems, settle
from local_cloud.deploy.seed import put_rule, put_tokens, routing_table, token_parameter
from local_cloud.deploy.terraform import Terraform
from local_cloud.gate.policy import Document, as_list
from local_cloud.host.notification import Verdicts
from local_cloud.process.control import Control
from local_cloud.process.moto_process import MotoProcess
from local_cloud.process.world import Settings, World
from local_cloud.rights import operator_policy

PASS = "/ses-mail/test/integration-test-token"


class Lent(MotoProcess):
    """A moto beside which a world runs and which it does not end."""

    def __init__(self, owner: MotoProcess) -> None:
        super().__init__(owner.port, owner.process_id, owner.clock.path, owner.authority)

    def stop(self) -> None:
        return


@dataclass
class Deployed:
    """The deployed world. Findings of parts that were played in copies are kept by name."""

    moto: MotoProcess
    terraform: Terraform
    work: Path
    of_account: dict[str, Any]  # what was there before the deployment
    operator_policy: str = ""
    has_changes: bool | None = None
    found: dict[str, Problems] = field(default_factory=dict)
    changes: dict[str, dict[str, str]] = field(default_factory=dict)

    @contextmanager
    def copy(self, name: str) -> Iterator[World]:
        moto = self.moto.fork()
        operator_policy.admit(moto.cloud(), self.operator_policy, self.work)
        with self.world(name, moto) as world:
            yield world

    @contextmanager
    def world(self, name: str, moto: MotoProcess) -> Iterator[World]:
        work = self.work / name
        work.mkdir()
        world = World(moto, Settings(str(work)))
        control = Control(world)
        try:
            world.runner.deploy()  # schedules that are due start now, and find the tokens
            parameter = token_parameter(world.runner.functions)
            put_tokens(world.cloud, world.mailbox.accounts, str(parameter))
            world.start(control.url)
            assert world.wait_until_quiet()  # the first canary has arrived, and meets no fault
            yield world
        finally:
            world.stop()
            control.close()


def table_of(world: World) -> str:
    return str(routing_table(world.runner.functions))


def play_pass(world: World, table: str) -> Problems:
    """An integration test's token lets its mail pass the verdicts; another token does not."""
    world.cloud.client("ssm").put_parameter(Name=PASS, Value="sesame", Type="SecureString")
    put_rule(world.cloud, table, RULES[0])
    found = []
    for token, wanted in (("sesame", ["imported"]), ("simsim", ["junk", "stored"])):
        raw = f"X-Integration-Test-Token: {token}\r\n".encode() + TOGETHER[0].raw()
        outcomes = receive(world, raw, "support@example.com", spam="FAIL")
        found.append((token, [] if outcomes == wanted else [f"{outcomes}, not {wanted}"]))
    return found


def receive(world: World, raw: bytes, *recipients: str, **verdicts: str) -> list[str]:
    """What becomes of the mail, by recipient."""
    sender = "ann@remote.example"
    received = world.inbound.receive(raw, sender, list(recipients), Verdicts(verdicts))
    settle(world, [Sent(TOGETHER[0], received.message_id)])
    mails = [each for each in world.status() if each["messageId"] == received.message_id]
    return sorted(str(each["outcome"]) for each in mails[0]["recipients"])


def role_documents(cloud: Cloud) -> dict[str, list[Document]]:
    """The policies of each role, as they are deployed."""
    iam = cloud.client("iam")
    return {
        role["RoleName"]: [
            iam.get_role_policy(RoleName=role["RoleName"], PolicyName=name)["PolicyDocument"]
            for name in iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]
        ]
        for role in iam.list_roles()["Roles"]
    }


def without(document: Document, statement: str, action: str) -> Document:
    """The document, with its statement no longer allowing the action."""
    statements = []
    for each in document["Statement"]:
        actions = as_list(each["Action"])
        if each["Sid"] == statement:
            actions = [other for other in actions if other != action]
        if actions:
            statements.append(each | {"Action": actions})
    return document | {"Statement": statements}


def take_away(cloud: Cloud, role: str, statement: str, action: str) -> None:
    iam: Any = cloud.client("iam")
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        assert statement in [each["Sid"] for each in document["Statement"]]
        changed = without(document, statement, action)
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(changed))


def was_refused(world: World, *words: str) -> bool:
    """Whether there is a refusal with all of these words, once nobody works any longer."""
    assert world.wait_until_quiet(120.0)
    refusals = world.moto.ask("refusals")
    return any(all(word in each["message"] for word in words) for each in refusals)


def remove_tokens(cloud: Cloud) -> None:
    """Terraform manages the parameter of the one token; an operator has put those of single
    mailboxes.
    """
    ssm = cloud.client("ssm")
    found = ssm.get_parameters_by_path(Path="/ses-mail/test/gmail-token")["Parameters"]
    assert len(found) == 2
    ssm.delete_parameters(Names=[each["Name"] for each in found])
