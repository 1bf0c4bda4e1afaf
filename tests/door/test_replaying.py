"""What a real client prints otherwise than the transcripts say, and must not be held against it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from labsite.door.replaying.ages import about, loose, nearly
from labsite.door.replaying.runs import copied, parted
from labsite.door.replaying.versions import alike, still_done
from tests.door.kubectl import clients, minor_of

ROOT = Path(__file__).resolve().parents[2]
# An editor, files, watches, a Pod's life; what is printed on both streams; a kubectl in a Pod; custom resources; a client that asks each second.
SAMPLE = ("39-", "10-", "83-", "88-", "90-", "101-")


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ('pod "web" deleted', 'pod "web" deleted from default namespace'),
        ("  Normal  Started  3s  kubelet  x", "  Normal  Started  3s  kubelet  spec.containers{web}: x"),
        ("error: container a is not valid for pod b", "error: container a is not valid for pod b out of: c, d"),
        ("allowed formats are: json,name", "allowed formats are: json,kyaml,name"),
        (
            'Error from server (NotFound): pods "nosuch" not found',
            'error: error from server (NotFound): pods "nosuch" not found in namespace "default"',
        ),
        ("    ConfigMapOptional:       <nil>", "    Optional:                false"),
        ('unable to drain node "a" due to error:b', 'unable to drain node "a" due to error: b'),
        ('failed to start exec "<hash>": no', 'failed to start exec "0a1b": no'),
        ("    Host Port:      80/TCP", "    Host Port:      80/TCP (http)"),
    ],
)
def test_what_depends_on_the_clients_version_is_made_equal(older: str, newer: str) -> None:
    assert alike([older]) == alike([newer])


def test_what_older_clients_print_in_addition_is_left_out() -> None:
    assert alike(["metadata:", "  creationTimestamp: null", "status: {}"]) == ("metadata:",)
    log = 'E1127 01:36:29.779443    2229 reflector.go:200] "Failed to watch" err="context deadline exceeded" reflector="x"'
    assert alike([log, "error: timed out"]) == ("error: timed out",)


def test_the_values_of_a_field_are_not_listed_by_older_clients() -> None:
    told = ["FIELD: restartPolicy <string>", "ENUM:", "    Always", "    Never", "", "DESCRIPTION:", "    Once."]
    assert alike(told) == alike([told[0], *told[4:]])
    assert alike(["FIELD: spec <Object>", "", "", "DESCRIPTION:"]) == ("FIELD: spec <Object>", "", "DESCRIPTION:")
    assert alike(["  protocol\t<string>", "  enum: SCTP, TCP, UDP"]) == alike(["  protocol\t<string>"])


def test_what_an_older_client_still_does_is_not_held_against_it() -> None:
    refused = ("error: exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead", "See x")
    done = ("kubectl exec [POD] [COMMAND] is DEPRECATED and will be removed in a future version. Use y", "root")
    assert still_done(refused, done) == done
    assert still_done(refused, refused) == refused
    assert still_done(("root",), done) == ("root",)


@pytest.mark.parametrize(
    ("expected", "printed", "same"),
    [
        ("web   1/1   Running   0   60s", "web   1/1   Running   0   61s", True),
        ("web   1/1   Running   1 (2m20s ago)   5m", "web   1/1   Running   1 (2m21s ago)   5m", True),
        ("web   1/1   Running   0   60s", "web   1/1   Running   0   90s", False),
        ("web   1/1   Running   0   60s", "db   1/1   Running   0   61s", False),
        ("web   1/1   Running   0   <none>", "web   1/1   Running   0   61s", False),
    ],
)
def test_some_seconds_of_age_are_no_difference(expected: str, printed: str, same: bool) -> None:
    assert nearly(expected, printed) is same
    assert about([expected], [printed]) == ((loose(expected),) if same else (expected,))


def test_words_for_a_program_in_a_container_are_left_alone() -> None:
    assert parted(["exec", "web", "--", "cat", "/etc/hosts"]) == (["exec", "web"], ["--"], ["cat", "/etc/hosts"])
    assert parted(["get", "pods"]) == (["get", "pods"], [], [])


def test_a_kubeconfig_of_the_machine_leads_to_the_door(tmp_path: Path) -> None:
    question = {"argv": ["--kubeconfig=/root/.kube/config", "get", "pods"], "cwd": "/root"}
    copied(tmp_path, question, "outside", lambda path: "apiVersion: v1\nkind: Config\n", lambda path: [])
    assert (tmp_path / "root/.kube/config").read_text() == "outside"


@pytest.mark.processes
@pytest.mark.xdist_group("door")
@pytest.mark.parametrize("age", ["oldest", "newest"])
def test_transcripts_pass_through_a_real_client(age: str) -> None:
    found = sorted(clients(), key=minor_of)
    if not found or (age == "oldest" and len(found) < 2):
        pytest.skip("no kubectl from 1.27 on is on the PATH or named by KUBECTL, or only one")
    files = [path for path in sorted((ROOT / "tests/transcripts").glob("*.md")) if path.name.startswith(SAMPLE)]
    words = [
        sys.executable,
        "manage.py",
        "replay",
        "--client",
        str(found[-1 if age == "newest" else 0]),
        *map(str, files),
    ]
    own = os.environ | {"DJANGO_SETTINGS_MODULE": "labsite.settings"}
    done = subprocess.run(words, cwd=ROOT, env=own, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^[1-9]\d* passed, 0 failed$", done.stdout, re.MULTILINE)
