"""What a Terraform plan would do to the account's receipt rules, and whose mail that would end."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Protocol

OURS = re.compile(r"^ses-mail-receive-(.+)$")
OLDER_SET = re.compile(r"^ses-mail-(.+)$")
RULE, RULE_SET = "aws_ses_receipt_rule", "aws_ses_receipt_rule_set"
ACTIVATION, IDENTITY = "aws_ses_active_receipt_rule_set", "aws_ses_domain_identity"
UNCHANGED = (["no-op"], ["forget"])


@dataclass(frozen=True)
class RuleSet:
    """A receipt rule set: each enabled rule's name, and the domains and addresses it is for."""

    name: str
    rules: dict[str, list[str]] = field(default_factory=dict)


class RuleSets(Protocol):
    """The receipt rule sets of the account and region."""

    def named(self, name: str) -> RuleSet | None: ...


def owner(rule: str) -> str:
    """The deployment or other sender of a rule of that name."""
    deployment = OURS.match(rule)
    return f"the deployment {deployment.group(1)}" if deployment else f"the rule {rule}"


def owners(rules: list[str]) -> str:
    return ", ".join(owner(rule) for rule in sorted(rules))


def choices(active: str, environment: str = "ENV") -> str:
    older = OLDER_SET.match(active)
    name = older.group(1) if older else environment
    taking = (
        f"take it over as it is: make account TAKE_OVER={active}, then receipt_rule_set = "
        f'"{active}" in terraform/environments/{name}/terraform.tfvars, and make apply ENV={name}'
    )
    if older:
        return f"It is an older deployment's own: {taking}. No mail is refused meanwhile."
    return (
        f'Either add the rules to it: receipt_rule_set = "{active}" in '
        f"terraform/environments/{name}/terraform.tfvars, and manage_receipt_rules = false in "
        f"the account's (terraform/account). Or {taking}."
    )


@dataclass(frozen=True)
class Change:
    """The change of one resource in a plan."""

    address: str
    kind: str
    name: str
    actions: list[str]
    before: dict[str, Any]
    after: dict[str, Any]


class Plan:
    """The changes of a saved plan."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.changes = [
            Change(
                each["address"],
                each["type"],
                each["name"],
                each["change"]["actions"],
                each["change"]["before"] or {},
                each["change"]["after"] or {},
            )
            for each in document.get("resource_changes", [])
            if each["mode"] == "managed"
            and each["change"]["actions"] not in (["no-op"], ["forget"])
        ]

    def of(self, kind: str, *actions: str) -> list[Change]:
        return [
            each
            for each in self.changes
            if each.kind == kind and (not actions or set(actions) & set(each.actions))
        ]

    def rules(self, state: str) -> dict[tuple[str, str], list[str]]:
        """Rules that change, by rule set and name, as they are `before` or `after`."""
        found = {}
        for each in self.of(RULE):
            rule = getattr(each, state)
            if rule:
                recipients = [name.lower() for name in rule.get("recipients") or []]
                found[rule["rule_set_name"], rule["name"]] = recipients
        return found


@dataclass(frozen=True)
class Look:
    """A plan beside the account's present state."""

    plan: Plan
    sets: RuleSets
    active: RuleSet | None
    is_destroying: bool

    def problems(self) -> list[str]:
        found = [*self.deleted_sets(), *self.activations(), *self.identities()]
        return found if self.is_destroying else [*found, *self.own_rules()]

    def deleted_sets(self) -> list[str]:
        gone = self.plan.rules("before").keys() - self.plan.rules("after").keys()
        found = []
        for change in self.plan.of(RULE_SET, "delete"):
            name = change.before["rule_set_name"]
            held = self.sets.named(name)
            left = [rule for rule in (held.rules if held else {}) if (name, rule) not in gone]
            if left:
                found.append(
                    f"It deletes the receipt rule set {name}, and with it the rules of "
                    f"{owners(left)}."
                )
        return found

    def activations(self) -> list[str]:
        if self.active is None:
            return []
        served = owners(list(self.active.rules)) or "nobody"
        if self.plan.of(ACTIVATION, "delete"):
            return [
                f"It switches off all receiving: {self.active.name} is active, and serves {served}."
            ]
        found = []
        for change in self.plan.of(ACTIVATION):
            name, before = change.after["rule_set_name"], change.before.get("rule_set_name")
            if name == self.active.name:
                continue
            missing = self.not_held(name)
            if missing:
                found.append(
                    f"It makes {name} the active receipt rule set in place of {self.active.name}, "
                    f"and {name} does not hold the rules of {owners(missing)}: their mail would be "
                    f"refused. {choices(self.active.name)}"
                )
            elif not self.active.rules and before != self.active.name:
                found.append(
                    f"It makes {name} the active receipt rule set in place of {self.active.name}, "
                    f"which is not ours. {choices(self.active.name)}"
                )
        return found

    def not_held(self, name: str) -> list[str]:
        """Rules of the active set that another set lacks, or has for fewer recipients."""
        assert self.active is not None
        held = self.sets.named(name)
        rules = {
            **(held.rules if held else {}),
            **{rule: to for (of, rule), to in self.plan.rules("after").items() if of == name},
        }
        return [
            rule
            for rule, recipients in self.active.rules.items()
            if rule not in rules or not covers(rules[rule], recipients)
        ]

    def identities(self) -> list[str]:
        """A domain's mail is refused without its identity, whoever owns the rule."""
        own = {name for _, name in {**self.plan.rules("before"), **self.plan.rules("after")}}
        found = []
        for change in self.plan.of(IDENTITY, "delete"):
            domain = change.before["domain"].lower()
            users = [
                rule
                for rule, recipients in (self.active.rules if self.active else {}).items()
                if rule not in own and any(is_at(each, domain) for each in recipients)
            ]
            if users:
                found.append(
                    f"It deletes the SES identity {domain}, by which {owners(users)} receives mail."
                )
        return found

    def own_rules(self) -> list[str]:
        before, after = self.plan.rules("before"), self.plan.rules("after")
        active = self.active.name if self.active else ""
        found = [
            f"It takes the rule {name} out of {rule_set}, the active receipt rule set: mail of "
            f'{owner(name)} would be refused. Write receipt_rule_set = "{rule_set}" into its '
            "terraform.tfvars; OPERATIONS.md says how to move to another set."
            for rule_set, name in before
            if rule_set == active and (rule_set, name) not in after
        ]
        sets = {each.after["rule_set_name"] for each in self.plan.of(RULE_SET, "create")}
        for rule_set, name in after.keys() - before.keys():
            if rule_set not in sets and self.sets.named(rule_set) is None:
                found.append(
                    f"It adds the rule {name} to {rule_set}, and there is no such receipt rule "
                    "set: run make account."
                )
        return found


def covers(recipients: list[str], others: list[str]) -> bool:
    return not recipients or (bool(others) and set(others) <= set(recipients))


def is_at(recipient: str, domain: str) -> bool:
    host = recipient.rpartition("@")[2].lstrip(".")
    return host == domain or host.endswith(f".{domain}")
