"""What failed at the prompt: of each terminal the last command line that did not end well, and how the API server or kubectl refused."""

from typing import Any

from simulator.kernel.world import Change, World

MOST_REFUSALS = 8
MOST_CAUSES = 12
LONGEST = 1000  # characters of a line, of an output's end, of a message


class Mishaps:
    """Keeps for each terminal: `said`, the refusals since the last line, and `failed`: {host, cwd, line, code, output, refusals, at}."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.state = world.section("mishaps")
        world.observers.append(self.notice)

    def notice(self, change: Change) -> None:
        """Take in a refusal, or a line that has ended."""
        terminal = change.data.get("terminal", "")
        if change.kind == "refusal" and terminal:
            said = self.state.setdefault(terminal, {"said": [], "failed": None})["said"]
            said += [trimmed(each) for each in change.data["failures"]][: MOST_REFUSALS - len(said)]
        elif change.kind == "command":
            self.ended(terminal, change.data)
        elif change.kind == "terminal" and change.data["mode"] == "closed":
            self.state.pop(terminal, None)

    def last(self, terminal: str) -> str:
        """The last line of a terminal that failed; empty if none has."""
        failed = self.state.get(terminal, {}).get("failed") or {}
        return str(failed.get("line", ""))

    def ended(self, terminal: str, data: dict[str, Any]) -> None:
        """A line has ended: it is kept if it failed, and is forgotten only for the next that does."""
        said = self.state.get(terminal, {}).get("said", [])
        if data["code"]:
            kept = {key: str(data.get(key, ""))[-LONGEST:] for key in ("host", "cwd", "line", "output")}
            failed = {**kept, "code": data["code"], "refusals": said, "at": self.world.now}
            self.state[terminal] = {"said": [], "failed": failed}
        elif said:
            self.state[terminal]["said"] = []


def trimmed(failure: dict[str, Any]) -> dict[str, Any]:
    """A failure of bounded size."""
    status = failure.get("status")
    if status is None:
        return {**failure, "message": failure["message"][:LONGEST]}
    details = dict(status.get("details") or {})
    if details.get("causes"):
        details["causes"] = [cut(cause) for cause in details["causes"][:MOST_CAUSES]]
    kept = {key: status[key] for key in ("reason", "code") if key in status}
    message = str(status.get("message", ""))[:LONGEST]
    return {"status": {**kept, "message": message, "details": details}, "context": failure["context"][:LONGEST]}


def cut(cause: dict[str, Any]) -> dict[str, Any]:
    """One of the causes of an invalid object."""
    return {key: str(value)[:LONGEST] for key, value in cause.items()}
