"""Coming in from a learning platform, and not coming in."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from labsite.accounts.models import User
from labsite.classes.models import Assignment, Classroom, Seat
from labsite.lti import models
from labsite.sandboxes import keeping
from tests.labsite.lti import visits
from tests.labsite.lti.platform import CLAIM, MEMBERSHIP, Platform, new_key

pytestmark = pytest.mark.django_db
LESSON = "init-containers"


def test_a_launch_makes_an_account_a_class_and_a_seat_and_leads_to_the_lesson(
    client: Client, school: Platform, registered: models.Platform
) -> None:
    school.links["link-1"]["custom"] = {"lesson": LESSON}
    assert visits.launched(client, school).headers["Location"] == f"/lessons/{LESSON}/"
    seat = Seat.objects.get()
    assert (seat.name, seat.number, seat.role, seat.classroom.name) == ("Alice Adams", "1001", "learner", "Containers")
    assert client.session["_auth_user_id"] == str(seat.user_id)
    assert seat.user
    assert (seat.user.username, seat.user.role, seat.user.has_usable_password()) == ("Alice.Adams", "learner", False)
    assert Assignment.objects.get(classroom=seat.classroom).lesson == LESSON


@pytest.mark.parametrize(("who", "role"), [("alice", "learner"), ("tina", "instructor"), ("tom", "assistant")])
def test_roles_of_the_course_are_roles_of_the_class_and_not_of_the_site(
    client: Client, school: Platform, registered: models.Platform, who: str, role: str
) -> None:
    room = Classroom.objects.get(
        pk=visits.launched(client, school, who).headers["Location"].strip("/").rpartition("/")[2]
    )
    seat = Seat.objects.get(classroom=room)
    assert (seat.role, seat.user and seat.user.role) == (role, "learner")
    teaches = client.get(reverse("room", args=[room.pk])).status_code == 200
    assert teaches == (role != "learner")


@pytest.mark.parametrize(
    ("roles", "role"),
    [
        ([], "learner"),
        (["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"], "learner"),
        ([f"{MEMBERSHIP}#Mentor", 7], "learner"),
        ([f"{MEMBERSHIP}#Administrator"], "instructor"),
        (["Instructor"], "instructor"),
    ],
)
def test_only_roles_in_the_course_count(
    client: Client, school: Platform, registered: models.Platform, roles: list[Any], role: str
) -> None:
    visits.launched(client, school, **{CLAIM + "roles": roles})
    assert Seat.objects.get().role == role


def test_coming_again_is_the_same_account_in_the_role_of_now(
    client: Client, school: Platform, registered: models.Platform
) -> None:
    visits.launched(client, school, "tina")
    school.people["tina"] = ("Tina T. Teach", ["Learner"], "")
    visits.launched(Client(), school, "tina")
    seat = Seat.objects.get()
    assert (seat.name, seat.role, User.objects.count()) == ("Tina T. Teach", "learner", 1)


def test_a_guests_work_goes_with_them(client: Client, school: Platform, registered: models.Platform) -> None:
    client.post("/accounts/guest/")
    guest = User.objects.get()
    mine = keeping.of(guest, LESSON)
    visits.launched(client, school)
    mine.refresh_from_db()
    assert (mine.owner.username, mine.set_aside) == ("Alice.Adams", False)


def test_two_people_of_one_name_are_two(client: Client, school: Platform, registered: models.Platform) -> None:
    school.people["bob"] = school.people["alice"]
    visits.launched(client, school)
    visits.launched(Client(), school, "bob")
    assert [seat.number for seat in Seat.objects.order_by("id")] == ["1001", ""]
    assert User.objects.count() == 2


def test_a_chinese_name_is_kept(client: Client, school: Platform, registered: models.Platform) -> None:
    school.people["alice"] = ("王 小明", ["Learner"], "2026001")
    visits.launched(client, school)
    seat = Seat.objects.get()
    assert (seat.name, seat.user and seat.user.username) == ("王 小明", "王.小明")


def test_a_seat_that_a_list_keeps_is_taken_by_its_number(
    client: Client, school: Platform, registered: models.Platform
) -> None:
    visits.launched(client, school, "tina")
    kept = Seat.objects.create(classroom=Classroom.objects.get(), name="A. Adams", number="1001")
    visits.launched(Client(), school)
    kept.refresh_from_db()
    assert (kept.name, kept.user is not None) == ("Alice Adams", True)


# --- what is refused ------------------------------------------------------------------------------------------------------

Forge = Callable[[Platform, dict[str, Any]], str]


def changed(**claims: Any) -> Forge:
    """A signed message with other claims; None: without one."""

    def forge(school: Platform, said: dict[str, Any]) -> str:
        merged = {name: value for name, value in (said | claims).items() if value is not None}
        return school.signed(merged)

    return forge


def by_the_public_key(school: Platform, said: dict[str, Any]) -> str:
    """HMAC with what everybody knows, as if it were a secret."""
    public = school.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    head = {"alg": "HS256", "kid": school.kid}
    text = b".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (head, said))
    mark = base64.urlsafe_b64encode(hmac.digest(public, text, "sha256")).rstrip(b"=")
    return (text + b"." + mark).decode()


def cut(school: Platform, said: dict[str, Any]) -> str:
    """Other claims under a good signature."""
    head, _, signature = school.signed(said).split(".")
    return ".".join((head, school.signed(said | {"sub": "sub-tina"}).split(".")[1], signature))


FORGERIES: dict[str, Forge] = {
    "by another key of the same name": lambda school, said: school.signed(said, key=new_key()),
    "by a key that the platform does not know": lambda school, said: school.signed(said, headers={"kid": "other"}),
    "without the name of a key": lambda school, said: school.signed(said, headers={}),
    "unsigned": lambda school, said: school.signed(said, key=None, algorithm="none"),
    "by the public key": by_the_public_key,
    "by another algorithm": lambda school, said: school.signed(said, algorithm="RS512"),
    "with other claims under the signature": cut,
    "no JWT": lambda school, said: "x.y.z",
    "nothing": lambda school, said: "",
    "expired": changed(iat=int(time.time()) - 7200, exp=int(time.time()) - 3600),
    "not yet valid": changed(iat=int(time.time()) + 7200, exp=int(time.time()) + 10_800),
    "valid for a year": changed(exp=int(time.time()) + 365 * 86_400),
    "without an end": changed(exp=None),
    "for another tool": changed(aud="other-client"),
    "for two, and not for us alone": changed(aud=["podlab-client", "other"], azp="other"),
    "for two, without saying for whom": changed(aud=["podlab-client", "other"]),
    "for another authorized party": changed(azp="other"),
    "by another issuer": changed(iss="https://other.example"),
    "with another nonce": changed(nonce="other"),
    "without a nonce": changed(nonce=None),
    "without a subject": changed(sub=None),
    "with an empty subject": changed(sub=""),
    "of another deployment": changed(**{CLAIM + "deployment_id": "other"}),
    "without a deployment": changed(**{CLAIM + "deployment_id": None}),
    "of another version": changed(**{CLAIM + "version": "1.1"}),
    "of another kind": changed(**{CLAIM + "message_type": "LtiSubmissionReviewRequest"}),
    "without a course": changed(**{CLAIM + "context": None}),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=list(FORGERIES))
def test_a_message_that_is_not_as_it_must_be_lets_nobody_in(
    client: Client, school: Platform, registered: models.Platform, forge: Forge
) -> None:
    question = visits.asked(client, school)
    token = forge(school, school.message("alice", question["nonce"]))
    answer = client.post("/lti/launch/", {"state": question["state"], "id_token": token})
    assert answer.status_code == 400
    assert b"Not let in" in answer.content
    assert not User.objects.exists()
    assert "_auth_user_id" not in client.session


def test_the_message_that_is_as_it_must_be_lets_in(
    client: Client, school: Platform, registered: models.Platform
) -> None:
    question = visits.asked(client, school)
    assert visits.answered(client, school, question, school.message("alice", question["nonce"])).status_code == 302


def test_a_state_serves_once(client: Client, school: Platform, registered: models.Platform) -> None:
    question = visits.asked(client, school)
    said = school.message("alice", question["nonce"])
    first = visits.answered(client, school, question, said)
    assert visits.answered(client, school, question, said).status_code == 400
    assert client.get(first.headers["Location"]).status_code == 302
    assert client.get(first.headers["Location"]).status_code == 400


def test_an_old_message_does_not_answer_a_new_question(
    client: Client, school: Platform, registered: models.Platform
) -> None:
    old = visits.asked(client, school)
    said = school.message("alice", old["nonce"])
    visits.answered(client, school, old, said)
    assert visits.answered(client, school, visits.asked(client, school), said).status_code == 400


def test_a_state_that_was_never_asked_is_refused(client: Client, school: Platform, registered: models.Platform) -> None:
    said = school.message("alice", "n")
    assert client.post("/lti/launch/", {"state": "made-up", "id_token": school.signed(said)}).status_code == 400


def test_nobody_is_logged_in_in_a_browser_that_did_not_ask(
    client: Client, school: Platform, registered: models.Platform
) -> None:
    question = visits.asked(client, school)
    answer = visits.answered(client, school, question, school.message("alice", question["nonce"]))
    other = Client()
    assert other.get(answer.headers["Location"]).status_code == 400
    assert "_auth_user_id" not in other.session


def test_a_platform_that_is_not_registered_is_not_asked(
    client: Client, school: Platform, registered: models.Platform
) -> None:
    for fields in ({}, {"iss": school.base}, {"iss": "https://other.example", "login_hint": "x"}):
        assert client.post("/lti/login/", fields).status_code == 400
    wrong = {"iss": school.base, "client_id": "other", "login_hint": "x"}
    assert client.get("/lti/login/", wrong).status_code == 400


def test_the_client_id_may_be_left_out_where_there_is_one(
    client: Client, school: Platform, registered: models.Platform
) -> None:
    assert client.get("/lti/login/", {"iss": school.base, "login_hint": "alice"}).status_code == 302


def test_a_new_key_of_the_platform_is_fetched(client: Client, school: Platform, registered: models.Platform) -> None:
    visits.launched(client, school)
    school.key, school.kid = new_key(), "platform-2"
    assert visits.launched(client, school).status_code == 302
    assert school.asked.count("GET /jwks") == 2


def test_a_platform_whose_keys_do_not_answer_lets_nobody_in(
    client: Client, school: Platform, registered: models.Platform
) -> None:
    question = visits.asked(client, school)
    said = school.message("alice", question["nonce"])
    school.stop()
    cache.clear()
    answer = visits.answered(client, school, question, said)
    assert (answer.status_code, b"keys cannot be fetched" in answer.content) == (400, True)


# --- frames ---------------------------------------------------------------------------------------------------------------


def test_in_a_frame_a_tab_of_its_own_is_offered(client: Client, school: Platform, registered: models.Platform) -> None:
    fields = {
        "iss": school.base,
        "client_id": school.client,
        "login_hint": "a&b",
        "target_link_uri": "http://x/lti/launch/",
    }
    answer = client.post("/lti/login/", fields, headers={"Sec-Fetch-Dest": "iframe"})
    assert (answer.status_code, answer.cookies) == (200, {})
    assert b"login_hint=a%26b" in answer.content
    policy = answer.headers["Content-Security-Policy"]
    assert f"frame-ancestors {school.base};" in f"{policy};"
    assert "X-Frame-Options" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/accounts/log-in/", "/lti/login/", "/lti/enter/x/", "/lti/keys/"])
def test_no_page_but_those_of_a_launch_can_be_framed(client: Client, registered: models.Platform, path: str) -> None:
    answer = client.get(path)
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
