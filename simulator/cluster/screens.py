"""What each command line printed: collected as it is shown, and handed out with the `command` change when the line has ended."""

from simulator.kernel.world import Change, World

PIECES = 256  # that are collected before they are put together
MOST_KEPT = 64 << 10  # characters of a command's output; of a longer one the end


class Screens:
    """Collects the output of each terminal since its last command line was typed."""

    def __init__(self, world: World) -> None:
        self.state = world.section("screens")
        world.observers.append(self.notice)

    def typed(self, terminal: str) -> None:
        """A command line begins: what comes now is its output."""
        self.state[terminal] = []

    def notice(self, change: Change) -> None:
        """Take in what a terminal shows; complete the news of a command that has ended."""
        terminal = change.data.get("terminal", "")
        if change.kind == "output" and terminal in self.state:
            pieces = self.state[terminal]
            pieces.append(change.data["data"])
            if len(pieces) >= PIECES:
                pieces[:] = ["".join(pieces)[-MOST_KEPT:]]
        elif change.kind == "command":
            change.data["output"] = "".join(self.state.pop(terminal, ()))[-MOST_KEPT:].replace("\r\n", "\n")
        elif change.kind == "terminal" and change.data["mode"] == "closed":
            self.state.pop(terminal, None)
