"""Is everything that a role may do done in the demo? Least privilege, from the other side.

What no call has made use of needs a reason here; what a call has made use of needs none.
"""

from typing import Any

Grant = tuple[str, str, str]  # role without its environment, statement, action

ROUTER, FORWARDER = "ses-mail-router-enrichment", "ses-mail-gmail-forwarder"
BOUNCER, MANAGER = "ses-mail-bouncer", "ses-mail-smtp-credential-manager"
PIPE, RUNBOOK = "ses-email-router", "ses-mail-runbook"

# Roles, statement, actions, and why no call of the demo's makes use of them.
REASONS: tuple[tuple[tuple[str, ...], str, tuple[str, ...], str], ...] = (
    (
        (ROUTER, FORWARDER, BOUNCER, MANAGER),
        "Trace",
        ("xray:PutTraceSegments", "xray:PutTelemetryRecords"),
        "functions hand segments over by UDP; Lambda's daemon, which sends them on, is not here",
    ),
    (
        (FORWARDER, BOUNCER),
        "Poll",
        ("sqs:GetQueueAttributes",),
        "Lambda makes no mapping for a role without it; the poller here needs none",
    ),
    (
        (PIPE,),
        "Take",
        ("sqs:GetQueueAttributes",),
        "EventBridge asks a pipe's role for it; the pipe here needs none",
    ),
    (
        (PIPE,),
        "Log",
        ("logs:CreateLogStream", "logs:PutLogEvents"),
        "the pipe here writes no log",
    ),
    (
        (FORWARDER, BOUNCER),
        "KeepLedger",
        ("dynamodb:DeleteItem",),
        "a claim is given back when Gmail or SES has surely taken nothing; the outage leaves doubt",
    ),
    (
        (FORWARDER,),
        "TellMissingMail",
        ("s3:ListBucket",),
        "no mail of the demo's is deleted before it is imported",
    ),
    (
        (MANAGER,),
        "FindStream",
        ("dynamodb:ListStreams",),
        "Lambda makes no mapping for a role without it; the poller here is told its stream",
    ),
    (
        (MANAGER,),
        "GiveUp",
        ("sqs:SendMessage",),
        "a record is given up after twelve hours; tests/test_stream_mapping.py has one that is",
    ),
    (
        (RUNBOOK,),
        "Look",
        ("sqs:GetQueueAttributes",),
        "people start it; tests/test_runbooks.py runs it with these rights alone",
    ),
    (
        (RUNBOOK,),
        "Take",
        (
            "sqs:StartMessageMoveTask",
            "sqs:ListMessageMoveTasks",
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
        ),
        "as above",
    ),
    ((RUNBOOK,), "PutBack", ("sqs:SendMessage",), "as above"),
)
UNUSED: dict[Grant, str] = {
    (role, statement, action): why
    for roles, statement, actions, why in REASONS
    for role in roles
    for action in actions
}


def problems(granted: list[dict[str, Any]], reasons: dict[Grant, str] = UNUSED) -> list[str]:
    calls: dict[Grant, int] = {
        (each["role"].rpartition("-")[0], each["statement"], each["action"]): each["calls"]
        for each in granted
    }
    return [
        *(
            f"{text(grant)} was not used, and demo/grants.py does not say why"
            for grant, count in calls.items()
            if not count and grant not in reasons
        ),
        *(
            f"{text(grant)} is used or not granted; demo/grants.py need not explain it"
            for grant in reasons
            if calls.get(grant) != 0
        ),
    ]


def text(grant: Grant) -> str:
    role, statement, action = grant
    return f"{role}: {action} ({statement})"
