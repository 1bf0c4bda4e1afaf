"""tail, while files grow, shrink, go and come: what it says then was read off coreutils 9.1."""

import pytest

from tests.simulator.shell.rig import Rig

CHANGES = """\
printf 'a\\nb\\nc\\n' > f
( sleep 2; echo d >> f; sleep 2; echo x > f; sleep 2; rm f; sleep 2; echo new > f; sleep 2; echo nn > g; mv g f
  sleep 2; echo more >> f; sleep 2; echo late > h; sleep 2; echo h2 >> h ) &
"""


@pytest.fixture(scope="module")
def rig() -> Rig:
    made = Rig()
    made.open()
    return made


def said(rig, script):
    rig.machines.write_file("master", "/tmp/x.sh", script.encode())
    return rig.run(["bash", "x.sh"])


def test_names_are_followed_through_everything(rig):
    out, err, code = said(rig, CHANGES + "timeout 20 tail -n 1 -F f h")
    assert out == "==> f <==\nc\n\n==> f <==\nd\nx\nnew\nnn\nmore\n\n==> h <==\nlate\nh2\n"
    assert err.splitlines() == [
        "tail: cannot open 'h' for reading: No such file or directory",
        "tail: f: file truncated",
        "tail: 'f' has become inaccessible: No such file or directory",
        "tail: 'f' has appeared;  following new file",
        "tail: 'f' has been replaced;  following new file",
        "tail: 'h' has appeared;  following new file",
    ]
    assert code == 124


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("rm f; timeout 9 tail -f f", ("", "tail: cannot open 'f' for reading: No such file or directory\ntail: no files remaining\n", 1)),
        ("echo a > f; (sleep 2; mv f g; echo b > f; echo c >> g) & timeout 9 tail -f f", ("a\nc\n", "", 124)),
        ("echo a > f; sleep 3 & timeout 9 tail --pid=$! -f f; echo end", ("a\nend\n", "", 0)),
        ("echo a > f; tail --pid=1 f", ("a\n", "tail: warning: PID ignored; --pid=PID is useful only when following\n", 0)),
        ("echo a > f; tail --retry f", ("a\n", "tail: warning: --retry ignored; --retry is useful only when following\n", 0)),
        ("echo hi | tail -f", ("hi\n", "", 0)),
        (
            "tail -f .",
            (
                "",
                "tail: error reading '.': Is a directory\ntail: .: cannot follow end of this type of file; giving up on this name\n"
                "tail: no files remaining\n",
                1,
            ),
        ),
    ],
)  # fmt: skip
def test_it_ends_when_there_is_nothing_to_follow(rig, script, found):
    assert said(rig, script) == found
