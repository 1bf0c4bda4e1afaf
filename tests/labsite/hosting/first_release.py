"""`python -m tests.labsite.hosting.first_release`: writes what a release leaves in a database, as its own backup, in text.

It is run once, on the code of the release, and what it writes is kept for ever: later releases must be able to take it over.
"""

import base64
import json
import tempfile
import zipfile
from pathlib import Path

from labsite.release import RELEASE
from tests.labsite.hosting.installation import Installation

FOLDER = Path(__file__).parent / "releases"
PASSWORD = "correct-horse-battery"

# Alice has begun a lesson, went back in her free lab and shared a moment; a guest has looked in.
LEARNING = f"""
from labsite.accounts.models import User
from labsite.door import tokens
from labsite.sandboxes import keeping, history, sharing
from labsite.sandboxes.tasks import put_all
from labsite.sandboxes.turn import take
alice = User.objects.create_user("alice", password="{PASSWORD}")
keeping.of(User.new_guest(), "")
free, lesson = keeping.of(alice, ""), keeping.of(alice, "init-containers")
opened = {{"type": "terminal.open", "terminal": "t1", "host": "master", "columns": 80, "rows": 24}}
line = {{"type": "line", "terminal": "t1", "text": "kubectl run web --image=nginx:1.27"}}
def put(row, *entries):
    def act(turn):
        put_all([{{"id": str(turn.row.entries_count) + "-" + str(n), "type": "x", "entry": entry}} for n, entry in enumerate(entries)], turn)
        turn.lab.advance(turn.lab.now + 20_000_000)
    take(row.pk, act)
put(free, opened, line)
put(lesson, opened, {{**line, "text": "kubectl get pods"}})
free.refresh_from_db()
sharing.share(free, history.Moment(free.branch, free.now, free.number), "my Pod")
tokens.issue(free, alice)
"""


def as_text(backup: Path) -> str:
    """A backup as JSON: each member's lines, or bytes in base64."""
    with zipfile.ZipFile(backup) as file:
        members = {
            name: file.read(name).decode().split("\n")
            if name.endswith((".json", ".jsonl"))
            else base64.b64encode(file.read(name)).decode()
            for name in file.namelist()
        }
    return json.dumps(members, indent=0, ensure_ascii=False) + "\n"


def as_backup(text: str, target: Path) -> None:
    """The backup that `as_text` made *text* of."""
    with zipfile.ZipFile(target, "w") as file:
        for name, content in json.loads(text).items():
            data = "\n".join(content).encode() if isinstance(content, list) else None
            file.writestr(name, base64.b64decode(content) if data is None else data)


def main() -> None:
    """Write it."""
    with tempfile.TemporaryDirectory() as folder:
        place = Installation(
            Path(folder) / "var", {"SECRET_KEY": "the key of an installation that never was, for tests"}
        )
        place.manage("migrate", "-v0")
        place.run(LEARNING)
        place.manage("backup", str(Path(folder) / "backup"))
        target = FOLDER / f"{RELEASE}.json"
        target.write_text(as_text(Path(folder) / "backup"))
        print(f"{target.name}: {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
