"""The other servers of the images: each serves what it is there for, on a machine."""

import pytest

from tests.simulator.programs.rig import Rig


def serving(*words: str, env: dict[str, str] | None = None, files: dict[str, str] | None = None) -> Rig:
    """A machine on which a server has been running for a moment."""
    rig = Rig()
    for path, text in (files or {}).items():
        rig.write(path, text)
    rig.start(*words, env=env, detach=True)
    rig.advance(2_000_000)
    return rig.again()


@pytest.mark.parametrize(
    ("words", "port"),
    [
        (("python3", "-m", "http.server"), 8000),
        (("python3", "-m", "http.server", "9000", "--directory", "/tmp"), 9000),
        (("busybox:httpd", "-f", "-p", "8080", "-h", "/tmp"), 8080),
    ],
)
def test_files_of_a_folder_are_served(words, port):
    rig = serving(*words, files={"/tmp/hello.txt": "hello\n"})
    assert rig.run("curl", "-s", f"http://127.0.0.1:{port}/hello.txt").out == "hello\n"
    assert rig.run("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", f"http://127.0.0.1:{port}/no").out == "404"


def test_apache_serves_its_page():
    rig = serving(
        "apache", files={"/usr/local/apache2/htdocs/index.html": "<html><body><h1>It works!</h1></body></html>\n"}
    )
    assert "It works!" in rig.run("curl", "-s", "http://127.0.0.1").out


def test_agnhost_says_who_it_is():
    rig = serving("agnhost", "netexec", "--http-port=8080")
    assert rig.run("curl", "-s", "http://127.0.0.1:8080/hostname").out == "node01"
    assert rig.run("curl", "-s", "http://127.0.0.1:8080/echo?msg=hi").out == "hi"


def test_the_registry_answers_its_first_question():
    rig = serving("registry", "serve", "/etc/docker/registry/config.yml")
    assert rig.run("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "http://127.0.0.1:5000/v2/").out == "200"


def test_redis_keeps_what_it_is_given():
    rig = serving("redis-server")
    assert rig.run("redis-cli", "ping").out == "PONG\n"
    assert rig.run("redis-cli", "set", "lesson", "pods").out == "OK\n"
    assert rig.run("redis-cli", "get", "lesson").out == "pods\n"
    assert "unknown command" in rig.run("redis-cli", "frobnicate").out
    assert "ERR not simulated here: LPUSH" in rig.run("redis-cli", "lpush", "l", "a").out


def test_redis_cli_says_that_nobody_answers():
    found = Rig().run("redis-cli", "ping")
    assert (found.code, found.err) == (1, "Could not connect to Redis at 127.0.0.1:6379: Connection refused\n")


def test_socat_passes_connections_on():
    rig = serving("redis-server")
    rig.start("socat", "TCP-LISTEN:7000,fork", "TCP:127.0.0.1:6379", detach=True)
    rig.advance(2_000_000)
    assert rig.again().run("redis-cli", "-p", "7000", "ping").out == "PONG\n"


def test_stress_says_what_it_does_and_ends_in_time():
    found = Rig().run("stress", "--cpu", "1", "--timeout", "3s")
    assert found.code == 0
    assert "dispatching hogs: 1 cpu" in found.out + found.err
    assert 3_000_000 <= found.took < 4_000_000


def test_crictl_lists_nothing_where_nothing_runs():
    found = Rig().run("crictl", "ps")
    assert found.code == 0
    assert found.out.split()[:3] == ["CONTAINER", "IMAGE", "CREATED"]
    assert len(found.out.splitlines()) == 1


def test_python_is_refused_beyond_its_web_server():
    found = Rig().run("python3", "-c", "print(1)")
    assert (found.code, found.err.startswith("python3: not simulated here: programs in Python")) == (1, True)


@pytest.mark.parametrize("name", ["jq", "helm", "apt", "scp"])
def test_programs_that_are_left_out_say_what_serves_instead(name):
    found = Rig().run(name)
    assert (found.code, found.err.startswith(f"{name}: not simulated here: ")) == (1, True)
