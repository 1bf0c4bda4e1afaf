"""Databases: Pods of theirs run, probe their ports, and ask with the clients that tutorials use."""

import pytest

from lessons.players import EPOCH, Player
from simulator.lab import Lab

SERVERS = {
    "my": ("mysql:8.4", "MYSQL_ROOT_PASSWORD", "mysqladmin ping", "mysqld is alive"),
    "md": ("mariadb:11.4", "MARIADB_ROOT_PASSWORD", "mariadb-admin ping", "mysqld is alive"),
    "pg": ("postgres:16", "POSTGRES_PASSWORD", "pg_isready", "/var/run/postgresql:5432 - accepting connections"),
}


@pytest.fixture(scope="module")
def player():
    images = [image for image, *_ in SERVERS.values()] + ["mongo:8.0", "memcached:1.6"]
    nodes = [{"name": "master", "roles": ["control-plane"]}, {"name": "node01", "images": images}]
    player = Player(Lab.boot({"nodes": nodes}, seed=1, epoch=EPOCH))
    for name, (image, variable, _, _) in SERVERS.items():
        player.type(f"kubectl run {name} --image={image} --env={variable}=secret")
    player.type("kubectl run mo --image=mongo:8.0")
    player.type("kubectl run mc --image=memcached:1.6")
    player.type("kubectl wait --for=condition=Ready pod --all --timeout=60s")
    return player


@pytest.mark.parametrize("name", SERVERS)
def test_a_client_finds_the_server_well(player, name):
    _, _, command, answer = SERVERS[name]
    assert player.type(f"kubectl exec {name} -- {command}").lines[0] == answer


@pytest.mark.parametrize(("name", "port"), [("my", 3306), ("pg", 5432), ("mo", 27017), ("mc", 11211)])
def test_a_server_takes_connections(player, name, port):
    assert player.type(f"nc -z $(kubectl get pod {name} -o jsonpath={{.status.podIP}}) {port}").code == 0


def test_without_a_password_the_server_says_what_it_wants_and_ends(player):
    player.type("kubectl run bare --image=mariadb:11.4 --restart=Never")
    player.type("kubectl wait --for=jsonpath={.status.phase}=Failed pod/bare --timeout=60s")
    assert "[ERROR] [Entrypoint]: Database is uninitialized" in player.type("kubectl logs bare").lines[0]


def test_a_client_without_its_server_says_so(player):
    player.type("kubectl run away --image=postgres:16 --command -- sleep 9999")
    player.type("kubectl wait --for=condition=Ready pod/away --timeout=60s")
    found = player.type("kubectl exec away -- pg_isready")
    assert (found.lines[0], found.code) == ("/var/run/postgresql:5432 - no response", 2)
