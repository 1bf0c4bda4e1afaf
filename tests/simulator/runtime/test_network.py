"""The network: addresses, Services, names, what happens when nobody answers."""

import pytest

from tests.simulator.runtime.bench import Bench


@pytest.fixture
def bench():
    bench = Bench()
    bench.open()
    bench.web = bench.container(bench.sandbox(), image="nginx:1.14")
    bench.run()
    return bench


def rules(*backends, **more):
    return [
        {"ip": "10.96.7.7", "port": 80, "protocol": "TCP", "backends": [list(backend) for backend in backends], **more}
    ]


def test_pods_get_the_addresses_of_their_node_in_turn(bench):
    bench.sandbox("other")
    assert [found["ip"] for found in bench.cri.list_pod_sandboxes()] == ["10.244.1.3", "10.244.1.2"]


def test_a_web_server_answers_from_everywhere(bench):
    assert "200 OK" in bench.type("curl -sI http://10.244.1.2")
    client = bench.container(bench.sandbox("client"), ["sleep", "1000"])
    assert "Welcome to nginx" in bench.exec(client, "wget", "-qO-", "http://10.244.1.2")[1]


def test_nobody_listens(bench):
    assert bench.type("curl -s http://10.244.1.2:81; echo $?") == "7\n"


def test_nobody_has_the_address(bench):
    assert bench.type("curl -sS -m 5 http://10.244.1.99; echo $?", 6).endswith("28\n")


def test_a_service_leads_to_its_backends(bench):
    bench.machines.program_services("master", rules(("10.244.1.2", 80)))
    assert "200 OK" in bench.type("curl -sI http://10.96.7.7")
    bench.machines.program_services("master", rules())
    assert bench.type("curl -s http://10.96.7.7; echo $?") == "7\n"


def test_a_node_port_is_open_on_every_node(bench):
    for host in ("master", "node01", "node02"):
        bench.machines.program_services(host, rules(("10.244.1.2", 80), node_port=31111))
    assert "200 OK" in bench.type("curl -sI http://node02:31111")


def test_a_host_port_leads_to_the_pod(bench):
    sandbox = bench.sandbox("ported", ports=({"hostPort": 8080, "containerPort": 80},))
    bench.container(sandbox, image="nginx:1.14")
    bench.run()
    assert "200 OK" in bench.type("curl -sI http://node01:8080")
    bench.cri.stop_pod_sandbox(sandbox)
    assert bench.type("curl -s http://node01:8080; echo $?") == "7\n"


def test_a_pod_in_the_network_of_its_node_has_its_address(bench):
    sandbox = bench.sandbox("host", host_network=True)
    bench.container(sandbox, image="nginx:1.14")
    bench.run()
    assert bench.cri.sandbox_status(sandbox)["ip"] == "192.168.10.11"
    assert "200 OK" in bench.type("curl -sI http://node01")


def test_a_node_that_is_down_does_not_answer(bench):
    bench.machines.set_faults([{"type": "node-down", "node": "node01"}])
    assert bench.type("curl -sS -m 5 http://10.244.1.2; echo $?", 6).endswith("28\n")


def test_the_kubelet_connects_and_is_told_of_what_comes(bench):
    heard = []
    bench.cri.subscribe(heard.append)
    sandbox = bench.cri.list_pod_sandboxes()[0]["id"]
    stream = bench.cri.connect(sandbox, 80)
    bench.run(0.1)
    assert bench.cri.stream_connected(stream)
    bench.cri.stream_write(stream, b"GET /nosuch HTTP/1.0\r\n\r\n")
    bench.run(0.1)
    assert b"404 Not Found" in bench.cri.stream_read(stream)
    assert heard.count("uid-web") >= 2
    bench.cri.stream_close(stream)


def test_hosts_know_each_other_by_name(bench):
    assert bench.type("getent hosts node02").split() == ["192.168.10.12", "node02"]
