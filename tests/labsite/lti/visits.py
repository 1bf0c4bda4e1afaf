"""Somebody at a browser who comes from a platform."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.http import HttpResponse
from django.test import Client

from tests.labsite.lti.platform import Platform


def asked(client: Client, school: Platform, who: str = "alice", **more: str) -> dict[str, str]:
    """What the platform is asked after it has said that *who* comes."""
    fields = {"iss": school.base, "client_id": school.client, "login_hint": who, "lti_message_hint": "x", **more}
    answer = client.post("/lti/login/", fields)
    assert answer.status_code == 302, answer.content
    where = urlsplit(answer.headers["Location"])
    assert where._replace(query="").geturl() == f"{school.base}/auth"
    return {name: values[0] for name, values in parse_qs(where.query).items()}


def answered(client: Client, school: Platform, question: dict[str, str], claims: dict[str, Any]) -> Any:
    """What comes of the platform's answer."""
    return client.post("/lti/launch/", {"state": question["state"], "id_token": school.signed(claims)})


def launched(client: Client, school: Platform, who: str = "alice", link: str = "link-1", **claims: Any) -> Any:
    """Where a launch ends."""
    question = asked(client, school, who)
    said = school.message(who, question["nonce"], link) | claims
    answer = answered(client, school, question, said)
    while answer.status_code == 302 and answer.headers["Location"].startswith("/lti/"):
        answer = client.get(answer.headers["Location"])
    return answer


def ticket(answer: HttpResponse) -> str:
    """The ticket in the form of a page."""
    found = re.search(rb'name="ticket" value="([^"]+)"', answer.content)
    assert found
    return found[1].decode()
