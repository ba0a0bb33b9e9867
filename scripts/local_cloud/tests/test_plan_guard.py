"""No plan ends a deployment's mail, and each refusal names whose mail that would be."""

from typing import Any

import pytest

import plan_guard
from local_cloud.tests.changes import change
from plan_receipt_rules import Look, Plan, RuleSet

RULE, RULE_SET = "aws_ses_receipt_rule", "aws_ses_receipt_rule_set"
ACTIVATION = "aws_ses_active_receipt_rule_set"
Rules = dict[str, dict[str, list[str]]]


class Sets:
    """The account's receipt rule sets."""

    def __init__(self, sets: Rules) -> None:
        self._sets = sets

    def named(self, name: str) -> RuleSet | None:
        return RuleSet(name, self._sets[name]) if name in self._sets else None


def problems(
    sets: Rules, active: str | None, *changes: dict[str, Any], mode: str = "plan"
) -> list[str]:
    account: Any = Sets(sets)
    plan = Plan({"resource_changes": list(changes)})
    return Look(plan, account, account.named(active), mode == "destroy").problems()


def rule(rule_set: str, deployment: str, *domains: str) -> dict[str, Any]:
    name = f"ses-mail-receive-{deployment}"
    return {"rule_set_name": rule_set, "name": name, "recipients": list(domains)}


def named(name: str) -> dict[str, str]:
    return {"rule_set_name": name}


TEST = {"ses-mail-receive-test": ["test.example"]}
PROD = {"ses-mail-receive-prod": ["prod.example"]}
THEIRS = {"newsletter": ["theirs.example"]}


def test_a_deleted_set_names_whose_rules_are_in_it() -> None:
    gone = change(RULE_SET, named("ses-mail-test"), None)
    own = change(RULE, rule("ses-mail-test", "test", "test.example"), None)
    found = problems({"ses-mail-test": TEST | PROD | THEIRS}, None, gone, own, mode="destroy")
    assert found == [
        "It deletes the receipt rule set ses-mail-test, and with it the rules of the rule "
        "newsletter, the deployment prod."
    ]
    assert problems({"ses-mail-test": TEST}, None, gone, own, mode="destroy") == []


def test_a_deleted_activation_names_whom_the_active_set_serves() -> None:
    gone = change(ACTIVATION, named("ses-mail-test"), None)
    assert problems({"ses-mail-prod": PROD}, "ses-mail-prod", gone, mode="destroy") == [
        "It switches off all receiving: ses-mail-prod is active, and serves the deployment prod."
    ]


@pytest.mark.parametrize(
    ("held", "missing"),
    [
        ({}, "the deployment prod, the deployment test"),
        (TEST, "the deployment prod"),
        (TEST | {"ses-mail-receive-prod": ["other.example"]}, "the deployment prod"),
        (TEST | PROD, None),
    ],
    ids=["none", "one", "other domains", "all"],
)
def test_a_set_is_activated_only_when_it_holds_all_rules(held: Any, missing: str | None) -> None:
    sets: Rules = {"ses-mail-test": TEST | PROD, "ses-mail": held}
    changed = change(ACTIVATION, named("ses-mail-test"), named("ses-mail"))
    found = problems(sets, "ses-mail-test", changed)
    assert len(found) == (missing is not None)
    assert all(f"does not hold the rules of {missing}: " in each for each in found)


def test_a_foreign_active_set_keeps_its_place_even_when_it_is_empty() -> None:
    made = change(RULE_SET, None, named("ses-mail")), change(ACTIVATION, None, named("ses-mail"))
    empty: dict[str, list[str]] = {}
    for rules in (THEIRS, empty):
        (found,) = problems({"theirs": rules}, "theirs", *made)
        assert "in place of theirs" in found
        assert 'receipt_rule_set = "theirs"' in found
        assert "make account TAKE_OVER=theirs" in found
    assert problems({}, None, *made) == []


def test_the_older_set_of_a_deployment_is_taken_over_and_not_replaced() -> None:
    made = change(RULE_SET, None, named("ses-mail")), change(ACTIVATION, None, named("ses-mail"))
    (found,) = problems({"ses-mail-test": TEST}, "ses-mail-test", *made)
    for command in (
        "make account TAKE_OVER=ses-mail-test",
        'receipt_rule_set = "ses-mail-test"',
        "make apply ENV=test",
    ):
        assert command in found
    taken = change(ACTIVATION, named("ses-mail-test"), named("ses-mail-test"), "no-op")
    assert problems({"ses-mail-test": TEST}, "ses-mail-test", taken) == []


def test_a_rule_leaves_the_active_set_only_when_its_deployment_is_destroyed() -> None:
    moved = change(
        RULE, rule("ses-mail-test", "test", "test.example"), rule("ses-mail", "test"),
        "delete", "create",
    )  # fmt: skip
    sets: Rules = {"ses-mail-test": TEST, "ses-mail": {}}
    (found,) = problems(sets, "ses-mail-test", moved)
    assert "takes the rule ses-mail-receive-test out of ses-mail-test, the active" in found
    assert 'receipt_rule_set = "ses-mail-test"' in found
    gone = change(RULE, rule("ses-mail-test", "test", "test.example"), None)
    assert problems(sets, "ses-mail-test", gone, mode="destroy") == []
    assert problems(sets, "ses-mail", gone) == []  # the last of the three applies of a move


def test_a_rule_is_added_to_a_set_that_is_there() -> None:
    added = change(RULE, None, rule("ses-mail", "test", "test.example"))
    (found,) = problems({}, None, added)
    assert "there is no such receipt rule set: run make account" in found
    assert problems({"ses-mail": {}}, "ses-mail", added) == []


def test_an_identity_that_another_deployment_receives_by_is_not_deleted() -> None:
    own = change(RULE, rule("ses-mail", "test", "test.example"), None)
    sets: Rules = {"ses-mail": TEST | {"ses-mail-receive-prod": ["mail.test.example"]}}

    def deleted(domain: str) -> list[str]:
        gone = change("aws_ses_domain_identity", {"domain": domain}, None)
        return problems(sets, "ses-mail", own, gone, mode="destroy")

    assert deleted("test.example") == [
        "It deletes the SES identity test.example, by which the deployment prod receives mail."
    ]
    assert deleted("est.example") == []


def test_wrong_arguments_are_told() -> None:
    with pytest.raises(SystemExit) as ended:
        plan_guard.main(["judge"])
    assert ended.value.code == 64
