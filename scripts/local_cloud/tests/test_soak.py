"""A soak's plan is the same for a seed, and its oracle and account know what is right."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from local_cloud.mailbox.store import Store
from local_cloud.soak.account import Account, account
from local_cloud.soak.mails import HEADER, KINDS, RECIPIENTS, Mail, mails
from local_cloud.soak.oracle import Expected, Import, expected, fallback
from local_cloud.soak.plan import FAULTS, fault_of, plan
from local_cloud.soak.rules import ARCHIVE, FAMILY, INVOICES, MAILBOXES, ME, OWNER, SHOP, rows
from local_cloud.soak.seen import Seen

NOW = datetime(2026, 1, 1, tzinfo=UTC)
INBOX = frozenset({"INBOX", "UNREAD"})
SPAM = frozenset({"SPAM", "UNREAD"})
PERSON = "support@example.com"


def mail(kind: str, *recipients: str) -> Mail:
    return Mail(7, kind, recipients, **{"sender": "person-7@remote.example", **KINDS[kind](7)})


def fate(kind: str, *recipients: str) -> Expected:
    return expected(mail(kind, *recipients), NOW)


def test_a_plan_and_its_mails_are_the_same_for_a_seed() -> None:
    assert plan(3, 500) == plan(3, 500) != plan(4, 500)
    assert list(mails(3, 80)) == list(mails(3, 80)) != list(mails(4, 80))


@pytest.mark.parametrize("count", [1, 30, 1000])
def test_each_fault_of_a_plan_begins_and_ends_within_the_run(count: int) -> None:
    spells = plan(1, count)
    assert {each.name for each in spells} == set(FAULTS)
    assert all(0 <= each.start < each.end <= max(count, 2) for each in spells)
    assert [fault_of(each.options) for each in spells if each.kind == "google"]


def test_every_kind_of_mail_and_every_recipient_comes() -> None:
    every = list(mails(1, 100))
    assert {each.kind for each in every} == set(KINDS)
    assert {name for each in every for name in each.recipients} == set(RECIPIENTS)
    assert all(f"{HEADER}: {each.name}".encode() in each.raw() for each in every)


def test_the_rows_are_those_that_dynamodb_takes() -> None:
    keys = [row["PK"]["S"] for row in rows()]
    assert len(keys) == len(set(keys)) and {"PATTERNS#example.com", "SENDER#*@pest.example"} <= {
        *keys
    }


@pytest.mark.parametrize(
    ("recipient", "imports"),
    [
        (PERSON, {ME: INBOX}),
        ("Support+x@example.com", {ME: INBOX}),
        ("support+vip@example.com", {FAMILY: INBOX}),
        ("any.one@example.org", {FAMILY: INBOX}),
        ("abuse@example.org", {FAMILY: INBOX}),
        ("everybody@example.com", dict.fromkeys(MAILBOXES, INBOX)),
        ("invoices@example.com", {ME: frozenset({"INBOX", "STARRED", INVOICES})}),
        ("quiet@example.com", {ME: frozenset({"UNREAD"})}),
        ("new@example.com", {ME: INBOX}),
        ("picky@example.com", {ME: INBOX}),
        ("shop-old-22@example.com", {SHOP: INBOX | {"IMPORTANT"}}),
        ("a-list@example.com", {ARCHIVE: frozenset({"INBOX"})}),
    ],
)
def test_the_oracle_knows_which_mailboxes_get_a_mail(
    recipient: str, imports: dict[str, frozenset[str]]
) -> None:
    found = fate("ordinary", recipient)
    assert {name: each.labels for name, each in found.imports.items()} == imports
    assert (found.stored, found.bounced, found.is_kept) == ({}, set(), False)


@pytest.mark.parametrize(
    ("kind", "recipient", "reason"),
    [
        ("ordinary", "vault@example.com", None),
        ("ordinary", "shop-old-1@example.com", None),
        ("ordinary", "kept-old@example.com", "ended"),
        ("ordinary", "friends@example.com", "sender-not-listed"),
        ("boss unproved", "friends@example.com", "sender-not-listed"),
        ("ordinary", "postmaster@example.com", "role-address"),
        ("virus of an allowed sender", PERSON, "virus"),
        ("blocked sender with a tag", PERSON, "blocked-sender"),
        ("blocked domain", PERSON, "blocked-sender"),
        ("spam", "nobody@example.com", "spam"),
        ("dmarc quarantine", "left@example.com", "dmarc-quarantine"),
    ],
)
def test_the_oracle_knows_why_a_mail_is_only_stored(
    kind: str, recipient: str, reason: str | None
) -> None:
    found = fate(kind, recipient)
    assert (found.stored, found.imports, found.bounced) == ({recipient: reason}, {}, set())


@pytest.mark.parametrize(
    ("kind", "recipient", "is_told"),
    [
        ("ordinary", "nobody@example.com", True),
        ("ordinary", "off@example.com", True),
        ("ordinary", "old@example.com", True),
        ("ordinary", "strict@example.com", True),
        ("ordinary", "shop-gone-3@example.com", True),
        ("boss unproved", "strict@example.com", False),
        ("verp", "left@example.com", True),
        ("says it is no automat", "left@example.com", True),
        ("Exchange's person", "left@example.com", True),
        ("person behind cut headers", "left@example.com", True),
        ("proved by dmarc", "left@example.com", True),
        ("proved for another", "left@example.com", False),
        ("list behind cut headers", "left@example.com", False),
        ("spf fail", "left@example.com", False),
        ("dmarc none", "left@example.com", False),
        ("no-reply", "left@example.com", False),
        ("no sender", "left@example.com", False),
        ("failed recipients", "left@example.com", False),
        ("report", "left@example.com", False),
    ],
)
def test_the_oracle_knows_who_is_told_of_a_bounce(kind: str, recipient: str, is_told: bool) -> None:
    found = fate(kind, recipient)
    assert (found.bounced if is_told else found.suppressed) == {recipient}
    assert (found.suppressed if is_told else found.bounced) == set()


def test_the_oracle_merges_what_a_mailbox_gets_twice() -> None:
    found = fate("noise", "picky@example.com", "quiet@example.com")
    assert found.imports == {ME: Import(frozenset({"UNREAD"}), never_spam=True)}
    assert found.stored == {"picky@example.com": "sender-not-listed"}
    assert fate("ordinary", PERSON, "quiet@example.com").imports == {
        ME: Import(INBOX, never_spam=True)
    }


def test_the_oracle_keeps_junk_and_what_gmail_refuses() -> None:
    junk = fate("forged as allowed", PERSON)
    assert junk.imports == {ME: Import(SPAM, is_junk=True)} and junk.stored == {PERSON: "spam"}
    assert fate("allowed sender's spam", PERSON).imports == {ME: Import(INBOX)}
    refused = fate("refused by Gmail", PERSON)
    assert (refused.imports, refused.refused, refused.is_kept) == ({}, {ME}, True)


def test_the_oracle_trusts_no_author_behind_cut_headers() -> None:
    diary = "diary@example.com"
    assert fate("ordinary", diary).imports == {OWNER: Import(INBOX, calendar=True)}
    assert fate("person behind cut headers", diary).imports == {OWNER: Import(INBOX)}
    assert fate("dmarc none", diary).imports == {OWNER: Import(INBOX)}


def judged(kind: str, recipient: str, change: Any = None, times: int = 1) -> Account:
    """The account of a mail that came as it must have, but for a change of what is seen."""
    one = mail(kind, recipient)
    wanted, seen, store = expected(one, NOW), Seen(), Store()
    for mailbox, each in wanted.imports.items():
        options = {"internalDateSource": "receivedTime"}
        for _ in range(times):
            store.put(mailbox, one.raw(), sorted(each.labels), options, "multipart")
        seen.ledger["id"][f"GMAIL#{mailbox}"] = "done"
    seen.imports[one.name] = store.messages()
    for name in wanted.bounced:
        seen.reports[one.name] += [name] * times
        seen.ledger["id"][f"BOUNCE#{name}"] = "done"
    targets = [{"target": name, "reason": why} for name, why in wanted.stored.items()]
    seen.decisions["id"] = {"store": {"targets": targets}}
    if wanted.is_kept:
        seen.objects.add("id")
    if change is not None:
        change(seen)
    return account(one, "id", wanted, seen)


@pytest.mark.parametrize("recipient", [PERSON, "left@example.com", "vault@example.com"])
def test_what_came_as_it_must_is_accounted_for(recipient: str) -> None:
    made = judged("ordinary", recipient)
    assert (made.problems, made.lost, made.twice) == ([], 0, 0)
    assert sum(made.states.values()) == 1


@pytest.mark.parametrize("recipient", [PERSON, "left@example.com"])
def test_twice_is_right_only_after_a_failed_delivery(recipient: str) -> None:
    assert judged("ordinary", recipient, times=2).twice == 1

    def fail(seen: Seen) -> None:
        seen.failures = Counter({("id", "x-gmail-forwarder-x"): 1, ("id", "x-bouncer-x"): 1})

    made = judged("ordinary", recipient, fail, times=2)
    assert (made.twice, made.problems, made.merged + made.repeated) == (0, [], 1)
    assert judged("ordinary", recipient, fail, times=3).twice == 1


@pytest.mark.parametrize(
    ("kind", "recipient", "change"),
    [
        ("ordinary", PERSON, lambda seen: seen.imports.clear()),
        ("ordinary", "left@example.com", lambda seen: seen.reports.clear()),
        ("ordinary", "vault@example.com", lambda seen: seen.objects.clear()),
        ("ordinary", PERSON, lambda seen: seen.decisions.clear()),
    ],
)
def test_a_loss_is_seen(kind: str, recipient: str, change: Any) -> None:
    assert judged(kind, recipient, change).lost == 1


@pytest.mark.parametrize(
    ("kind", "recipient", "change"),
    [
        ("ordinary", PERSON, lambda seen: seen.objects.add("id")),
        ("ordinary", PERSON, lambda seen: seen.ledger.clear()),
        ("ordinary", PERSON, lambda seen: seen.waiting.update(id="a queue")),
        ("ordinary", PERSON, lambda seen: seen.imports["000007"][0].labels.append("SPAM")),
        ("ordinary", PERSON, lambda seen: seen.reports["000007"].append(PERSON)),
        (
            "list",
            "left@example.com",
            lambda seen: seen.reports["000007"].append("left@example.com"),
        ),
        (
            "spam",
            "vault@example.com",
            lambda seen: seen.decisions["id"]["store"]["targets"].clear(),
        ),
        (
            "ordinary",
            "left@example.com",
            lambda seen: seen.reported_to["000007"].add("x@y.example"),
        ),
    ],
)
def test_whatever_else_is_wrong_is_seen(kind: str, recipient: str, change: Any) -> None:
    assert judged(kind, recipient).problems == []
    assert judged(kind, recipient, change).problems


@pytest.mark.parametrize(
    ("kind", "reason", "failures", "is_known"),
    [
        ("ordinary", "lookup-failed", 2, True),
        ("ordinary", "lookup-failed", 1, False),
        ("ordinary", "virus", 2, False),
        ("dmarc reject", "dmarc-reject", 2, True),
    ],
)
def test_a_fallback_is_right_at_the_third_receive_only(
    kind: str, reason: str, failures: int, is_known: bool
) -> None:
    seen = Seen()
    seen.failures["id", "ses-mail-router-enrichment-local"] = failures
    nothing: dict[str, Any] = {"count": 0, "targets": []}
    stored = {"count": 1, "targets": [{"target": PERSON, "reason": reason}]}
    seen.decisions["id"] = {"store": stored, "forward-to-gmail": nothing, "bounce": nothing}
    assert seen.is_fallback("id") == is_known
    if is_known:
        assert fallback(mail(kind, PERSON)).stored == {PERSON: reason}
