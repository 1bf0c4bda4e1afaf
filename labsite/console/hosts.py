"""Files by the names that the page has for them: those of the learner's own machine by their path, others as `node01:/root/a.yaml`."""

from simulator.lab import Lab


def hosts(lab: Lab) -> list[str]:
    """The machines at which a terminal can be opened, the learner's own first."""
    names = [node["metadata"]["name"] for node in lab.objects("nodes")]
    return [lab.home, *(name for name in names if name != lab.home)]


def place(lab: Lab, name: str) -> tuple[str, str]:
    """Host and path of the file that the page calls *name*."""
    host, colon, path = name.partition(":")
    return (host, path) if colon and path.startswith("/") and host in hosts(lab) else (lab.home, name)


def name(lab: Lab, host: str, path: str) -> str:
    """What the page calls a file."""
    return path if host == lab.home else f"{host}:{path}"


def text(lab: Lab, name: str) -> str | None:
    """What is in the file that the page calls *name*; None if there is none, or no text."""
    return lab.read_file(*place(lab, name))
