"""The identities that SES has verified, and the addresses that they cover."""

from typing import Any


def verified_identities(ses: Any) -> set[str]:
    """Domains and addresses, in lower case."""
    names = ses.list_identities()["Identities"]
    if not names:
        return set()
    found = ses.get_identity_verification_attributes(Identities=names)
    return {
        name.lower()
        for name, state in found["VerificationAttributes"].items()
        if state["VerificationStatus"] == "Success"
    }


def covers(identities: set[str], address: str) -> bool:
    """Whether one of them is the address, its domain or a domain above that, as for sending.

    https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html
    """
    folded = address.lower()
    labels = folded.rpartition("@")[2].split(".")
    domains = {".".join(labels[start:]) for start in range(len(labels))}
    return folded in identities or not identities.isdisjoint(domains)
