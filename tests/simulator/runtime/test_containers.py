"""Containers from start to end."""

import pytest

from simulator.api.tokens import issue
from simulator.runtime.cri_api import ContainerConfig, CriError, Mount, SandboxConfig
from tests.simulator.runtime.bench import Bench

START = (
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
    "unable to start container process: error during container init: "
)


@pytest.fixture
def bench():
    return Bench()


@pytest.fixture
def sandbox(bench):
    return bench.sandbox()


def test_a_container_says_what_it_has_to_say_and_ends(bench, sandbox):
    number = bench.container(sandbox, ["sh", "-c", "echo out; echo err >&2; exit 3"])
    bench.run()
    status = bench.status(number)
    assert (status["state"], status["exit_code"], status["reason"]) == ("exited", 3, "Error")
    assert [(stream, line) for _, stream, line in bench.cri.logs(number)] == [("stdout", b"out"), ("stderr", b"err")]


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ("nosuch", 'exec: "nosuch": executable file not found in $PATH'),
        ("/nosuch/program", 'exec: "/nosuch/program": stat /nosuch/program: no such file or directory'),
        ("/etc", 'exec: "/etc": is a directory'),
        ("/etc/passwd", 'exec: "/etc/passwd": permission denied'),
    ],
)
def test_what_cannot_be_started_ends_with_128_in_the_words_of_runc(bench, sandbox, command, error):
    with pytest.raises(CriError) as caught:
        bench.container(sandbox, [command])
    assert str(caught.value) == START + error
    status = bench.cri.list_containers("uid-web")[0]
    assert (status["state"], status["exit_code"], status["reason"]) == ("exited", 128, "StartError")
    assert status["started"] == 0


def test_a_command_replaces_entrypoint_and_arguments_of_the_image(bench, sandbox):
    number = bench.container(sandbox, image="redis:7", command=["echo"], args=("a", "b"))
    bench.run()
    assert bench.log(number) == ["a b"]


def test_an_image_without_a_command_needs_one(bench, sandbox):
    bench.machines.set_registries({"example.com": {"images": {"empty:1": {"entrypoint": [], "cmd": []}}}})
    with pytest.raises(
        CriError, match=r"^failed to generate container .* spec: failed to generate spec: no command specified$"
    ):
        bench.container(sandbox, image="example.com/empty:1")


def test_process_one_does_not_hear_the_signal_to_end_and_is_killed(bench, sandbox):
    number = bench.container(sandbox, ["sh", "-c", "while true; do sleep 1; done"])
    bench.run(2)
    bench.cri.stop_container(number, 5_000_000)
    bench.run(4.9)
    assert bench.status(number)["state"] == "running"
    bench.run(0.2)
    assert (bench.status(number)["state"], bench.status(number)["exit_code"]) == ("exited", 137)


def test_a_trap_is_heard(bench, sandbox):
    number = bench.container(sandbox, ["sh", "-c", "trap 'exit 0' TERM; while true; do sleep 1; done"])
    bench.run(2)
    bench.cri.stop_container(number, 30_000_000)
    bench.run(2)
    assert bench.status(number)["exit_code"] == 0


def test_the_subscriber_hears_of_the_end_within_a_second(bench, sandbox):
    heard = []
    bench.cri.subscribe(lambda uid: heard.append((bench.world.now, uid)))
    number = bench.container(sandbox, ["sleep", "1"])
    bench.run(3)
    ended = bench.status(number)["finished"] - bench.world.unix + bench.world.now
    assert any(ended <= at <= ended + 1_000_000 and uid == "uid-web" for at, uid in heard)


def test_orphans_go_with_their_container(bench, sandbox):
    number = bench.container(sandbox, ["sh", "-c", "sleep 1000 & sleep 1000 & sleep 1"])
    bench.run(3)
    assert bench.status(number)["state"] == "exited"
    assert not bench.machines.machinery.processes.of_container(number)


