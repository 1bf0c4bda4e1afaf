"""Changing an object that is on the server: read, change a copy, send the difference (models kubectl/pkg/cmd/set/helper.go)."""

from collections.abc import Callable

from simulator.api import meta
from simulator.kubectl.dry_run import mode, query
from simulator.kubectl.failures import Failure
from simulator.kubectl.infos import Info
from simulator.kubectl.merge_schema import schema_of
from simulator.kubectl.session import Obj, Session
from simulator.kubectl.threeway import two_way

Change = Callable[[Obj], None]


def modify(session: Session, info: Info, change: Change) -> bool:
    """Let *change* work on a copy of the object, and send what differs; whether anything did. *info* then has the new object."""
    wanted = meta.copy(info.object)
    change(wanted)
    schema = schema_of(info.resource.api_version, info.resource.kind)
    patch = two_way(info.object, wanted, schema)
    if not patch:
        return False
    if mode(session) == "client" or session.flag("local"):
        info.object = wanted
        return True
    kind = "strategic" if schema else "merge"
    info.object = session.patch(info.resource, info.namespace, info.name, patch, kind, query(session))
    return True


def pod_spec(obj: Obj) -> Obj:
    """The spec of the Pod that an object is or makes; fails if it makes none."""
    spec: Obj = obj.get("spec") or {}
    if obj.get("kind") == "Pod":
        return spec
    if obj.get("kind") == "CronJob":
        spec = (spec.get("jobTemplate") or {}).get("spec") or {}
    template = spec.get("template")
    if not isinstance(template, dict) or "spec" not in template:
        raise Failure(f"the object is not a pod or does not have a pod template: *{_go_type(obj)}")
    inner: Obj = template["spec"]
    return inner


def _go_type(obj: Obj) -> str:
    """What Go calls the type of an object: `v1.Service`."""
    return f"{str(obj.get('apiVersion', '')).rpartition('/')[2]}.{obj.get('kind', '')}"


def template_of(obj: Obj) -> Obj:
    """The Pod template of a controller."""
    template: Obj = (obj.get("spec") or {}).setdefault("template", {})
    return template


def words_and_pairs(session: Session, what: str, *, removals: bool) -> tuple[list[str], list[str]]:
    """The words of a command line that name objects, and those that follow and change something: `a=b`, `a-`."""
    words: list[str] = []
    pairs: list[str] = []
    for word in session.args:
        is_pair = ("=" in word and not word.startswith("=")) or (removals and word.endswith("-") and word != "-")
        if not is_pair and pairs:
            raise Failure(f"all resources must be specified before {what} changes: {word}")
        (pairs if is_pair else words).append(word)
    return words, pairs


def pairs(words: list[str], what: str) -> tuple[dict[str, str], list[str]]:
    """What `key=value` sets, and what `key-` removes (cmd/util, ParsePairs)."""
    added = dict(word.split("=", 1) for word in words if word.find("=") > 0)
    others = [word for word in words if word.find("=") <= 0]
    bad = [word for word in others if not word.endswith("-") or word in ("-", "") or word.startswith("=")]
    if bad:
        raise Failure(f"invalid {what} format: {', '.join(bad)}")
    return added, [word.removesuffix("-") for word in others]
