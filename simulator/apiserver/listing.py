"""Lists and watches: what their options mean, pages, and lists as they were (apiserver/pkg/endpoints/handlers/get.go, storage/continue.go)."""

import base64
import binascii
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from simulator.api import field, meta
from simulator.api.errors import BadRequest, Expired, Invalid, Timeout
from simulator.api.field import FieldError
from simulator.api.requests import Request
from simulator.api.resources import STORED_AS, Resource

if TYPE_CHECKING:
    from simulator.apiserver.server import APIServer

Obj = dict[str, Any]
EXACT, NOT_OLDER = "Exact", "NotOlderThan"
MATCH, INITIAL = "resourceVersionMatch", "sendInitialEvents"
TOO_OLD = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without the "
    "continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with "
    "the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the "
    "first chunk was returned and now may show up in the list."
)
NOW = -1  # the revision in a token that goes on with the list as it is now


class Page(NamedTuple):
    """A part of a list: its objects as they are stored, and the metadata of the list."""

    objects: list[Obj]
    metadata: Obj


class Start(NamedTuple):
    """Where a page begins: behind the key *after*, in the list as it was at *revision*."""

    revision: int
    after: str


def number(request: Request, name: str) -> int:
    """A whole number among the parameters, 0 if it is missing; raises BadRequest."""
    text = request.option(name)
    if text and not (text.isascii() and text.isdigit()):
        raise BadRequest(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    return int(text[:18] or "0")


def revision_of(request: Request) -> int:
    """The revision that a request names, 0 for none; raises BadRequest."""
    text = request.option("resourceVersion")
    if text and not (text.isascii() and text.isdigit()):
        raise BadRequest(f'Invalid value: "{text}": strconv.ParseUint: parsing "{text}": invalid syntax')
    return int(text[:18] or "0")


def page(api: "APIServer", resource: Resource, request: Request) -> Page:
    """The part of a list that is asked for; raises BadRequest, Invalid, Expired, Timeout."""
    _check_list(request)
    limit, start = number(request, "limit"), _start(api, resource, request)
    labels, fields = request.option("labelSelector"), request.option("fieldSelector")
    if start.revision in (NOW, api.store.revision):
        found = api.list(resource.name, request.namespace, labels=labels, fields=fields, after=start.after)
    else:
        matches = api.matcher(resource.name, labels, fields)
        then = api.store.at(STORED_AS.get(resource.name, resource.name), start.revision, request.namespace)
        found = [obj for obj in then if meta.key(obj) > start.after and matches(obj)]
    shown = api.store.revision if start.revision == NOW else start.revision
    metadata: Obj = {"resourceVersion": str(shown)}
    if limit and len(found) > limit:
        metadata["continue"] = _token(shown, meta.key(found[limit - 1]))
        if not labels and not fields:
            metadata["remainingItemCount"] = len(found) - limit
        found = found[:limit]
    return Page(found, metadata)


def _start(api: "APIServer", resource: Resource, request: Request) -> Start:
    revision = revision_of(request)
    if request.option("continue"):
        if request.option("resourceVersion") not in ("", "0"):
            raise BadRequest("specifying resource version is not allowed when using continue")
        start = _read_token(request.option("continue"))
        return _still_known(api, resource, start) if start.revision != NOW else start
    check_not_ahead(api, revision)
    exact = request.option(MATCH) == EXACT or (not request.option(MATCH) and revision and number(request, "limit"))
    if not exact:
        return Start(api.store.revision, "")
    api.check_history(resource.name, revision)
    return Start(revision, "")


def _still_known(api: "APIServer", resource: Resource, start: Start) -> Start:
    try:
        api.check_history(resource.name, start.revision)
    except Expired:
        raise Expired(TOO_OLD, more={"continue": _token(NOW, start.after)}) from None
    return start


def check_not_ahead(api: "APIServer", revision: int) -> None:
    """Raise Timeout for a revision that has not come yet."""
    if revision > api.store.revision:
        cause = {"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}
        text = f"Too large resource version: {revision}, current: {api.store.revision}"
        raise Timeout(text, details={"causes": [cause], "retryAfterSeconds": 1})


def _token(revision: int, after: str) -> str:
    token = {"v": "meta.k8s.io/v1", "rv": revision, "start": after}
    return base64.urlsafe_b64encode(msgspec.json.encode(token)).decode().rstrip("=")


class _Token(msgspec.Struct):
    rv: int
    start: str
    v: str = ""


def _read_token(text: str) -> Start:
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        token = msgspec.json.decode(data, type=_Token)
    except (binascii.Error, ValueError, msgspec.DecodeError):
        raise BadRequest("continue key is not valid: illegal base64 data") from None
    if token.rv < NOW or token.rv == 0:
        raise BadRequest("continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)")
    return Start(token.rv, token.start)


def _check_list(request: Request) -> None:
    match, errors = request.option(MATCH), list[FieldError]()
    if match and not request.option("resourceVersion"):
        errors.append(field.forbidden(MATCH, f"{MATCH} is forbidden unless resourceVersion is provided"))
    if match and request.option("continue"):
        errors.append(field.forbidden(MATCH, f"{MATCH} is forbidden when continue is provided"))
    if match and match not in (EXACT, NOT_OLDER):
        errors.append(field.not_supported(MATCH, match, (EXACT, NOT_OLDER, "")))
    if match == EXACT and request.option("resourceVersion") == "0":
        errors.append(field.forbidden(MATCH, f'{MATCH} "exact" is forbidden for resourceVersion "0"'))
    if request.option(INITIAL):
        errors.append(field.forbidden(INITIAL, f"{INITIAL} is forbidden for list"))
    _refuse(errors)


def check_watch(request: Request) -> None:
    """Raise Invalid if the options of a watch contradict each other."""
    match, initial, errors = request.option(MATCH), request.option(INITIAL), list[FieldError]()
    if initial and match != NOT_OLDER:
        errors.append(field.forbidden(MATCH, f"{INITIAL} requires setting {MATCH} to {NOT_OLDER}"))
    if match and not initial:
        errors.append(field.forbidden(MATCH, f"{MATCH} is forbidden for watch unless {INITIAL} is provided"))
    if match and match != NOT_OLDER:
        errors.append(field.not_supported(MATCH, match, (NOT_OLDER,)))
    if match and request.option("continue"):
        errors.append(field.forbidden(MATCH, f"{MATCH} is forbidden when continue is provided"))
    _refuse(errors)


def _refuse(errors: list[FieldError]) -> None:
    if errors:
        details = {"group": "meta.k8s.io", "kind": "ListOptions", "causes": field.causes(errors)}
        raise Invalid(f'ListOptions.meta.k8s.io "" is invalid: {field.message(errors)}', details=details)


def watch_start(api: "APIServer", resource: Resource, request: Request) -> int:
    """The revision after which a watch begins; 0 for one that begins with what there is. Raises Invalid, Expired, Timeout."""
    check_watch(request)
    revision = revision_of(request)
    check_not_ahead(api, revision)
    if request.flag(INITIAL):
        return 0
    if request.option(INITIAL) and not revision:
        return api.store.revision
    if revision:
        api.check_history(resource.name, revision)
    return revision
