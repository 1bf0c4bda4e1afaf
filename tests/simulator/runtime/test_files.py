"""Files: permissions, links, budgets, what a kernel refuses."""

import pytest

from simulator.runtime.file_calls import FileCalls
from simulator.runtime.network_calls import Calls
from simulator.runtime.syscalls import UnixError
from tests.simulator.runtime.bench import Bench


@pytest.fixture
def bench():
    return Bench()


@pytest.fixture
def sys(bench) -> FileCalls:
    """The system calls of a process of root on master."""
    bench.open()
    calls = bench.machines.sys("t1")
    assert isinstance(calls, Calls)
    return calls


def become(sys, uid: int) -> None:
    sys.process |= {"uid": uid, "gid": uid, "groups": []}


def test_a_file_of_the_base_is_changed_in_the_upper_layer_only(bench, sys):
    other = Bench()
    sys.write_file("/etc/os-release", b"changed")
    assert bench.machines.read_file("master", "/etc/os-release") == b"changed"
    assert b"Podlab" in other.machines.read_file("master", "/etc/os-release")
    assert b"Podlab" in bench.machines.read_file("node01", "/etc/os-release")


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda sys: sys.read_file("/nosuch"), "ENOENT"),
        (lambda sys: sys.read_file("/etc"), "EISDIR"),
        (lambda sys: sys.read_file("/etc/passwd/x"), "ENOTDIR"),
        (lambda sys: sys.mkdir("/etc"), "EEXIST"),
        (lambda sys: sys.mkdir("/a/b"), "ENOENT"),
        (lambda sys: sys.rmdir("/etc"), "ENOTEMPTY"),
        (lambda sys: sys.unlink("/etc"), "EISDIR"),
        (lambda sys: sys.rename("/etc", "/etc/x"), "EINVAL"),
        (lambda sys: sys.write_file("/proc/uptime", b""), "EACCES"),
        (lambda sys: sys.rmdir("/proc"), "EBUSY"),
        (lambda sys: sys.stat("/" + "x" * 256), "ENAMETOOLONG"),
        (lambda sys: sys.stat("/" + "x/" * 3000), "ENAMETOOLONG"),
        (lambda sys: sys.link("/etc", "/l"), "EPERM"),
        (lambda sys: sys.read(99), "EBADF"),
        (lambda sys: sys.write_file("/dev/full", b"x"), "ENOSPC"),
        (lambda sys: sys.write_file("/big", b"x" * (3 << 20)), "EFBIG"),
    ],
)
def test_what_a_kernel_refuses(sys, call, error):
    with pytest.raises(UnixError) as caught:
        call(sys)
    assert caught.value.name == error


def test_links_lead_on_but_not_in_circles(sys):
    sys.mkdir("/d")
    sys.write_file("/d/f", b"here")
    sys.symlink("d", "/l")
    sys.symlink("/c2", "/c1")
    sys.symlink("/c1", "/c2")
    assert sys.read_file("/l/f") == b"here"
    assert sys.realpath("/l/../l/f") == "/d/f"
    assert sys.stat("/l", follow=False).target == "d"
    with pytest.raises(UnixError, match="Too many levels of symbolic links"):
        sys.read_file("/c1")


def test_a_hard_link_keeps_what_a_removed_name_had(sys):
    sys.write_file("/a", b"x")
    sys.link("/a", "/b")
    assert sys.stat("/b").links == 2
    sys.unlink("/a")
    assert sys.read_file("/b") == b"x"
    assert sys.stat("/b").links == 1


def test_a_removed_file_can_be_read_while_it_is_open(sys):
    sys.write_file("/a", b"text")
    fd = sys.open("/a", "r")
    sys.unlink("/a")
    assert sys.read(fd) == b"text"
    sys.close(fd)
    assert not sys.exists("/a")


def test_others_may_do_what_the_mode_says(sys):
    sys.write_file("/secret", b"x", mode=0o600)
    sys.mkdir("/drop")
    sys.chmod("/drop", 0o1777)
    sys.write_file("/drop/mine", b"x")
    become(sys, 1000)
    for call in (lambda: sys.read_file("/secret"), lambda: sys.write_file("/new", b""), lambda: sys.listdir("/root")):
        with pytest.raises(UnixError, match="Permission denied"):
            call()
    for call in (
        lambda: sys.unlink("/drop/mine"),
        lambda: sys.chmod("/drop/mine", 0o777),
        lambda: sys.chown("/drop", 1000, -1),
    ):
        with pytest.raises(UnixError, match="Operation not permitted"):
            call()
    sys.write_file("/drop/own", b"x")
    assert sys.stat("/drop/own").uid == 1000


def test_the_umask_takes_bits_away(sys):
    sys.umask = 0o077
    sys.write_file("/f", b"")
    sys.mkdir("/d")
    assert (sys.stat("/f").mode, sys.stat("/d").mode) == (0o600, 0o700)


def test_a_full_disk_gives_its_space_back(sys):
    for number in range(3):
        sys.write_file(f"/f{number}", b"x" * (1 << 20))
    with pytest.raises(UnixError, match="No space left on device"):
        sys.write_file("/f3", b"x" * (2 << 20))
    sys.unlink("/f0")
    sys.unlink("/f1")
    sys.write_file("/f3", b"x" * (2 << 20))


def test_the_page_is_told_of_changed_files(bench, sys):
    bench.type("echo x > a; mv a b; rm b")
    told = [change.data["path"] for change in bench.changes if change.kind == "file"]
    assert list(dict.fromkeys(told)) == ["/root/a", "/root/b"]


def test_proc_shows_the_process_itself(sys):
    assert b"Name:\tbash\n" in sys.read_file("/proc/self/status")
    assert sys.read_file(f"/proc/{sys.pid}/cmdline") == b"-bash\0"
    assert sys.stat("/proc/self/fd/0", follow=False).target == "/dev/pts/0"
    assert "1" in sys.listdir("/proc")
