"""What the links in /proc/PID/fd say of open files (Linux fs/proc/fd.c)."""

import hashlib

from simulator.runtime.tables import Data

FIRST_PIPE = 30_000


def pipe_number(opened: Data) -> int:
    """The number of a pipe; that through which a container's output goes to its log has none of its own."""
    if "io" in opened:
        return FIRST_PIPE + int(opened["io"])
    text = f"{opened['container']}/{opened.get('stream', '')}"
    return FIRST_PIPE + int.from_bytes(hashlib.sha256(text.encode()).digest()[:2], "big")


def link_mode(opened: Data) -> int:
    """The mode of a link in /proc/PID/fd: what can be done with the open file."""
    if opened["k"] == "pipe":
        return 0o500 if opened.get("end") == "readers" else 0o300
    if opened["k"] == "log":
        return 0o300 if "stream" in opened else 0o500
    if opened["k"] == "text":
        return 0o500
    return 0o100 | (0o400 if opened.get("r", True) else 0) | (0o200 if opened.get("w", True) else 0)
