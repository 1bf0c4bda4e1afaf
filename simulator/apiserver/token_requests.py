"""TokenRequest: a token for a service account, bound to an object if that is wanted (pkg/registry/core/serviceaccount/storage/token.go)."""

import json
from typing import TYPE_CHECKING, Any

from simulator.api import meta, timestamps, tokens
from simulator.api.errors import BadRequest, Conflict, Invalid
from simulator.api.requests import Request, Response
from simulator.api.resources import Resource
from simulator.apiserver import bodies
from simulator.apiserver.warning import silent
from simulator.kernel.units import SECOND

if TYPE_CHECKING:
    from simulator.apiserver.server import APIServer

Obj = dict[str, Any]
VERSION = "authentication.k8s.io/v1"
SHORTEST, LONGEST = 600, 1 << 32
BINDABLE = {"Pod": "pods", "Secret": "secrets", "Node": "nodes"}


def issue(api: "APIServer", resource: Resource, request: Request) -> Response:
    """The token as the status of the request; raises NotFound, Invalid, BadRequest, Conflict."""
    account = api.get("serviceaccounts", request.namespace, request.name)
    spec: Obj = bodies.read(resource, request, silent, kind="TokenRequest", api_version=VERSION).get("spec") or {}
    seconds = lifetime(spec, request.name)
    bound = bound_objects(api, account, spec.get("boundObjectRef"))
    claims = tokens.account_claims(
        meta.namespace(account),
        meta.name(account),
        account["metadata"]["uid"],
        audiences=spec.get("audiences") or [],
        issued=api.world.unix // SECOND,
        seconds=seconds,
    )
    whose = {"kubernetes.io": claims["kubernetes.io"] | bound, "jti": api.world.dice.hex(32)}  # another one each time
    expires = timestamps.rfc3339(api.world.unix + seconds * SECOND)
    answer = {
        "kind": "TokenRequest",
        "apiVersion": VERSION,
        "metadata": {"name": meta.name(account), "namespace": meta.namespace(account)},
        "spec": {"audiences": [tokens.ISSUER], **spec, "expirationSeconds": seconds},
        "status": {"token": tokens.issue(claims | whose), "expirationTimestamp": expires},
    }
    return Response(201, answer)


def lifetime(spec: Obj, name: str) -> int:
    """The seconds for which a token is wanted; raises Invalid."""
    seconds = int(spec.get("expirationSeconds", 3600))
    if SHORTEST <= seconds <= LONGEST:
        return seconds
    bound = "larger than 2^32 seconds" if seconds > LONGEST else "less than 10 minutes"
    text = f"spec.expirationSeconds: Invalid value: {seconds}: may not specify a duration {bound}"
    raise Invalid(f'TokenRequest.authentication.k8s.io "{name}" is invalid: {text}')


def bound_objects(api: "APIServer", account: Obj, ref: Obj | None) -> Obj:
    """What a token says of the object that it is bound to: it ends with that. Raises NotFound, BadRequest, Conflict."""
    if not ref:
        return {}
    kind, version, name = (str(ref.get(key, "")) for key in ("kind", "apiVersion", "name"))
    if "/" in version or kind not in BINDABLE:
        group = version if "/" in version else f"/{version}"
        raise BadRequest(f"cannot bind token to object of type {group}, Kind={kind}")
    found = api.get(BINDABLE[kind], None if kind == "Node" else meta.namespace(account), name)
    if kind == "Pod" and found["spec"].get("serviceAccountName") != meta.name(account):
        whose = json.dumps(meta.name(account))
        text = f"cannot bind token for serviceaccount {whose} to pod running with different serviceaccount name."
        raise BadRequest(text)
    if ref.get("uid", "") not in ("", found["metadata"]["uid"]):
        other = f"the UID in the bound object reference ({ref['uid']}) does not match the UID in record."
        raise Conflict(
            f'Operation cannot be fulfilled on {kind} "{name}": {other} The object might have been deleted and then recreated'
        )
    return {kind.lower(): identity(found)} | (node_of(api, found) if kind == "Pod" else {})


def node_of(api: "APIServer", pod: Obj) -> Obj:
    """The node on which a Pod is, which may be gone."""
    name = pod["spec"].get("nodeName")
    node = api.find("nodes", None, name) if name else None
    return {"node": identity(node) if node else {"name": name}} if name else {}


def identity(obj: Obj) -> Obj:
    """By which a token knows an object."""
    return {"name": meta.name(obj), "uid": obj["metadata"]["uid"]}
