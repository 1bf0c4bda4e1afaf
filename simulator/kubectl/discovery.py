"""From what a learner types to resources (models cli-runtime's RESTMapper; the cached discovery is the table of the API room).

Custom resources are asked for only where a name is none of the API server's own, or where all resources are wanted.
"""

from collections.abc import Callable
from typing import Any

from simulator.api.requests import Request, Response
from simulator.api.resources import RESOURCES, Resource, Subresource, by_kind, in_category, named_by, parse_name
from simulator.kubectl.failures import Failure
from simulator.kubectl.session import Session


def resource_for(session: Session, text: str, *, prefix: str = "error: ") -> Resource:
    """The resource called *text*; fails in kubectl's words, after *prefix*, if the server has none."""
    resource = find(session, text)
    if resource is None or ("." in text and text.startswith(".")):
        word = text.partition(".")[0]
        raise Failure(f'the server doesn\'t have a resource type "{word}"', prefix=prefix, about=("resource", word))
    _warn_of_others(session, text, resource)
    return resource


def find(session: Session, text: str) -> Resource | None:
    """The resource called *text*, or None."""
    return parse_name(text) or named_by(text, customs(session))


def named(session: Session, name: str) -> Resource:
    """The resource whose full name is *name*: `pods`, `crontabs.stable.example.com`."""
    found = RESOURCES.get(name) or next((each for each in customs(session) if each.name == name), None)
    if found is None:  # its definition went while the command ran
        raise Failure("the server could not find the requested resource", prefix="Error from server (NotFound): ")
    return found


def _warn_of_others(session: Session, text: str, chosen: Resource) -> None:
    """Tell of resources that have the same short name, once."""
    told = session.state.setdefault("short_names", [])
    for other in RESOURCES.values():
        if text in other.short_names and other is not chosen and text not in told:
            told.append(text)
            session.err(f'Warning: short name "{text}" could also match lower priority resource {other.name}\n')


def resources_for(session: Session, words: str) -> list[Resource]:
    """The resources of a list such as `po,svc`; a category such as `all` stands for its members."""
    resources: list[Resource] = []
    for word in words.split(","):
        members = members_of(session, word.lower()) if parse_name(word) is None else []
        resources += members or [resource_for(session, word)]
    return resources


def members_of(session: Session, category: str) -> list[Resource]:
    """The resources of a category."""
    return [*in_category(category), *(each for each in customs(session) if category in each.categories)]


def everything(session: Session) -> list[Resource]:
    """All resources that the server has."""
    return [*RESOURCES.values(), *customs(session)]


def resource_of(session: Session, api_version: str, kind: str) -> Resource | None:
    """The resource of objects of *kind*; as the real mapper, it does not look at capitals."""
    found = by_kind(api_version, kind)
    if found is not None:
        return found
    group, _, version = api_version.rpartition("/")
    return next(
        (
            each
            for each in everything(session)
            if each.group == group and version in each.versions and each.kind.lower() == kind.lower()
        ),
        None,
    )


def reach(session: Session) -> None:
    """Ask the server for anything, so that one that cannot be reached is told of first."""
    session.ask(Request("get", path="/version"))


def customs(session: Session) -> list[Resource]:
    """The resources that CustomResourceDefinitions have brought; the answer is remembered as long as the command runs."""
    if "customs" not in session.state:
        session.state["customs"] = custom_groups(session.ask)
    return [each for group in session.state["customs"] for each in resources_of(group)]


def custom_groups(ask: Callable[[Request], Response]) -> list[dict[str, Any]]:
    """What the aggregated discovery tells of the groups that are none of Kubernetes' own."""
    response = ask(Request("get", path="/apis", accept="aggregated"))
    groups = [] if response.failed else response.body["items"]
    built_in = {each.group for each in RESOURCES.values()}
    return [each for each in groups if each["metadata"]["name"] not in built_in]


def resources_of(group: dict[str, Any]) -> list[Resource]:
    """The resources of a group, as the aggregated discovery tells them; each once, in the versions that it is served in."""
    found: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for version in group["versions"]:
        for each in version["resources"]:
            found.setdefault(each["resource"], []).append((version["version"], each))
    return [resource(group["metadata"]["name"], entries) for entries in found.values()]


def resource(group: str, entries: list[tuple[str, dict[str, Any]]]) -> Resource:
    """One resource, from what is said of it in each version."""
    first = entries[0][1]
    return Resource(
        first["resource"],
        first["singularResource"],
        tuple(first.get("shortNames") or ()),
        group,
        tuple(version for version, _ in entries),
        namespaced=first["scope"] == "Namespaced",
        kind=first["responseKind"]["kind"],
        categories=tuple(first.get("categories") or ()),
        verbs=tuple(first["verbs"]),
        subresources=tuple(
            Subresource(each["subresource"], tuple(each["verbs"])) for each in first.get("subresources") or ()
        ),
        custom=True,
    )
