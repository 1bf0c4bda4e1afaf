"""Registering platforms: on the page, by the command, by themselves."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from labsite.accounts.models import User
from labsite.lti import models
from tests.labsite.classes import cast
from tests.labsite.lti import visits
from tests.labsite.lti.platform import Platform

pytestmark = pytest.mark.django_db
FACTS = {
    "name": "School",
    "issuer": "https://school.example",
    "client": "c1",
    "deployments": "1\n2\n\n1",
    "authorization": "https://school.example/auth",
    "token": "https://school.example/token",
    "keys": "https://school.example/jwks",
    "audience": "",
    "more_origins": "https://Files.school.example:443/path",
}


@pytest.fixture
def head() -> Client:
    """The browser of an administrator."""
    return cast.browser(User.objects.create_user("head", role="administrator"))


def test_a_platform_is_registered_changed_and_removed(head: Client) -> None:
    head.post("/lti/", FACTS)
    made = models.Platform.objects.get()
    assert made.deployments == ["1", "2"]
    assert made.origins() == ["https://files.school.example", "https://school.example"]
    page = head.get("/lti/").content.decode()
    assert "School" in page
    assert "http://testserver/lti/login/" in page
    address = f"/lti/platforms/{made.pk}/"
    head.post(address, FACTS | {"name": "Other"})
    assert "Other" in head.get(address).content.decode()
    head.post(address, {"remove": "1"})
    assert not models.Platform.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("token", "http://school.example/token"),
        ("keys", "ftp://school.example/"),
        ("keys", "https://user:password@school.example/"),
        ("authorization", "https://"),
        ("authorization", "javascript:alert(1)"),
        ("authorization", "https://school.example:x/"),
        ("more_origins", "http://school.example"),
        ("deployments", "x" * 300),
        ("issuer", ""),
    ],
)
def test_what_cannot_be_meant_is_not_kept(head: Client, field: str, value: str) -> None:
    assert head.post("/lti/", FACTS | {field: value}).status_code == 200
    assert not models.Platform.objects.exists()


def test_the_same_registration_is_not_made_twice(head: Client) -> None:
    head.post("/lti/", FACTS)
    assert b"registered already" in head.post("/lti/", FACTS).content


def test_the_command_adds_lists_and_removes() -> None:
    out = StringIO()
    words = [f"--{name}={FACTS[name]}" for name in ("issuer", "client", "authorization", "token", "keys")]
    call_command("lti", "add", "School", *words, "--deployment=1", "--origin=https://files.school.example", stdout=out)
    call_command("lti", "list", stdout=out)
    assert "School\thttps://school.example\tc1\t1" in out.getvalue()
    with pytest.raises(CommandError, match="registered already"):
        call_command("lti", "add", "School", *words)
    number = str(models.Platform.objects.get().pk)
    call_command("lti", "remove", number)
    with pytest.raises(CommandError, match="no platform"):
        call_command("lti", "remove", number)
    call_command("lti", "rotate", stdout=out)
    assert models.Key.objects.get().name in out.getvalue()


def invitation(head: Client) -> str:
    """The link that an administrator makes."""
    link = str(head.post("/lti/", {"invite": "1"}).context["link"])
    return link.removeprefix("http://testserver")


def test_a_platform_registers_itself_once_and_then_launches(head: Client, school: Platform) -> None:
    link = invitation(head)
    query = {"openid_configuration": f"{school.base}/about", "registration_token": "admit-me"}
    page = Client().get(link, query)
    assert (page.status_code, f"frame-ancestors {school.base}" in page.headers["Content-Security-Policy"]) == (
        200,
        True,
    )
    made = models.Platform.objects.get()
    assert (made.client, made.deployments, made.name[:10]) == ("given-client", [school.deployment], "schoolware")
    assert Client().get(link, query).status_code == 400
    school.client = "given-client"
    assert visits.launched(Client(), school).status_code == 302


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"openid_configuration": "file:///etc/passwd"},
        {"openid_configuration": "{base}/jwks"},
        {"openid_configuration": "{base}/about", "registration_token": "wrong"},
        {"openid_configuration": "{base}/about", "registration_token": "a\nb"},
    ],
)
def test_what_does_not_describe_itself_is_not_registered(head: Client, school: Platform, query: dict[str, str]) -> None:
    asked = {name: value.format(base=school.base) for name, value in query.items()}
    assert Client().get(invitation(head), asked).status_code == 400
    assert not models.Platform.objects.exists()


def test_a_made_up_invitation_serves_nobody(school: Platform) -> None:
    query = {"openid_configuration": f"{school.base}/about", "registration_token": "admit-me"}
    assert Client().get("/lti/register/made-up/", query).status_code == 400
    assert school.asked == []


def test_without_leave_a_platform_by_plain_http_is_not_registered(
    head: Client, school: Platform, settings: Settings
) -> None:
    settings.PRIVATE_TARGETS = False
    query = {"openid_configuration": f"{school.base}/about", "registration_token": "admit-me"}
    assert Client().get(invitation(head), query).status_code == 400
