"""A terminal on master, as a learner has it."""

from simulator.kernel.units import SECOND
from simulator.lab import Lab

EPOCH = 1_795_165_200_000_000
PATIENCE = 60  # virtual seconds that a command may take


class Console:
    """A cluster, and a terminal in which something can be typed."""

    def __init__(self) -> None:
        self.lab = Lab.boot({}, seed=1, epoch=EPOCH)
        self.lab.world.strict = True
        self.lab.submit({"type": "terminal.open", "terminal": "t", "host": "master", "columns": 400, "rows": 40})
        self.lab.settle(SECOND)

    def typed(self, line: str) -> str:
        """What a command prints."""
        self.lab.drain()
        self.lab.submit({"type": "line", "terminal": "t", "text": line})
        for _ in range(PATIENCE):
            self.lab.advance(self.lab.now + SECOND)
            if found := [change.data["output"] for change in self.lab.drain() if change.kind == "command"]:
                return str(found[0])
        raise AssertionError(f"it did not end: {line}")
