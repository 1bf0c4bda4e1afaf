"""What any release left in a database, this one takes over, in both databases."""

import json
from pathlib import Path

import pytest

from tests.labsite.hosting.first_release import FOLDER, PASSWORD, as_backup
from tests.labsite.hosting.installation import Installation
from tests.labsite.site import Distributed, missing

pytestmark = pytest.mark.processes

# Alice logs in, and finds all that she left. A cluster that this release cannot open is offered anew, which is no loss of progress.
FOUND = f"""
import json
from django.test import Client
from labsite.accounts.models import User
from labsite.sandboxes import engine, sharing
from labsite.sandboxes.models import Sandbox, Share
from lessons.models import Run
browser = Client(headers={{"host": "localhost"}})
free = Sandbox.objects.get(owner__username="alice", lesson="")
opened = engine.readable(free)
lab = engine.wake(free) if opened else None
web = lab.find("pods", "default", "web") if opened else None
if opened:
    spec = {{"containers": [{{"name": "c", "image": "nginx:1.27"}}]}}
    pod = {{"apiVersion": "v1", "kind": "Pod", "metadata": {{"name": "later"}}, "spec": spec}}
    lab.submit({{"type": "api", "request": {{"verb": "create", "resource": "pods", "namespace": "default", "body": pod}}}})
    lab.advance(lab.now + 30_000_000)
print(json.dumps({{
    "people": sorted((user.is_guest, user.sandboxes.count()) for user in User.objects.all()),
    "log-in": browser.login(username="alice", password="{PASSWORD}"),
    "page": browser.get("/lab/").status_code,
    "link": browser.get(sharing.path(Share.objects.get())).status_code,
    "inputs": [entry.entry.get("text", "") for entry in free.entries.all()],
    "lesson": Run.objects.get().lesson,
    "pod": web["status"]["phase"] if opened else "Running",
    "later": lab.find("pods", "default", "later")["status"]["phase"] if opened else "Running",
    "history": free.checkpoints.count() > 0 and free.marks.filter(kind="command").count(),
    "tokens": free.tokens.count(),
}}))
"""


@pytest.mark.parametrize("release", sorted(path.stem for path in FOLDER.glob("*.json")))
@pytest.mark.parametrize("database", ["SQLite", "PostgreSQL"])
def test_an_upgrade_keeps_everything(tmp_path: Path, release: str, database: str) -> None:
    if database == "PostgreSQL" and (why := missing()):
        pytest.skip(why)
    as_backup((FOLDER / f"{release}.json").read_text(), tmp_path / "backup")
    if database == "SQLite":
        check(Installation(tmp_path / "var", {}), tmp_path / "backup")
        return
    with Distributed() as environment:
        check(Installation(tmp_path / "var", environment), tmp_path / "backup")


def check(place: Installation, backup: Path) -> None:
    """Restoring makes the tables as that release had them, fills them, and migrates as an upgrade does."""
    place.manage("restore", str(backup))
    place.manage("migrate", "--check")
    found = json.loads(place.run(FOUND).splitlines()[-1])
    assert found == {
        "people": [[False, 2], [True, 1]],
        "log-in": True,
        "page": 200,
        "link": 200,
        "inputs": ["", "kubectl run web --image=nginx:1.27"],
        "lesson": "init-containers",
        "pod": "Running",
        "later": "Running",
        "history": 1,
        "tokens": 1,
    }
