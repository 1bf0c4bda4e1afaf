"""What `set env --list --resolve` finds behind variables that refer to something (models kubectl/pkg/cmd/set/env/env_resolve.go)."""

import base64
import binascii

from simulator.api.quantities import nano
from simulator.api.resources import RESOURCES
from simulator.kubectl.failures import Failure, ServerFailure
from simulator.kubectl.infos import Info
from simulator.kubectl.session import Obj, Session

PLAIN = ("name", "namespace", "uid")
TABLES = ("labels", "annotations")


def value(session: Session, info: Info, container: Obj, source: Obj) -> str:
    """The value that a `valueFrom` stands for; raises Failure where there is none."""
    if ref := source.get("secretKeyRef"):
        return _decoded(_entry(session, info, "secrets", "secret", ref))
    if ref := source.get("configMapKeyRef"):
        return _entry(session, info, "configmaps", "config map", ref)
    if ref := source.get("fieldRef"):
        return _field(info, str(ref.get("fieldPath", "")))
    if ref := source.get("resourceFieldRef"):
        return _amount(container, ref)
    raise Failure("invalid valueFrom")


def _entry(session: Session, info: Info, resource: str, shown: str, ref: Obj) -> str:
    try:
        found = session.get(RESOURCES[resource], info.namespace, str(ref.get("name", "")))
    except ServerFailure as failure:
        raise Failure(failure.message) from None
    data = found.get("data") or {}
    if ref.get("key") not in data:
        raise Failure(f"key {ref.get('key')} not found in {shown} {ref.get('name')}")
    return str(data[ref["key"]])


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text).decode(errors="replace")
    except binascii.Error:
        return ""


def _field(info: Info, path: str) -> str:
    """What a field of the metadata holds: of the object that is listed, which need not be a Pod."""
    holder, _, name = path.partition(".")
    metadata = info.object["metadata"]
    if holder == "metadata" and name in PLAIN:
        return str(metadata.get(name, ""))
    if holder == "metadata" and name in TABLES:
        return "\n".join(f'{key}="{each}"' for key, each in sorted((metadata.get(name) or {}).items()))
    table, bracket, key = name.partition("['")
    if holder == "metadata" and bracket and table in TABLES and key.endswith("']"):
        return str((metadata.get(table) or {}).get(key.removesuffix("']"), ""))
    raise Failure(f"unsupported fieldPath: {path}")


def _amount(container: Obj, ref: Obj) -> str:
    """What the container asks for or may use, rounded up to the divisor; 0 where it says nothing."""
    kind, _, resource = str(ref.get("resource", "")).partition(".")
    amount = ((container.get("resources") or {}).get(kind) or {}).get(resource, "0")
    divisor = nano(str(ref.get("divisor") or "1")) or nano("1")
    return str(-(-nano(str(amount)) // divisor))
