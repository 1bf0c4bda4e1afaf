"""nginx serves, and clients say what they got or why they got nothing."""

import pytest

from simulator.programs.redis_protocol import decode, encode
from tests.simulator.programs.rig import Rig

PAGE = "<h1>Welcome to nginx!</h1>\n"


@pytest.fixture(scope="module")
def web() -> Rig:
    made = Rig()
    made.write("/usr/share/nginx/html/index.html", PAGE)
    made.write("/etc/nginx/nginx.conf", "events {}\nhttp {\n  server { listen 80; }\n}\n")
    assert made.run("nginx", env={"NGINX_VERSION": "1.14.2-1~stretch"}, detach=True).code == 0
    made.advance(1_000_000)
    return made


def test_curl_shows_the_headers_of_nginx(web):
    lines = web.run("curl", "-sI", "http://127.0.0.1").out.splitlines()
    assert lines[:2] == ["HTTP/1.1 200 OK", "Server: nginx/1.14.2"]
    assert "Connection: keep-alive" in lines


def test_wget_fetches_the_page(web):
    assert web.run("busybox:wget", "-qO-", "http://localhost").out == PAGE


def test_a_page_that_is_not_there_is_404_for_each_client(web):
    assert web.run("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "http://127.0.0.1/nosuch").out == "404"
    found = web.run("busybox:wget", "-q", "http://127.0.0.1/nosuch")
    assert (found.err, found.code) == ("wget: server returned error: HTTP/1.1 404 Not Found\n", 1)
    assert web.run("curl", "-sf", "http://127.0.0.1/nosuch").code == 22


def test_ps_shows_master_and_worker(web):
    out = web.run("busybox:ps").out
    assert "nginx: master process nginx" in out
    assert "nginx: worker process" in out


def test_a_port_that_is_taken_is_tried_five_times(web):
    found = web.run("nginx", "-g", "daemon off;")
    assert found.code == 1
    assert found.err.count("[emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)\n") == 5
    assert found.err.endswith("nginx: [emerg] still could not bind()\n")


def test_nobody_listens_after_nginx_was_stopped(web):
    assert web.run("nginx", "-s", "stop").code == 0
    web.advance(1_000_000)
    found = web.run("curl", "-sS", "http://127.0.0.1")
    assert (found.code, found.out) == (7, "")
    assert "Couldn't connect to server" in found.err


@pytest.mark.parametrize("value", [None, 5, b"text", [b"a", None, 1], "+OK"])
def test_what_redis_says_is_read_back(value):
    data = encode("OK") if value == "+OK" else encode(value)
    assert decode(data) == (value, len(data))
    assert all(decode(data[:cut])[1] == -1 for cut in range(len(data)))


def test_tail_follows_a_file_that_grows(rig):
    rig.write("/tmp/log", "one\n")
    rig.start("busybox:tail", "-f", "/tmp/log")
    rig.advance(2_000_000)
    rig.write("/tmp/log", "one\ntwo\n")
    rig.advance(3_000_000)
    assert rig.so_far()[0] == "one\ntwo\n"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("frobnicate on;", 'unknown directive "frobnicate" in /etc/nginx/nginx.conf:4'),
        (
            "location / { proxy_pass http://api; }",
            'not simulated here: the directive "proxy_pass" in /etc/nginx/nginx.conf:4',
        ),
        ("listen 80", 'unexpected "}" in /etc/nginx/nginx.conf:5'),
    ],
)
def test_nginx_refuses_directives_that_it_does_not_know(line, problem):
    rig = Rig()
    rig.write("/etc/nginx/nginx.conf", f"events {{}}\nhttp {{\n  server {{\n    {line}\n  }}\n}}\n")
    found = rig.run("nginx", "-t")
    assert (found.code, found.err.splitlines()[0]) == (1, f"nginx: [emerg] {problem}")
    assert rig.run("nginx").err.endswith(f"\nnginx: [emerg] {problem}\n")


def test_nginx_does_not_start_without_its_configuration():
    found = Rig().run("nginx")
    assert found.code == 1
    assert found.err.endswith('nginx: [emerg] open() "/etc/nginx/nginx.conf" failed (2: No such file or directory)\n')


def test_the_configuration_of_the_image_is_taken():
    rig = Rig()
    text = "user nginx;\nevents { worker_connections 1024; }\nhttp {\n types { text/html html; }\n sendfile on;\n server { listen 8080; return 200 hi; }\n}\n"
    rig.write("/etc/nginx/nginx.conf", text)
    assert rig.run("nginx", detach=True).code == 0
    rig.advance(1_000_000)
    assert rig.run("curl", "-s", "http://127.0.0.1:8080").out == "hi"
    shown = rig.run("nginx", "-T")
    assert shown.out == f"# configuration file /etc/nginx/nginx.conf:\n{text}\n"
    assert "syntax is ok" in shown.err


def test_a_file_of_the_configuration_is_shown_once_even_if_it_includes_itself():
    rig = Rig()
    rig.write("/etc/nginx/nginx.conf", "events {}\nhttp {\n include mime.types;\n include /etc/nginx/*_params;\n}\n")
    rig.write("/etc/nginx/mime.types", "types {}\n")
    rig.write("/etc/nginx/a_params", "include /etc/nginx/*_params;\ninclude a_params;\n")
    shown = [line.split("/")[-1] for line in rig.run("nginx", "-T").out.splitlines() if line.startswith("# ")]
    assert shown == ["nginx.conf:", "mime.types:", "a_params:"]
