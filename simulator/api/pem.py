"""Certificates and keys to look at: they have the form of real ones (RFC 7468), and certify nothing."""

from base64 import b64encode
from hashlib import blake2b

LINE = 64
BLOCK = 64  # bytes of one hash
# How each kind begins, as DER has it: a sequence of its length, and what stands in it first in every one of that kind.
HEADS = {
    "CERTIFICATE": "30 82 {length}",
    "RSA PRIVATE KEY": "30 82 {length} 02 01 00 02 82 01 01 00",
    "PUBLIC KEY": "30 82 {length} 30 0d 06 09 2a 86 48 86 f7 0d 01 01 01 05 00 03 82 01 0f 00 30 82 01 0a 02 82 01 01 00",
}


def made_up(kind: str, name: str, size: int) -> str:
    """What stands for the object *name*, of a *kind* of HEADS: *size* bytes that are always the same for that name."""
    head = bytes.fromhex(HEADS[kind].format(length=f"{size - 4:04x}"))
    blocks = (blake2b(f"{name} {number}".encode()).digest() for number in range(size // BLOCK + 1))
    text = b64encode(head + b"".join(blocks)[: size - len(head)]).decode()
    lines = [text[at : at + LINE] for at in range(0, len(text), LINE)]
    return "\n".join([f"-----BEGIN {kind}-----", *lines, f"-----END {kind}-----", ""])
