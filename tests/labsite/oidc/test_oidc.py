"""Log-in by OpenID Connect, with a provider that signs."""

import base64
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pytest_django import Settings

from labsite.accounts.models import User
from labsite.environment import log_in_elsewhere
from labsite.oidc import checkup, provider, tokens
from labsite.oidc.models import Login
from labsite.sandboxes import clock, keeping
from labsite.sandboxes.models import Sandbox
from tests.labsite.classes import cast
from tests.labsite.lti.platform import new_key
from tests.labsite.oidc.provider import Provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def school(settings: Settings) -> Iterator[Provider]:
    """A provider that runs, and is set."""
    cache.clear()
    settings.PRIVATE_TARGETS = True
    school = Provider()
    for name, value in school.settings().items():
        setattr(settings, name, value)
    yield school
    school.stop()


def question(browser: Client, **more: str) -> dict[str, str]:
    """What the provider is asked when somebody presses the button."""
    answer = browser.get("/accounts/oidc/", more)
    assert answer.status_code == 302, answer.content
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def come(browser: Client, school: Provider, who: str = "alice", **more: str) -> Any:
    """Somebody comes in: what they see then."""
    back = urlsplit(school.coded(question(browser, **more), who))
    return browser.get(f"{back.path}?{back.query}")


def user_of(browser: Client) -> User | None:
    """Who is logged in."""
    return User.objects.filter(pk=browser.session.get("_auth_user_id", 0)).first()


def test_somebody_comes_in_and_is_known_again(school: Provider) -> None:
    answer = come(Client(), school, next="/classes/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/classes/")
    alice = User.objects.get()
    assert (alice.username, alice.is_guest, alice.has_usable_password(), alice.role) == (
        "alice",
        False,
        False,
        "learner",
    )
    school.people["alice"] |= {"preferred_username": "alice-adams", "email": "other@school.example"}
    browser = Client()
    assert come(browser, school).headers["Location"] == "/lessons/"
    assert user_of(browser) == alice == User.objects.get()


def test_the_question_is_bound_to_the_browser_and_proves_itself(school: Provider) -> None:
    asked = question(Client())
    assert asked | {"state": "", "nonce": "", "code_challenge": ""} == {
        "tenant": "1",
        "response_type": "code",
        "scope": "openid profile email",
        "client_id": "podlab",
        "redirect_uri": "http://testserver/accounts/oidc/back/",
        "state": "",
        "nonce": "",
        "code_challenge": "",
        "code_challenge_method": "S256",
    }
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) == 43


def test_what_leads_elsewhere_is_not_followed(school: Provider) -> None:
    assert come(Client(), school, next="https://evil.example/").headers["Location"] == "/lessons/"


def test_a_code_is_good_in_the_browser_that_asked_and_once(school: Provider) -> None:
    alice, mallory = Client(), Client()
    back = urlsplit(school.coded(question(alice), "alice"))
    address = f"{back.path}?{back.query}"
    question(mallory)
    assert b"was not begun in this browser" in mallory.get(address).content
    assert alice.get(address).status_code == 302
    assert alice.get(address).status_code == 400
    assert user_of(mallory) is None


