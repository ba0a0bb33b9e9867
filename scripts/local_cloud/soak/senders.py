"""Whether a mail comes from a machine, so that no report may be sent about it."""

import re

from local_cloud.soak.mails import Mail

AUTOMATIC = re.compile(
    r"(mailer-daemon|postmaster)|(no|do[-_.]?not)[-_.]?reply([^a-z].*)?", re.IGNORECASE
)


def is_machine(mail: Mail) -> bool:
    local = mail.sender.partition("@")[0]
    if not mail.sender or AUTOMATIC.fullmatch(local):
        return True
    return any(says_so(*line.lower().split(": ", 1)) for line in mail.lines)


def says_so(name: str, value: str) -> bool:
    """Whether a line of the header is one that machines write."""
    match name:
        case "auto-submitted":
            return value != "no"
        case "precedence":
            return value in ("bulk", "list", "junk", "auto_reply", "auto-reply")
        case "content-type":
            return value.startswith("multipart/report")
        case "x-auto-response-suppress":
            return bool({"all", "ndr"} & {each.strip() for each in value.split(",")})
        case "x-autoreply" | "x-autorespond" | "x-failed-recipients":
            return True
    return name.startswith("list-")
