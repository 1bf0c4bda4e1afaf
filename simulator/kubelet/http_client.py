"""Just as much HTTP/1.1 as a probe or a hook speaks."""


def request(path: str, host: str, agent: str, headers: list[list[str]]) -> bytes:
    """A GET request; *headers* go before the usual ones, and one without a value takes a usual one away."""
    given = {name.lower(): value for name, value in headers}
    lines = [f"GET {path} HTTP/1.1", f"Host: {given.pop('host', host)}"]
    for name, value in (("User-Agent", agent), ("Accept", "*/*"), ("Connection", "close")):
        if name.lower() not in given:
            lines.append(f"{name}: {value}")
    lines += [f"{name}: {value}" for name, value in headers if value and name.lower() != "host"]
    return ("\r\n".join(clean(line) for line in lines) + "\r\n\r\n").encode()


def clean(line: str) -> str:
    """One line stays one line."""
    return line.replace("\r", "").replace("\n", "")


def status_code(answer: bytes, *, closed: bool) -> int | None:
    """The status of an answer; None while its head is incomplete, 0 if it is no answer at all."""
    if b"\r\n\r\n" not in answer and b"\n\n" not in answer and not closed:
        return None
    parts = answer.split(b"\n")[0].split()
    return int(parts[1]) if len(parts) > 1 and parts[0].startswith(b"HTTP/") and parts[1].isdigit() else 0


def body(answer: bytes) -> str:
    """The text behind the head."""
    return answer.partition(b"\r\n\r\n")[2].decode(errors="replace")


def header(answer: bytes, name: str) -> str:
    """A header of an answer, empty if it has none of that name (or not yet)."""
    head, end, _ = answer.partition(b"\r\n\r\n")
    lines = head.decode(errors="replace").split("\r\n")[1:] if end else []
    pairs = [line.partition(":") for line in lines]
    return next((value.strip() for key, _, value in pairs if key.strip().lower() == name.lower()), "")


def is_complete(answer: bytes) -> bool:
    """Whether as much of the text has come as the head says."""
    length = header(answer, "Content-Length")
    return length.isdigit() and len(answer.partition(b"\r\n\r\n")[2]) >= int(length[:9])