def test_a_question_is_over_after_a_while(school: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Client()
    back, now = urlsplit(school.coded(question(browser), "alice")), clock.wall()
    monkeypatch.setattr(clock, "wall", lambda: now + 601 * clock.SECOND)
    assert browser.get(f"{back.path}?{back.query}").status_code == 400


def test_several_tabs_may_come_in_and_the_session_stays_small(school: Provider) -> None:
    browser = Client()
    asked = [question(browser) for _ in range(8)]
    assert len(browser.session["oidc"]) == 5
    for each, status in ((asked[0], 400), (asked[4], 302)):
        back = urlsplit(school.coded(each, "alice"))
        assert browser.get(f"{back.path}?{back.query}").status_code == status


def test_no_account_is_taken_over_by_a_name_or_an_address(school: Provider) -> None:
    local = User.objects.create_user("alice", email="alice@school.example", password=cast.PASSWORD)
    browser = Client()
    come(browser, school)
    found = user_of(browser)
    assert found
    assert found != local
    assert found.username.startswith("alice-")


def test_a_subject_of_another_issuer_is_somebody_else(school: Provider) -> None:
    other = User.objects.create_user("somebody")
    Login.objects.create(issuer="https://other.example", subject="sub-alice", user=other)
    browser = Client()
    come(browser, school)
    assert user_of(browser) != other


def test_a_guest_keeps_all_work(school: Provider) -> None:
    browser = Client()
    browser.post("/accounts/guest/")
    guest = user_of(browser)
    assert guest
    room = cast.classroom(cast.teacher())
    cast.join(room.code, "Al", browser)
    row = keeping.of(guest, "what-a-pod-is")
    come(browser, school)
    alice = user_of(browser)
    assert (Sandbox.objects.get(pk=row.pk).owner, room.seats.get(name="Al").user) == (alice, alice)


def test_a_closed_account_stays_closed(school: Provider) -> None:
    come(Client(), school)
    User.objects.update(is_active=False)
    browser = Client()
    assert b"This account is closed." in come(browser, school).content
    assert user_of(browser) is None


# --- tokens ---------------------------------------------------------------------------------------------------------------

NOW = int(time.time())
LIES = [
    ({"iss": "https://evil.example"}, "iss"),
    ({"aud": "another-client"}, "aud"),
    ({"aud": ["podlab", "another-client"]}, "azp"),
    ({"azp": "another-client"}, "azp"),
    ({"nonce": "another"}, "nonce"),
    ({"nonce": None}, "nonce"),
    ({"exp": NOW - 120}, "expired"),
    ({"exp": None}, "exp"),
    ({"iat": NOW + 600}, "iat"),
    ({"iat": None}, "iat"),
    ({"sub": None}, "sub"),
    ({"sub": ""}, "sub"),
    ({"sub": "x" * 256}, "sub"),
    ({"sub": 7}, "must be a string"),
]


@pytest.mark.parametrize(("lies", "why"), LIES)
def test_a_token_that_is_not_for_us_and_of_now_lets_nobody_in(school: Provider, lies: dict[str, Any], why: str) -> None:
    school.lies = lies
    browser = Client()
    answer = come(browser, school)
    assert (answer.status_code, user_of(browser)) == (400, None)
    assert why in answer.content.decode().lower()


def test_clocks_may_differ_by_a_minute(school: Provider) -> None:
    school.lies = {"exp": int(time.time()) - 30, "iat": int(time.time()) + 30}
    assert come(Client(), school).status_code == 302


def test_another_key_lets_nobody_in(school: Provider) -> None:
    known, school.key = school.jwks(), new_key()
    school.jwks = lambda: known  # type: ignore[method-assign]
    assert b"Signature verification failed" in come(Client(), school).content


def test_a_new_key_is_fetched_when_it_is_met(school: Provider) -> None:
    come(Client(), school)
    school.key, school.kid = new_key(), "key-2"
    assert come(Client(), school).status_code == 302
    assert school.asked.count("/jwks") == 2
    school.head = {"kid": "no-such-key"}
    assert b"does not know the key" in come(Client(), school).content
    assert school.asked.count("/jwks") == 2  # it was asked a moment ago


def test_a_key_without_a_name_is_found_if_it_is_the_only_one(school: Provider) -> None:
    school.head = {"kid": None}
    assert come(Client(), school).status_code == 302
    two = school.jwks()["keys"] * 2
    school.jwks = lambda: {"keys": two}  # type: ignore[method-assign]
    cache.clear()
    assert come(Client(), school).status_code == 400


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_only_the_provider_can_sign(school: Provider, algorithm: str) -> None:
    claims = {"iss": school.base, "aud": school.client, "sub": "sub-alice", "iat": NOW, "exp": NOW + 600, "nonce": "n"}
    public = base64.urlsafe_b64decode(school.jwks()["keys"][0]["n"] + "==")
    forged = jwt.encode(claims, public if algorithm == "HS256" else None, algorithm=algorithm, headers={"kid": "key-1"})
    with pytest.raises(provider.Unusable, match="alg"):
        tokens.verified(provider.discovered(), forged, "n")


@pytest.mark.parametrize("token", [None, 7, "", "x", "a.b.c", {}])
def test_what_is_no_token_lets_nobody_in(school: Provider, token: Any) -> None:
    with pytest.raises(provider.Unusable):
        tokens.verified(provider.discovered(), token, "n")


def test_the_secret_goes_where_the_provider_wants_it(school: Provider, settings: Settings) -> None:
    assert come(Client(), school).status_code == 302
    school.says = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    cache.clear()
    assert come(Client(), school).status_code == 302
    settings.OIDC_CLIENT_SECRET = "wrong"
    assert b"invalid_client" in come(Client(), school).content


def test_what_is_not_in_the_token_is_asked_for(school: Provider) -> None:
    school.in_token = False
    browser = Client()
    come(browser, school)
    assert User.objects.get().username == "alice"
    school.people["alice"]["sub"], school.lies = "sub-other", {"sub": "sub-alice"}
    assert come(Client(), school).status_code == 400  # it tells of somebody else


# --- roles ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def roles(settings: Settings) -> None:
    """A claim says roles."""
    settings.OIDC_ROLE_CLAIM = "realm_access.roles"
    settings.OIDC_INSTRUCTORS, settings.OIDC_ADMINISTRATORS = ["teachers"], ["it"]


@pytest.mark.usefixtures("roles")
def test_a_claim_says_roles_at_each_log_in(school: Provider) -> None:
    User.objects.create_user("head", role="administrator")
    for groups, role in ((["teachers"], "instructor"), (["it", "teachers"], "administrator"), ([], "learner")):
        school.people["tina"]["realm_access"]["roles"] = groups
        come(Client(), school, "tina")
        assert User.objects.get(username="tina").role == role
    del school.people["tina"]["realm_access"]
    assert come(Client(), school, "tina").status_code == 302


@pytest.mark.usefixtures("roles")
def test_the_last_administrator_stays(school: Provider) -> None:
    school.people["tina"]["realm_access"]["roles"] = ["it"]
    come(Client(), school, "tina")
    school.people["tina"]["realm_access"]["roles"] = []
    come(Client(), school, "tina")
    assert User.objects.get().role == "administrator"


def test_without_a_claim_roles_are_given_here(school: Provider) -> None:
    come(Client(), school, "tina")
    User.objects.update(role="instructor")
    come(Client(), school, "tina")
    assert User.objects.get().role == "instructor"


# --- connecting, leaving --------------------------------------------------------------------------------------------------


def test_the_owner_of_an_account_connects_it(school: Provider) -> None:
    alice = User.objects.create_user("alice", password=cast.PASSWORD)
    browser = cast.browser(alice)
    assert b"Connect with School" in browser.get("/accounts/me/").content
    browser.post("/accounts/oidc/connect/")
    asked = question(browser)
    assert asked["prompt"] == "login"
    back = urlsplit(school.coded(asked, "alice"))
    assert browser.get(f"{back.path}?{back.query}").headers["Location"] == "/accounts/me/"
    assert b"You can come in by School." in browser.get("/accounts/me/").content
    elsewhere = Client()
    come(elsewhere, school)
    assert user_of(elsewhere) == alice == User.objects.get()


def test_nobody_connects_by_following_a_link(school: Provider) -> None:
    alice = User.objects.create_user("alice", password=cast.PASSWORD)
    browser = cast.browser(alice)
    come(browser, school, "tina")
    assert user_of(browser) != alice
    assert Client(enforce_csrf_checks=True).post("/accounts/oidc/connect/").status_code == 403


def test_a_person_with_an_account_connects_no_second_one(school: Provider) -> None:
    come(Client(), school)
    browser = cast.browser(User.objects.create_user("other"))
    browser.post("/accounts/oidc/connect/")
    assert b"You have another account here" in come(browser, school).content
    assert Login.objects.count() == 1


def test_who_came_from_the_provider_can_log_out_there(school: Provider) -> None:
    browser = Client()
    come(browser, school)
    page = browser.post("/accounts/log-out/").content.decode()
    assert f"{school.base}/end?client_id=podlab&amp;post_logout_redirect_uri=http%3A%2F%2Ftestserver%2F" in page
    assert "id_token_hint=ey" in page
    assert user_of(browser) is None
    local = cast.browser(User.objects.create_user("bob"))
    assert local.post("/accounts/log-out/").headers["Location"] == "/"
    school.says = {"end_session_endpoint": ""}
    cache.clear()
    come(browser, school)
    assert browser.post("/accounts/log-out/").headers["Location"] == "/"


def test_without_a_provider_there_is_no_such_log_in(client: Client) -> None:
    assert client.get("/accounts/oidc/").status_code == 404
    assert b"/accounts/oidc/" not in client.get("/accounts/log-in/").content


# --- the provider and its settings ----------------------------------------------------------------------------------------


def test_a_provider_that_is_away_is_said_to_be(school: Provider) -> None:
    school.stop()
    answer = Client().get("/accounts/oidc/")
    assert (answer.status_code, b"The provider does not answer" in answer.content) == (400, True)


@pytest.mark.parametrize(
    "says", [{"issuer": "https://evil.example"}, {"token_endpoint": "file:///x"}, {"jwks_uri": None}, {"issuer": 7}]
)
def test_a_provider_that_says_what_cannot_be_is_not_asked(school: Provider, says: dict[str, Any]) -> None:
    school.says = says
    assert b"cannot be used" in Client().get("/accounts/oidc/").content


def test_the_answer_of_another_provider_is_not_taken(school: Provider) -> None:
    browser = Client()
    back = urlsplit(school.coded(question(browser), "alice"))
    query = dict(parse_qsl(back.query)) | {"iss": "https://evil.example"}
    assert browser.get(back.path, query).status_code == 400


def test_what_the_provider_refuses_is_said(school: Provider) -> None:
    browser = Client()
    answer = browser.get("/accounts/oidc/back/", {"state": question(browser)["state"], "error": "access_denied"})
    assert b"does not let you in (access_denied)" in answer.content


def worst(level: str) -> str:
    """What the doctor finds of that level."""
    return " ".join(found.says for found in checkup.issuer() if found.level == level)


def test_the_doctor_looks_at_the_provider(school: Provider, settings: Settings) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://lab.school.example"]
    assert worst("ok").endswith("https://lab.school.example/accounts/oidc/back/")
    school.says = {"code_challenge_methods_supported": []}
    assert "PKCE" in worst("note")
    school.jwks = lambda: {"keys": []}  # type: ignore[method-assign]
    cache.clear()
    assert "no key" in worst("error")
    settings.OIDC_ISSUER += "/realms/other"
    assert "404" in worst("error")
    settings.OIDC_ISSUER = ""
    assert "No log-in" in worst("note")


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        (("", "podlab", "openid", "", [], False), "OIDC_ISSUER is missing"),
        (("https://x", "", "openid", "", [], False), "OIDC_CLIENT_ID"),
        (("http://x", "podlab", "openid", "", [], False), "https"),
        (("ftp://x", "podlab", "openid", "", [], True), "https"),
        (("https://x", "podlab", "profile", "", [], False), "openid"),
        (("https://x", "podlab", "openid", "groups", [], False), "OIDC_ROLE_CLAIM"),
        (("https://x", "podlab", "openid", "", ["it"], False), "OIDC_ROLE_CLAIM"),
    ],
)
def test_settings_that_cannot_be_meant_stop_the_start(facts: Any, why: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=why):
        log_in_elsewhere(*facts)
