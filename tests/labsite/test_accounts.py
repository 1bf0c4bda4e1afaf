"""Coming in, and keeping one's work."""

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from labsite.accounts.models import User
from labsite.sandboxes import keeping
from labsite.sandboxes.models import Sandbox

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-battery"
NEWER = "staple-of-another-kind"


@pytest.fixture(autouse=True)
def _forgotten() -> None:
    cache.clear()


@pytest.fixture
def guest(client: Client) -> Client:
    """A browser that has clicked once."""
    client.post("/accounts/guest/")
    return client


def test_a_guest_is_in_with_one_click(client: Client) -> None:
    assert client.post("/accounts/guest/", {"next": "/lab/"}).headers["Location"] == "/lab/"
    assert client.get("/lab/").status_code == 200
    assert User.objects.get().is_guest


def test_nobody_is_sent_to_another_site(client: Client) -> None:
    answer = client.post("/accounts/guest/", {"next": "http://elsewhere.example/"})
    assert answer.headers["Location"] == "/lessons/"


def test_a_guest_who_signs_up_keeps_everything(guest: Client) -> None:
    guest.get("/lab/")
    fields = {"username": "alice", "password1": PASSWORD, "password2": PASSWORD}
    assert guest.post("/accounts/sign-up/", fields).status_code == 302
    alice = User.objects.get()
    assert (alice.username, alice.is_guest) == ("alice", False)
    assert Sandbox.objects.get().owner == alice


def test_a_sign_up_that_fails_leaves_the_guest_as_they_were(guest: Client) -> None:
    answer = guest.post("/accounts/sign-up/", {"username": "alice", "password1": "1", "password2": "2"})
    assert answer.status_code == 200
    assert User.objects.get().is_guest


def test_what_a_guest_did_goes_into_the_account_they_log_in_to(guest: Client) -> None:
    alice = User.objects.create_user("alice", password=PASSWORD)
    own = keeping.of(alice, "")
    guest.get("/lab/")
    guest.get("/lessons/init-containers/")
    guest.post("/accounts/log-in/", {"username": "alice", "password": PASSWORD})
    assert {(row.lesson, row.set_aside) for row in Sandbox.objects.filter(owner=alice)} == {
        ("", False),
        ("", True),
        ("init-containers", False),
    }
    assert keeping.of(alice, "") == own


def test_passwords_cannot_be_tried_without_end(client: Client) -> None:
    User.objects.create_user("alice", password=PASSWORD)
    tries = [client.post("/accounts/log-in/", {"username": "Alice", "password": "x"}).status_code for _ in range(11)]
    assert tries == [200] * 10 + [429]


def test_guests_cannot_be_made_without_end(client: Client) -> None:
    made = [Client().post("/accounts/guest/").status_code for _ in range(61)]
    assert made == [302] * 60 + [429]


@pytest.mark.parametrize("address", ["/lessons/", "/lab/", "/lessons/init-containers/"])
def test_who_is_not_in_is_led_home(client: Client, address: str) -> None:
    assert client.get(address).headers["Location"] == f"/?next={address}"


def test_the_language_can_be_chosen(client: Client) -> None:
    client.post("/i18n/setlang/", {"language": "zh-hans", "next": "/"})
    assert client.get("/").headers["Content-Language"] == "zh-hans"


def test_pages_forbid_foreign_scripts_and_frames(client: Client) -> None:
    headers = client.get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe-eval" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_site_says_how_it_is(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"
    assert client.get("/readyz").json() == {"database": True, "cache": True, "worker": True}


def test_behind_a_proxy_each_address_that_it_saw_is_counted_by_itself(settings: Settings) -> None:
    settings.BEHIND_PROXY = True
    made = [
        Client(headers={"X-Forwarded-For": f"9.9.9.9, 10.0.0.{number % 2}"}).post("/accounts/guest/").status_code
        for number in range(62)
    ]
    assert made == [302] * 62


def test_without_a_proxy_nobody_can_say_to_be_somebody_else() -> None:
    made = [
        Client(headers={"X-Forwarded-For": f"10.0.0.{number}"}).post("/accounts/guest/").status_code
        for number in range(61)
    ]
    assert made[-1] == 429


