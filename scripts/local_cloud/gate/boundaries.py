"""The limit that a permissions boundary sets on what a user or a role may do.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

from local_cloud.gate.policy import Document, Request, Verdict, evaluate


def within(documents: list[Document], boundary: Document | None, request: Request) -> Verdict:
    """The verdict of the owner's policies, where its boundary allows the request as well."""
    verdict = evaluate(documents, request)
    if boundary is None:
        return verdict
    limit = evaluate([boundary], request)
    if limit is Verdict.EXPLICIT_DENY or verdict is Verdict.ALLOW:
        return limit
    return verdict


def reason(
    documents: list[Document], boundary: Document | None, request: Request, verdict: Verdict
) -> str:
    """Why the request is refused, in IAM's own words.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    """
    is_boundarys = boundary is not None and evaluate(documents, request) is not verdict
    if verdict is Verdict.EXPLICIT_DENY:
        return "with an explicit deny" + (" in a permissions boundary" if is_boundarys else "")
    kind = "permissions boundary" if is_boundarys else "identity-based policy"
    return f"because no {kind} allows the {request.action} action"
