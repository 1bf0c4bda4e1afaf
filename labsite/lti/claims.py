"""What a platform says in a message, understood: types looked at, lengths bounded. Follows the LTI 1.3 core specification."""

from dataclasses import dataclass, field
from typing import Any

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP = "https://purl.imsglobal.org/spec/lti-dl/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
LINE_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
SCORE_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
ROSTER_SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
LAUNCH, DEEP_LINKING = "LtiResourceLinkRequest", "LtiDeepLinkingRequest"
VERSION = "1.3.0"
LONGEST, LONGEST_NAME = 255, 80

# The last word of a role's name; a context role counts, and of the others none. The first that somebody has.
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
ASSISTANTS = (f"{MEMBERSHIP}/Instructor#TeachingAssistant", f"{MEMBERSHIP}#TeachingAssistant", "TeachingAssistant")
TEACHERS = ("Instructor", "ContentDeveloper", "Administrator")


@dataclass(frozen=True)
class Person:
    """Somebody, as the platform knows them."""

    subject: str
    name: str
    number: str
    role: str  # in the class: learner, assistant or instructor


@dataclass(frozen=True)
class Message:
    """A launch."""

    kind: str
    deployment: str
    person: Person
    context: str = ""
    title: str = ""
    link: str = ""
    link_title: str = ""
    lesson: str = ""
    line: str = ""
    lines: str = ""
    scopes: frozenset[str] = frozenset()
    memberships: str = ""
    wishes: dict[str, Any] = field(default_factory=dict)  # how a deep linking request is to be answered


def understood(claims: dict[str, Any]) -> Message:
    """The message in a token's claims; what is missing or of another kind is empty."""
    context, link = inner(claims, CLAIM + "context"), inner(claims, CLAIM + "resource_link")
    grades, names = inner(claims, AGS), inner(claims, NRPS)
    return Message(
        kind=text(claims, CLAIM + "message_type"),
        deployment=text(claims, CLAIM + "deployment_id"),
        person=person(claims),
        context=text(context, "id"),
        title=one_line(text(context, "title") or text(context, "label"), LONGEST_NAME),
        link=text(link, "id"),
        link_title=one_line(text(link, "title"), LONGEST),
        lesson=text(inner(claims, CLAIM + "custom"), "lesson", 100),
        line=text(grades, "lineitem", 2000),
        lines=text(grades, "lineitems", 2000),
        scopes=frozenset(scope for scope in listed(grades, "scope") if isinstance(scope, str)),
        memberships=text(names, "context_memberships_url", 2000),
        wishes=inner(claims, DEEP + "deep_linking_settings"),
    )


def person(claims: dict[str, Any]) -> Person:
    """Who is launched."""
    name = text(claims, "name") or f"{text(claims, 'given_name')} {text(claims, 'family_name')}"
    number = text(inner(claims, CLAIM + "lis"), "person_sourcedid")
    roles = listed(claims, CLAIM + "roles")
    return Person(text(claims, "sub"), one_line(name, LONGEST_NAME), one_line(number, 40), role(roles))


def member(facts: dict[str, Any]) -> Person:
    """Somebody in a roster (Names and Role Provisioning Services)."""
    name = text(facts, "name") or f"{text(facts, 'given_name')} {text(facts, 'family_name')}"
    number = text(facts, "lis_person_sourcedid")
    return Person(
        text(facts, "user_id"), one_line(name, LONGEST_NAME), one_line(number, 40), role(listed(facts, "roles"))
    )


def role(roles: list[Any]) -> str:
    """The role in the class: that of the context counts. A teaching assistant is also given as an instructor."""
    named = [each for each in roles if isinstance(each, str)]
    if any(each in ASSISTANTS for each in named):
        return "assistant"
    teachers = {f"{MEMBERSHIP}#{each}" for each in TEACHERS} | set(TEACHERS)
    return "instructor" if teachers & set(named) else "learner"


def inner(claims: dict[str, Any], name: str) -> dict[str, Any]:
    """A claim that is an object."""
    found = claims.get(name)
    return found if isinstance(found, dict) else {}


def listed(claims: dict[str, Any], name: str) -> list[Any]:
    """A claim that is a list."""
    found = claims.get(name)
    return found[:100] if isinstance(found, list) else []


def text(claims: dict[str, Any], name: str, longest: int = LONGEST) -> str:
    """A claim that is a text; one that is too long is not cut, since it might be somebody else's name then."""
    found = claims.get(name)
    return found if isinstance(found, str) and len(found) <= longest and "\0" not in found else ""


def one_line(found: str, longest: int) -> str:
    """A text for people, on one line, of signs that can be printed."""
    return "".join(sign if sign.isprintable() else " " for sign in " ".join(found.split()))[:longest]
