"""Lessons are picked for a course, and the platform gets links that lead to them."""

import re

import pytest
from django.test import Client

from labsite.lti import models
from tests.labsite.lti import visits
from tests.labsite.lti.platform import CLAIM, DEEP, MEMBERSHIP, Platform

pytestmark = pytest.mark.django_db
PICKED = ["init-containers", "sidecars"]


def picked(client: Client, school: Platform, lessons: list[str], **claims: object) -> dict[str, object]:
    """The claims that the platform gets."""
    page = visits.launched(client, school, "tina", "", **claims)
    answer = client.post("/lti/pick/", {"ticket": visits.ticket(page), "lesson": lessons})
    token = re.search(rb'name="JWT" value="([^"]+)"', answer.content)
    assert token
    return school.checked(token[1].decode(), school.base)


def test_picked_lessons_come_back_as_signed_links(
    client: Client, school: Platform, registered: models.Platform
) -> None:
    said = picked(client, school, [*PICKED, "no-such-lesson"])
    items = said[DEEP + "content_items"]
    assert isinstance(items, list)
    assert [(each["type"], each["custom"]["lesson"]) for each in items] == [
        ("ltiResourceLink", slug) for slug in PICKED
    ]
    assert items[0]["url"] == "http://testserver/lti/launch/"
    assert items[0]["lineItem"]["resourceId"] == "init-containers"
    assert items[0]["lineItem"]["scoreMaximum"] > 0
    assert (said["iss"], said["aud"], said[DEEP + "data"]) == (school.client, [school.base], "remember-me")
    assert said[CLAIM + "deployment_id"] == school.deployment


def test_a_platform_that_takes_one_link_without_a_line_gets_that(
    client: Client, school: Platform, registered: models.Platform
) -> None:
    wishes = school.deep_linking()[DEEP + "deep_linking_settings"]
    other = {**wishes, "accept_multiple": False, "accept_lineitem": False}
    said = picked(client, school, PICKED, **{DEEP + "deep_linking_settings": other})
    items = said[DEEP + "content_items"]
    assert isinstance(items, list)
    assert [("lineItem" in each, each["custom"]["lesson"]) for each in items] == [(False, PICKED[0])]


def test_the_choice_stands_in_the_platforms_frame_and_makes_no_session(
    client: Client, school: Platform, registered: models.Platform
) -> None:
    page = visits.launched(client, school, "tina", "")
    policy = page.headers["Content-Security-Policy"]
    assert f"frame-ancestors {school.base};" in f"{policy};"
    assert "X-Frame-Options" not in page.headers
    assert "sessionid" not in client.cookies
    answer = client.post("/lti/pick/", {"ticket": visits.ticket(page), "lesson": PICKED})
    assert f"form-action 'self' {school.base}" in answer.headers["Content-Security-Policy"]


def test_a_choice_is_made_once(client: Client, school: Platform, registered: models.Platform) -> None:
    ticket = visits.ticket(visits.launched(client, school, "tina", ""))
    assert [client.post("/lti/pick/", {"ticket": ticket}).status_code for _ in range(2)] == [200, 400]


def test_a_ticket_for_lessons_lets_nobody_in_and_one_to_come_in_picks_none(
    client: Client, school: Platform, registered: models.Platform
) -> None:
    ticket = visits.ticket(visits.launched(client, school, "tina", ""))
    assert client.get(f"/lti/enter/{ticket}/").status_code == 400
    question = visits.asked(client, school)
    answer = visits.answered(client, school, question, school.message("alice", question["nonce"]))
    ticket = answer.headers["Location"].strip("/").rpartition("/")[2]
    assert client.post("/lti/pick/", {"ticket": ticket}).status_code == 400


@pytest.mark.parametrize(
    "claims",
    [
        {CLAIM + "roles": [f"{MEMBERSHIP}#Learner"]},
        {DEEP + "deep_linking_settings": {"accept_types": ["html"], "deep_link_return_url": "http://x"}},
        {DEEP + "deep_linking_settings": {}},
    ],
)
def test_only_who_teaches_picks_and_only_where_links_are_wanted(
    client: Client, school: Platform, registered: models.Platform, claims: dict[str, object]
) -> None:
    assert visits.launched(client, school, "tina", "", **claims).status_code == 400


@pytest.mark.parametrize("back", ["https://elsewhere.example/x", "javascript:alert(1)", None])
def test_the_answer_goes_to_no_other_place_than_the_platform(
    client: Client, school: Platform, registered: models.Platform, back: str | None
) -> None:
    wishes = {"accept_types": ["ltiResourceLink"], "deep_link_return_url": back}
    page = visits.launched(client, school, "tina", "", **{DEEP + "deep_linking_settings": wishes})
    assert client.post("/lti/pick/", {"ticket": visits.ticket(page), "lesson": PICKED}).status_code == 400
