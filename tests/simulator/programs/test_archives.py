"""tar, gzip, dd, split and comm on a machine; what they write, the real ones read."""

import shutil
import subprocess

import pytest

from simulator.kubectl.table import KUBECTL
from simulator.programs import gzip
from simulator.runtime import catalogue, tarball
from simulator.runtime.tarball import BadArchive, Entry
from simulator.shell.table import SHELLS
from tests.simulator.programs.rig import Rig

LONG = "deep/" * 30 + "file"


@pytest.fixture
def rig() -> Rig:
    made = Rig()
    made.write("/tmp/site/index.html", "<h1>hi</h1>\n", mode=0o640)
    made.write("/tmp/site/css/a.css", "body {}\n" * 300)
    return made


@pytest.mark.parametrize("tar", ["tar", "busybox:tar"])
@pytest.mark.parametrize("letters", ["cf", "czf"])
def test_what_goes_into_an_archive_comes_out_of_it(rig, tar, letters):
    assert rig.run(tar, letters, "a.tar", "site").code == 0
    listed = rig.run(tar, "tf", "a.tar")
    assert listed.out == "site/\nsite/css/\nsite/css/a.css\nsite/index.html\n"
    rig.run("mkdir", "out")
    assert rig.run(tar, "xf", "a.tar", "-C", "out").code == 0
    assert rig.read("/tmp/out/site/index.html") == "<h1>hi</h1>\n"
    assert (
        rig.run("stat", "-c", "%a %Y", "out/site/index.html").out
        == rig.run("stat", "-c", "%a %Y", "site/index.html").out
    )


@pytest.mark.parametrize("words", [("xf", "-"), ("xmf", "-")])
def test_an_archive_goes_through_a_pipe_as_kubectl_cp_sends_it(rig, words):
    sent = rig.run("busybox:tar", "cf", "-", "site").out
    rig.run("mkdir", "there")
    found = rig.run("busybox:tar", *words, "-C", "there", stdin=sent)
    assert (found.code, found.err) == (0, "")
    assert rig.read("/tmp/there/site/css/a.css") == "body {}\n" * 300


def test_only_the_members_that_are_named_come_out(rig):
    rig.run("tar", "cf", "a.tar", "site")
    found = rig.run("tar", "xOf", "a.tar", "site/index.html", "nosuch")
    assert found.out == "<h1>hi</h1>\n"
    assert (found.code, found.err.splitlines()[0]) == (2, "tar: nosuch: Not found in archive")


def test_names_lose_their_leading_slash_and_may_not_climb(rig):
    assert "Removing leading `/' from member names" in rig.run("tar", "cf", "a.tar", "/tmp/site/index.html").err
    assert rig.run("tar", "tf", "a.tar").out == "tmp/site/index.html\n"
    climbing = tarball.pack([Entry("../evil", "file", data=b"x")]).decode("latin-1")
    assert rig.run("tar", "xf", "-", stdin=climbing).code == 2
    assert not rig.machines.stat("node01", "/evil")


def test_parts_of_names_can_be_stripped_and_files_excluded(rig):
    rig.run("tar", "cf", "a.tar", "--exclude=*.css", "site")
    rig.run("mkdir", "out")
    assert rig.run("tar", "xf", "a.tar", "-C", "out", "--strip-components=1").code == 0
    assert rig.run("ls", "-R", "out").out == "out:\ncss\nindex.html\n\nout/css:\n"


@pytest.mark.parametrize(
    "data", [b"no archive at all" * 60, tarball.pack([Entry("a", "file", data=b"x" * 900)])[:1000]]
)
def test_what_is_no_archive_or_ends_too_early_is_refused(rig, data):
    with pytest.raises(BadArchive):
        list(tarball.unpack(data))
    found = rig.run("tar", "xf", "-", stdin=data)
    assert (found.code, found.err.splitlines()[0]) == (2, "tar: This does not look like a tar archive")


