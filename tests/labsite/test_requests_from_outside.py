"""What clients outside ask for: looked up on a connection that stays, and put in once however often it is handed out."""

import asyncio
from uuid import uuid4

import pytest
from django.db import OperationalError, connection

from labsite.accounts.models import User
from labsite.door import lookups, tasks, tokens
from labsite.sandboxes import keeping
from labsite.sandboxes.models import Entry, Sandbox

MAP = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m"}}


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_lost_is_opened_again_once() -> None:
    text = tokens.issue(row := keeping.of(User.new_guest(), ""), row.owner)
    tries: list[str] = []

    def look() -> str:
        tries.append("")
        if len(tries) == 1:
            raise OperationalError("server closed the connection unexpectedly")
        found = tokens.recognise(text)
        return found.token if found else ""

    assert asyncio.run(lookups.found(look)) == text.partition(".")[0]
    assert len(tries) == 2
    connection.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("real_simulator")
def test_what_is_handed_out_twice_is_put_in_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, object]] = []
    monkeypatch.setattr(tasks, "tell", lambda reply, message: told.append(message["results"]))
    monkeypatch.setattr(tasks, "set_alarm", lambda turn: None)
    row = keeping.of(User.new_guest(), "")
    request = {"verb": "create", "resource": "configmaps", "namespace": "default", "body": MAP}
    inputs = [{"id": "d-1", "entry": {"type": "api", "request": request}}]
    for _ in range(2):
        tasks.serve(str(row.pk), inputs, "reply")
    codes = [each["d-1"]["response"]["code"] for each in told]  # type: ignore[index]
    assert codes == [201, 503], "who asked is told the first time, and nobody waits any more"
    assert Entry.objects.filter(sandbox=row).count() == 1
    assert Sandbox.objects.get(pk=row.pk).entries_count == 1


@pytest.mark.django_db
def test_a_cluster_that_is_gone_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, object]] = []
    monkeypatch.setattr(tasks, "tell", lambda reply, message: told.append(message["results"]))
    tasks.serve(str(uuid4()), [{"id": "d-1", "entry": {}}], "reply")
    assert told[0]["d-1"]["response"]["code"] == 404  # type: ignore[index]
