"""From what a learner types to resources (models cli-runtime's RESTMapper; the cached discovery is the table of the API room)."""

from simulator.api.requests import Request
from simulator.api.resources import RESOURCES, Resource, by_kind, in_category, parse_name
from simulator.kubectl.failures import Failure
from simulator.kubectl.session import Session


def resource_for(session: Session, text: str) -> Resource:
    """The resource called *text*; fails in kubectl's words if the server has none."""
    resource = parse_name(text)
    if resource is None or ("." in text and text.startswith(".")):
        reach(session)
        raise Failure(f'the server doesn\'t have a resource type "{text}"')
    return resource


def resources_for(session: Session, words: str) -> list[Resource]:
    """The resources of a list such as `po,svc`; a category such as `all` stands for its members."""
    resources: list[Resource] = []
    for word in words.split(","):
        if not word:
            raise Failure("arguments in resource/name form must have a single resource and name")
        members = in_category(word.lower()) if parse_name(word) is None else []
        resources += members or [resource_for(session, word)]
    return resources


def resource_of(session: Session, api_version: str, kind: str) -> Resource | None:
    """The resource of objects of *kind*; as the real mapper, it does not look at capitals."""
    found = by_kind(api_version, kind)
    if found is None:
        reach(session)
        candidates = (
            by_kind(api_version, each.kind) for each in RESOURCES.values() if each.kind.lower() == kind.lower()
        )
        found = next((each for each in candidates if each is not None), None)
    return found


def reach(session: Session) -> None:
    """Ask the server for anything, so that one that cannot be reached is told of first."""
    session.ask(Request("get", path="/version"))