@pytest.mark.skipif(shutil.which("tar") is None, reason="no tar on this machine")
def test_the_real_tar_reads_ours_and_ours_reads_the_real_one(tmp_path):
    entries = [
        Entry("d", "dir", 0o755),
        Entry(LONG, "file", data=b"text"),
        Entry("d/l", "link", 0o777, target="x" * 120),
    ]
    (tmp_path / "a.tar").write_bytes(tarball.pack(entries))
    real = subprocess.run(["tar", "tf", "a.tar"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert real.stdout.split() == ["d/", LONG, "d/l"]
    (tmp_path / LONG).parent.mkdir(parents=True)
    (tmp_path / LONG).write_text("text")
    for form in ("ustar", "gnu", "pax"):
        subprocess.run(["tar", f"--format={form}", "-cf", "b.tar", LONG], cwd=tmp_path, check=True)
        (found,) = tarball.unpack((tmp_path / "b.tar").read_bytes())
        assert (found.name, found.data) == (LONG, b"text")


def test_gzip_replaces_the_file_and_gunzip_brings_it_back(rig):
    assert rig.run("gzip", "site/css/a.css").code == 0
    assert rig.run("ls", "site/css").out == "a.css.gz\n"
    assert rig.run("zcat", "site/css/a.css.gz").out == "body {}\n" * 300
    assert rig.run("gunzip", "site/css/a.css.gz").code == 0
    assert rig.read("/tmp/site/css/a.css") == "body {}\n" * 300


def test_a_bomb_is_refused(rig):
    rig.write("/tmp/bomb.gz", gzip.pack(bytes(gzip.LARGEST + 1)))
    found = rig.run("gunzip", "-c", "bomb.gz")
    assert (found.code, found.out) == (1, "")
    assert "not simulated here" in found.err


def test_dd_writes_so_many_zeros_and_says_so(rig):
    found = rig.run("dd", "if=/dev/zero", "of=disk", "bs=1k", "count=10")
    assert found.err.startswith("10+0 records in\n10+0 records out\n10240 bytes (10 kB, 10 KiB) copied, ")
    assert rig.run("stat", "-c", "%s", "disk").out == "10240\n"
    assert rig.run("dd", "if=/dev/zero", "of=disk", "bs=100", "count=1", "seek=3", "status=none").code == 0
    assert rig.run("stat", "-c", "%s", "disk").out == "400\n"


def test_dd_ends_where_a_file_can_grow_no_more(rig):
    found = rig.run("dd", "if=/dev/urandom", "of=disk", "bs=1M", "count=5")
    assert found.code == 1
    assert found.err.startswith("dd: error writing 'disk': File too large\n3+0 records in\n2+0 records out\n")


def test_zeros_are_only_counted(rig):
    assert "104857600 bytes (105 MB, 100 MiB)" in rig.run("dd", "if=/dev/zero", "of=disk", "bs=100M", "count=1").err
    assert rig.run("stat", "-c", "%s", "disk").out == "104857600\n"
    assert rig.run("tail", "-c", "2", "disk").out == "\0\0"


def test_a_file_can_be_given_room_and_cut_off(rig):
    assert rig.run("fallocate", "-l", "1G", "disk").code == 0
    assert rig.run("ls", "-lh", "disk").out.split()[4] == "1.0G"
    assert rig.run("truncate", "-s", "3", "disk").code == 0
    assert rig.run("od", "-An", "-tx1", "disk").out == " 00 00 00\n"
    assert rig.run("fallocate", "-l", "100G", "disk").err == "fallocate: fallocate failed: No space left on device\n"


def test_split_cuts_by_lines_and_bytes(rig):
    rig.write("/tmp/five", "1\n2\n3\n4\n5\n")
    assert rig.run("split", "-l", "2", "five", "part-").code == 0
    assert [rig.read(f"/tmp/part-{end}") for end in ("aa", "ab", "ac")] == ["1\n2\n", "3\n4\n", "5\n"]
    assert rig.run("split", "-d", "-b", "4", "five").code == 0
    assert rig.read("/tmp/x02") == "5\n"


@pytest.mark.parametrize(
    ("words", "out"),
    [((), "a\n\t\tb\n\tc\n"), (("-12",), "b\n"), (("-3",), "a\n\tc\n"), (("-13",), "c\n")],
)
def test_comm_shows_what_two_lists_have_in_common(rig, words, out):
    rig.write("/tmp/left", "a\nb\n")
    rig.write("/tmp/right", "b\nc\n")
    assert rig.run("comm", *words, "left", "right").out == out


def test_mountpoint_tells_whether_something_is_mounted(rig):
    assert rig.run("mountpoint", "/proc").out == "/proc is a mountpoint\n"
    assert rig.run("mountpoint", "/tmp/site").code == 32


def test_every_program_on_the_disks_of_hosts_and_images_is_there():
    machinery = Rig(programs={**SHELLS, **KUBECTL}).machines.machinery
    missing = {entry for key in disks() for entry in programs_on(key) if machinery.program(entry) is None}
    assert not missing


def disks():
    """The host and every image."""
    yield "host"
    for repository, file in catalogue.repositories().items():
        yield from (f"{repository}:{tag}" for tag in catalogue.load(file)["tags"])


def programs_on(key):
    """The entries of the table of programs that a disk names."""
    if key == "host":
        tree = catalogue.load("host.yaml")
    else:
        repository, _, tag = key.rpartition(":")
        tree = catalogue.with_userland(catalogue.find(repository, tag).config)
    for names in (tree.get("programs") or {}).values():
        yield from (str(name).partition("=")[2] or str(name) for name in names)
