"""The compose file, the proxy's and the image's agree with each other and with the code. (They are read here, not run.)"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.labsite.hosting.settings_in_code import settings_in_code
from tests.labsite.site import ROOT

TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = ("web", "worker")
VARIABLE = re.compile(r"\$\{([A-Z_]+)")
# Read by the proxy or by PostgreSQL, not by Podlab.
OTHERS = {"SITE", "TLS", "WORKERS", "POSTGRES_PASSWORD"}


def example() -> set[str]:
    """The variables that .env.example names."""
    return set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M))


def test_every_variable_is_in_the_example_and_the_other_way_round() -> None:
    assert set(VARIABLE.findall(TEXT)) == example()


def test_what_the_site_is_told_are_settings_that_it_knows() -> None:
    assert set(COMPOSE["x-site"]["environment"]) - set(settings_in_code()) == set()
    assert example() - OTHERS - set(settings_in_code()) == set()


def test_what_opens_something_must_be_given() -> None:
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "SITE"):
        assert f"${{{name}:?" in TEXT
    assert re.findall(r"^(?:SECRET_KEY|POSTGRES_PASSWORD)=(.+)$", (ROOT / ".env.example").read_text(), re.M) == []


def test_every_service_is_bounded_unprivileged_and_looked_after() -> None:
    assert set(SERVICES) == {"caddy", "web", "worker", "postgres", "valkey"}
    for name, service in SERVICES.items():
        assert service["mem_limit"], name
        assert service["restart"] == "unless-stopped", name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "privileged" not in service, name
        assert ("healthcheck" in service) is (name != "web"), name  # web's is the image's own
        if name != "postgres":  # writes where it likes, and changes its user itself
            assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"]), name
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["caddy"]
    assert re.search(r"^USER podlab$", (ROOT / "Dockerfile").read_text(), re.M)


def test_names_that_are_used_are_defined() -> None:
    used = {volume.partition(":")[0] for service in SERVICES.values() for volume in service.get("volumes", ())}
    assert {name for name in used if not name.startswith(".")} == set(COMPOSE["volumes"])
    for service in SERVICES.values():
        assert set(service.get("depends_on", ())) <= set(SERVICES)
    site = COMPOSE["x-site"]["environment"]
    assert "@postgres:5432/" in site["DATABASE_URL"]
    assert site["REDIS_URL"].startswith("redis://valkey:6379")
    proxied = re.search(r"reverse_proxy (\w+):(\d+)", (ROOT / "Caddyfile").read_text())
    assert proxied
    assert SERVICES[proxied[1]]["expose"] == [proxied[2]]
    assert proxied[1] in site["ALLOWED_HOSTS"].split(",")  # for health checks from the network


def test_the_commands_exist() -> None:
    image = (ROOT / "Dockerfile").read_text()
    command = " ".join(json.loads(re.findall(r"^CMD (.*)$", image, re.M)[-1]))
    commands = {path.stem for path in ROOT.glob("*/**/management/commands/*.py")} | {"migrate"}
    assert set(re.findall(r"manage\.py (\w+)", command)) <= commands
    assert SERVICES["worker"]["command"][:4] == ["celery", "-A", "labsite", "worker"]
    for path in re.findall(r"python3 (\S+\.py)", image):
        assert (ROOT / path).is_file()


@pytest.mark.parametrize("page", ["README.md", "docs/hosting.md"])
def test_commands_that_a_page_names_exist(page: str) -> None:
    commands = {path.stem for path in ROOT.glob("*/**/management/commands/*.py")}
    commands |= {"migrate", "check", "makemigrations"}
    named = set(re.findall(r"manage\.py ([a-z_]+)", Path(ROOT / page).read_text()))
    assert named - commands == set()
