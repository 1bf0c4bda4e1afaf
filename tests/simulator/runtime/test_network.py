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


def test_the_bridge_of_a_node_answers(bench):
    assert "1 received" in bench.type("ping -c 1 10.244.1.1", 6)
    assert "1 received" not in bench.type("ping -c 1 -W 1 10.244.9.1", 6)


def test_a_service_leads_to_its_backends(bench):
    bench.machines.program_services("master", rules(("10.244.1.2", 80)))
    assert "200 OK" in bench.type("curl -sI http://10.96.7.7")
    bench.machines.program_services("master", rules())
    assert bench.type("curl -s http://10.96.7.7; echo $?") == "7\n"


def test_a_service_holds_on_to_a_client_for_a_while(bench):
    bench.machines.program_services("node01", rules(*((f"10.9.9.{n}", 80) for n in range(40)), sticky=60_000_000))
    networks, net = bench.machines.machinery.networks, bench.machines.machinery.tables.networks["node01"]

    def chosen():
        return networks.translate(net, "10.96.7.7", 80, "TCP")

    first = chosen()
    assert {chosen() for _ in range(20)} == {first}
    bench.run(59)
    assert chosen() == first
    bench.run(61)
    assert {chosen() for _ in range(5)} != {first}
    bench.machines.program_services("node01", rules(("10.9.9.77", 80), sticky=60_000_000))
    assert chosen() == ("10.9.9.77", 80)


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


def test_the_kernel_tells_of_a_network_what_its_tools_show(bench):
    bench.run()
    listener, table = (
        bench.exec(bench.web, "cat", f"/proc/net/{name}")[1].splitlines()[1:] for name in ("tcp", "route")
    )
    assert [line.split()[1:4] for line in listener] == [["00000000:0050", "00000000:0000", "0A"]]
    assert len(listener[0]) == 149
    assert [line.split()[:4] for line in table] == [
        ["eth0", "00000000", "0101F40A", "0003"],
        ["eth0", "0000F40A", "0101F40A", "0003"],
        ["eth0", "0001F40A", "00000000", "0001"],
    ]
    assert [line.split()[0] for line in bench.type("cat /proc/net/dev").splitlines()[2:]] == ["lo:", "eth0:", "cni0:"]
    assert bench.type("readlink /proc/net; ls /proc/1/net") == "self/net\narp  dev  route  tcp  tcp6  udp\n"
    assert bench.type("ls -l /proc/net/tcp").split()[4] == "0"
    ports = bench.type("tail -n +2 /proc/net/tcp6 | cut -c 7-43")
    assert "00000000000000000000000000000000:280A" in ports


def test_bash_connects_by_a_redirection(bench):
    def bash(script):
        return bench.exec(bench.web, "bash", "-c", script)[1]

    asked = "exec 3<>/dev/tcp/127.0.0.1/80; printf 'HEAD / HTTP/1.0\\r\\n\\r\\n' >&3; head -n 1 <&3"
    assert bash(asked) == "HTTP/1.1 200 OK\r\n"
    tried = "for p in 80 81; do (: > /dev/tcp/10.244.1.2/$p) 2>/dev/null && echo $p open || echo $p closed; done"
    assert bash(tried) == "80 open\n81 closed\n"
    assert "not simulated here: /dev/udp" in bench.type("echo > /dev/udp/10.96.0.10/53")