def test_a_container_sees_its_own_processes_only(bench, sandbox):
    number = bench.container(sandbox, ["sleep", "100"])
    other = bench.container(sandbox, ["sleep", "200"])
    code, output = bench.exec(number, "ps")
    assert code == 0
    assert "sleep 100" in output
    assert "sleep 200" not in output
    assert bench.exec(other, "pidof", "sleep") == (0, "1\n")


def test_a_shared_process_namespace_begins_with_pause(bench):
    sandbox = bench.sandbox("shared", share_process_namespace=True)
    bench.container(sandbox, ["sleep", "100"])
    number = bench.container(sandbox, ["sleep", "200"])
    lines = bench.exec(number, "ps")[1].splitlines()
    assert lines[1].endswith("/pause")
    assert any(line.endswith("sleep 100") for line in lines)
    bench.cri.stop_container(number, 0)
    bench.run(0.1)
    assert bench.status(number)["state"] == "exited"


def test_host_pid_shows_the_node(bench):
    number = bench.container(bench.sandbox("host", host_pid=True), ["sleep", "100"])
    assert bench.exec(number, "pidof", "kubelet")[0] == 0


def test_more_memory_than_allowed_is_killed():
    def hog(sys):
        sys.use_memory(200 << 20)
        return 0

    bench = Bench({"busybox-1.28:sleep": hog})
    number = bench.container(bench.sandbox(), ["sleep", "1"], memory_limit=100 << 20)
    bench.run()
    status = bench.status(number)
    assert (status["reason"], status["exit_code"]) == ("OOMKilled", 137)


def test_last_words_are_read_from_the_termination_log(bench, sandbox):
    number = bench.container(sandbox, ["sh", "-c", "echo farewell > /dev/termination-log; exit 1"])
    bench.run()
    assert bench.status(number)["termination_log"] == b"farewell\n"


def test_who_a_container_runs_as(bench, sandbox):
    number = bench.container(sandbox, ["sleep", "100"], user=1000, group=1000, groups=(2000,))
    assert bench.exec(number, "id")[1].strip() == "uid=1000 gid=1000 groups=1000,2000"
    code, output = bench.exec(number, "touch", "/etc/x")
    assert (code, output) == (1, "touch: /etc/x: Permission denied\n")


def test_a_read_only_root_takes_no_file(bench, sandbox):
    number = bench.container(sandbox, ["sleep", "100"], read_only_rootfs=True)
    assert bench.exec(number, "touch", "/x") == (1, "touch: /x: Read-only file system\n")


def test_a_volume_is_shared_and_outlives_containers(bench, sandbox):
    volume = bench.cri.volume_create("uid-web", "data")
    mounts = (Mount("/data", f"volume:{volume}"),)
    bench.container(sandbox, ["sh", "-c", "echo hello > /data/file"], mounts=mounts)
    bench.run()
    number = bench.container(sandbox, ["cat", "/data/file"], mounts=mounts)
    bench.run()
    assert bench.log(number) == ["hello"]


def test_files_of_a_volume_are_swapped_all_at_once(bench, sandbox):
    volume = bench.cri.volume_create("uid-web", "config")
    bench.cri.volume_write(volume, {"a": (b"1", 0o644), "b": (b"2", 0o644)})
    mounts = (Mount("/config", f"volume:{volume}", read_only=True), Mount("/one", f"volume:{volume}", "a"))
    number = bench.container(sandbox, ["sleep", "100"], mounts=mounts)
    assert bench.exec(number, "sh", "-c", "cat /config/a /config/b /one")[1] == "121"
    bench.cri.volume_write(volume, {"a": (b"3", 0o644)})
    assert bench.exec(number, "sh", "-c", "cat /config/a /one; ls /config")[1] == "31a\n"
    assert "Read-only file system" in bench.exec(number, "touch", "/config/x")[1]


