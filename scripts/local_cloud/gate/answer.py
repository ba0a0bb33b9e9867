"""An answer on its way out of the door."""

Answer = tuple[int, dict[str, str], bytes]
ABOUT_THE_BODY = ("content-length", "x-amz-crc32")


def with_body(answer: Answer, body: bytes) -> Answer:
    """The same answer with another body."""
    status, headers, _ = answer
    kept = {name: value for name, value in headers.items() if name.lower() not in ABOUT_THE_BODY}
    return status, kept, body
