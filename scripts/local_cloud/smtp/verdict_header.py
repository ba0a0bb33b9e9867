"""The verdicts that a mail's own header asks for, as the sender of a test wants them.

X-Local-Cloud-Verdict: spam=FAIL, dmarc=FAIL, dmarc-policy=reject
"""

import re

from local_cloud.host.notification import VERDICTS, Verdicts, headers_of

HEADER = "x-local-cloud-verdict"
STATUSES = ("PASS", "FAIL", "GRAY", "PROCESSING_FAILED", "DISABLED")
POLICY, POLICIES = "dmarc-policy", ("none", "quarantine", "reject")


class UnknownVerdict(ValueError):
    """A word that names no verdict, no status or no policy of SES."""


def verdicts_of(raw: bytes, default: Verdicts) -> Verdicts:
    """What the header asks for, and what it does not name as in `default`."""
    words = [
        word
        for name, value in headers_of(raw)
        if name.lower() == HEADER
        for word in re.split(r"[\s,;]+", value)
        if word
    ]
    return asked_for(words, default)


def asked_for(words: list[str], default: Verdicts) -> Verdicts:
    """The verdicts of words such as `spam=FAIL`."""
    given, policy = dict(default.given), default.dmarc_policy
    for word in words:
        name, _, value = word.lower().partition("=")
        if name == POLICY and value in POLICIES:
            policy = value
        elif name in VERDICTS and value.upper() in STATUSES:
            given[name] = value.upper()
        else:
            raise UnknownVerdict(
                f"{ascii(word)[:80]} is no verdict: write {'=, '.join(VERDICTS)}= with one of "
                f"{', '.join(STATUSES)}, or {POLICY}= with one of {', '.join(POLICIES)}"
            )
    return Verdicts(given, policy)
