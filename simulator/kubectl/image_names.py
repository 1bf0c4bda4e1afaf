"""Whether a text can be the name of an image (models distribution/reference)."""

import re2

PART = r"[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*"
DOMAIN = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::[0-9]+)?"
IMAGE = re2.compile(
    rf"(?:{DOMAIN}/)?{PART}(?:/{PART})*(?::[A-Za-z0-9_][A-Za-z0-9_.-]*)?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]+)?"
)
MAX_LENGTH = 1_024


def valid_image(text: str) -> bool:
    """Whether *text* is a well-formed reference to an image."""
    return len(text) <= MAX_LENGTH and IMAGE.fullmatch(text) is not None