def test_of_a_token_only_its_claims_are_kept(bench, sandbox):
    volume, token = bench.cri.volume_create("uid-web", "access"), issue({"sub": "me", "aud": ["you"]})
    bench.cri.volume_write(volume, {"token": (token.encode(), 0o644)})
    number = bench.container(sandbox, ["sleep", "100"], mounts=(Mount("/access", f"volume:{volume}"),))
    assert token not in str(bench.world.value["sections"]["machines"]["disks"][f"volume:{volume}"])
    bench.sleep_and_wake()
    script = "cat /access/token; wc -c < /access/token; cp /access/token /copy; echo +++ >> /access/token; cat /copy /access/*"
    assert bench.exec(number, "sh", "-c", script)[1] == f"{token}{len(token)}\n{token}{token}+++\n"
    bench.cri.volume_write(volume, {"token": (token.encode() + b"x", 0o644)})
    assert bench.exec(number, "cat", "/access/token")[1] == f"{token}x"


def test_a_file_cannot_be_mounted_over_a_directory(bench, sandbox):
    volume = bench.cri.volume_create("uid-web", "v")
    with pytest.raises(CriError, match=r"not a directory$"):
        bench.container(sandbox, ["sleep", "1"], mounts=(Mount("/etc/passwd", f"volume:{volume}"),))


def test_a_full_layer_has_no_space_left(bench, sandbox):
    script = "i=0; while [ $i -lt 40 ]; do head -c 60000 /dev/urandom >> /tmp/f || exit 9; i=$((i+1)); done"
    number = bench.container(sandbox, ["sh", "-c", script])
    bench.run(200)
    assert bench.status(number)["exit_code"] == 9
    assert "No space left on device" in bench.log(number)[-1]


def test_exec_of_what_is_not_there(bench, sandbox):
    number = bench.container(sandbox, ["sleep", "100"])
    with pytest.raises(CriError) as caught:
        bench.cri.exec_start(number, ("nosuch",))
    assert str(caught.value).startswith(
        "rpc error: code = Unknown desc = failed to exec in container: failed to start exec "
    )
    assert str(caught.value).endswith('exec: "nosuch": executable file not found in $PATH')


def test_a_log_keeps_its_newest_entries(bench, sandbox):
    number = bench.container(
        sandbox, ["sh", "-c", "for i in $(seq 1 9); do yes 0123456789 | head -n 500; done; echo end"]
    )
    bench.run(300)
    assert bench.log(number)[-1] == "end"
    assert sum(map(len, bench.log(number))) < 64 * 1024


def test_nothing_of_a_pod_is_left_when_it_is_removed(bench):
    before = {
        name: len(getattr(bench.machines.tables, name))
        for name in ("processes", "open", "io", "disks", "spaces", "networks")
    }
    sandbox = bench.sandbox()
    volume = bench.cri.volume_create("uid-web", "data")
    number = bench.container(sandbox, ["sh", "-c", "sleep 100 | cat"], mounts=(Mount("/data", f"volume:{volume}"),))
    bench.cri.exec_start(number, ("sleep", "1000"), tty=True, stdin=True)
    bench.run()
    bench.cri.stop_pod_sandbox(sandbox)
    bench.run()
    bench.cri.remove_pod_sandbox(sandbox)
    bench.cri.volume_remove(volume)
    assert {name: len(getattr(bench.machines.tables, name)) for name in before} == before


def test_an_adopted_pod_runs_since_the_past_and_is_quiet(bench):
    heard = []
    bench.cri.subscribe(heard.append)
    started = bench.world.unix - 3_600_000_000
    config = ContainerConfig("c", "registry.k8s.io/kube-proxy:v1.36.2", 0, command=("/usr/local/bin/kube-proxy",))
    made = bench.cri.adopt_pod(SandboxConfig("p", "kube-system", "uid-p", "p"), [config], started=started)
    bench.run()
    assert bench.cri.sandbox_status(made["sandbox"])["state"] == "ready"
    assert bench.status(made["containers"][0])["started"] == started
    assert heard == []