@pytest.mark.parametrize(
    "target",
    [
        "//elsewhere.example",
        "https:///elsewhere.example",
        "javascript:alert(1)",
        "/\\elsewhere.example",
        "\x00",
        "http:a",
    ],
)
def test_no_odd_address_leads_elsewhere(client: Client, target: str) -> None:
    for address in ("/accounts/guest/", "/accounts/log-in/", "/i18n/setlang/"):
        answer = client.post(address, {"next": target, "language": "en"})
        assert answer.headers.get("Location", "/").startswith(("/lessons/", "/"))
        assert not answer.headers.get("Location", "/").startswith(("//", "/\\"))


def test_coming_in_changes_the_sessions_key(client: Client) -> None:
    User.objects.create_user("alice", password=PASSWORD)
    client.post("/accounts/guest/")
    before = client.cookies["sessionid"]
    key = before.value
    assert (before["httponly"], before["samesite"]) == (True, "Lax")
    client.post("/accounts/log-in/", {"username": "alice", "password": PASSWORD})
    assert client.cookies["sessionid"].value != key


def test_a_foreign_form_is_refused() -> None:
    strict = Client(enforce_csrf_checks=True)
    for address in ("/accounts/guest/", "/accounts/log-in/", "/accounts/sign-up/", "/accounts/log-out/"):
        assert strict.post(address).status_code == 403


@pytest.mark.parametrize("name", ["<b>x</b>", "a b", "a\x00b", "a\u202eb", "x" * 151, "\U0001f600"])
def test_no_name_carries_marks_or_control_characters(client: Client, name: str) -> None:
    answer = client.post("/accounts/sign-up/", {"username": name, "password1": PASSWORD, "password2": PASSWORD})
    assert answer.status_code == 200
    assert not User.objects.exists()
    assert b"<b>x" not in answer.content


@pytest.mark.parametrize(
    "address",
    ["/lessons/..%2f..%2fetc/", "/lessons/no-such/", "/labs/../etc/passwd", "/labs/0/", "/%00", "/static/../manage.py"],
)
def test_odd_addresses_are_not_found_and_keep_the_policy(guest: Client, address: str) -> None:
    answer = guest.get(address)
    assert answer.status_code in (400, 404)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def log_in(client: Client, name: str, password: str) -> bool:
    """Whether a name and a password let somebody in, in this browser."""
    return client.post("/accounts/log-in/", {"username": name, "password": password}).status_code == 302


def test_somebody_changes_their_password_and_other_browsers_are_logged_out(client: Client) -> None:
    User.objects.create_user("alice", password=PASSWORD)
    other = Client()
    assert log_in(client, "alice", PASSWORD)
    assert log_in(other, "alice", PASSWORD)
    assert b"/accounts/password/" in client.get("/accounts/me/").content
    fields = {"old_password": "wrong", "new_password1": NEWER, "new_password2": NEWER}
    assert client.post("/accounts/password/", fields).status_code == 200
    assert client.post("/accounts/password/", fields | {"old_password": PASSWORD}).status_code == 302
    assert b"Your password is another one now." in client.get("/accounts/me/").content
    assert client.get("/lessons/").status_code == 200
    assert other.get("/lessons/").status_code == 302
    assert not log_in(Client(), "alice", PASSWORD)
    assert log_in(Client(), "alice", NEWER)


def test_a_forgotten_password_is_chosen_anew_by_a_link_that_works_once(client: Client) -> None:
    alice = User.objects.create_user("alice", password=PASSWORD)
    client.force_login(User.objects.create_user("head", password=PASSWORD, role="administrator"))
    given = client.post(f"/accounts/people/{alice.pk}/password/").context["link"]
    visitor, link = Client(), given.removeprefix("http://testserver")
    form = visitor.get(link, follow=True)
    assert form.redirect_chain
    fields = {"new_password1": NEWER, "new_password2": NEWER}
    assert visitor.post(form.redirect_chain[-1][0], fields).headers["Location"] == "/accounts/log-in/"
    assert b"Your password is another one now." in visitor.get("/accounts/log-in/").content
    assert log_in(visitor, "alice", NEWER)
    assert b"does not hold any more" in Client().get(link, follow=True).content


def test_guests_have_no_password_to_change_and_are_given_no_link(guest: Client, client: Client) -> None:
    assert b"/accounts/password/" not in guest.get("/accounts/me/").content
    assert guest.get("/accounts/password/").headers["Location"] == "/accounts/me/"
    somebody = User.objects.get()
    client.force_login(User.objects.create_user("head", password=PASSWORD, role="administrator"))
    assert client.post(f"/accounts/people/{somebody.pk}/password/").status_code == 404
