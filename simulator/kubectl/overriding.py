"""`--overrides`: a patch of what `run` and `expose` are about to make (models kubectl/pkg/cmd/util/override_options.go)."""

from typing import Any

from simulator.api import patches, yamls
from simulator.api.errors import ApiError
from simulator.kubectl.failures import Failure
from simulator.kubectl.session import Obj, Session

KINDS = ("merge", "strategic", "json")


def overridden(session: Session, obj: Obj) -> Obj:
    """The object with what the flag says; raises Failure."""
    kind, text = str(session.flag("override-type")), str(session.flag("overrides") or "")
    if kind not in KINDS:
        raise Failure(f"invalid override type: {kind}")
    if not text:
        return obj
    try:
        patch: Any = yamls.load(text)
    except yamls.BadYaml as error:
        raise Failure("unexpected end of JSON input" if kind == "json" else f"Invalid JSON Patch: {error}") from None
    if kind == "json":
        return _patched(obj, patch)
    if not isinstance(patch, dict):
        raise Failure("Invalid JSON Patch")
    return patches.merge(obj, patch) if kind == "merge" else patches.apply("strategic", obj, patch)


def _patched(obj: Obj, operations: Any) -> Obj:
    try:
        return patches.apply("json", obj, operations)
    except ApiError as error:
        raise Failure(str(error)) from None
