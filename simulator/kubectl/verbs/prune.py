"""`kubectl apply --prune`: deletes what was applied once and stands in no file any more (models kubectl/pkg/cmd/apply/prune.go)."""

from collections.abc import Iterator

from simulator.api.resources import Resource
from simulator.kubectl.describers.page import LAST_APPLIED
from simulator.kubectl.discovery import resource_of
from simulator.kubectl.dry_run import mode, query, suffix
from simulator.kubectl.failures import Failure, ServerFailure, raise_all
from simulator.kubectl.infos import Info, info_of, items
from simulator.kubectl.printers import report
from simulator.kubectl.selection import for_each
from simulator.kubectl.session import Session
from simulator.kubectl.verbs import delete

# What is looked through where nothing else is asked for, in this order.
USUAL = (
    ("v1", "ConfigMap Endpoints PersistentVolumeClaim Pod ReplicationController Secret Service"),
    ("batch/v1", "Job CronJob"),
    ("networking.k8s.io/v1", "Ingress"),
    ("apps/v1", "DaemonSet Deployment ReplicaSet StatefulSet"),
    ("v1", "Namespace PersistentVolume"),
)
EVERYTHING = (
    "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. "
    "If you did not mean to prune all resources, specify a label selector"
)
DEPRECATED = (
    "prune.go:71] Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the "
    "--namespace flag in a future release. To preserve the current behaviour, list the resources you want to target "
    "explicitly in the --prune-allowlist flag.\n"
)


def check(session: Session) -> None:
    """Refuse flags that do not go together, and kinds that are not there."""
    if not session.flag("prune"):
        return
    if session.flag("all") and session.flag("selector"):
        raise Failure("cannot set --all and --selector at the same time")
    if not session.flag("all") and not session.flag("selector"):
        raise Failure(EVERYTHING)
    asked_for(session)


def asked_for(session: Session) -> list[Resource]:
    """The kinds of --prune-allowlist; raises Failure for one that is not there."""
    return [_allowed(session, text) for text in session.flag("prune-allowlist")]


def _allowed(session: Session, text: str) -> Resource:
    """The kind that `core/v1/Pod` or `apps/v1/Deployment` stands for."""
    parts = text.split("/")
    if len(parts) != 3:
        raise Failure(f"invalid GroupVersionKind format: {text}, please follow <group/version/kind>")
    group, version, kind = parts
    api_version = version if group == "core" else f"{group}/{version}"
    found = resource_of(session, api_version, kind)
    if found is None:
        raise Failure(f'no matches for kind "{kind}" in version "{api_version}"')
    return found


def remember(session: Session, info: Info) -> None:
    """An object stands in a file, so it stays; call it for each."""
    seen = session.state.setdefault("visited", {"uids": [], "namespaces": []})
    uid = info.object["metadata"].get("uid")
    if uid:
        seen["uids"].append(uid)
    if info.namespace and info.namespace not in seen["namespaces"]:
        seen["namespaces"].append(info.namespace)


def run(session: Session) -> None:
    """Delete what fits the selector, was applied, and was not remembered."""
    for found in _orphans(session):
        raise_all(for_each(session, found, lambda each: _delete(session, each), []))


def pruned(session: Session) -> list[Info]:
    """What `run` would delete."""
    return [each for found in _orphans(session) for each in found]


def _orphans(session: Session) -> Iterator[list[Info]]:
    """What is to be deleted, kind by kind."""
    wanted = asked_for(session)
    if not wanted and "pruning" not in session.state:
        session.state["pruning"] = True
        session.err(f"W{session.stamp()} {DEPRECATED}")
    kinds = wanted or [
        found for group, names in USUAL for kind in names.split() if (found := resource_of(session, group, kind))
    ]
    seen = session.state.get("visited", {"namespaces": []})
    for namespace in seen["namespaces"]:
        yield from (_of_kind(session, kind, namespace) for kind in kinds if kind.namespaced)
    yield from (_of_kind(session, kind, None) for kind in kinds if not kind.namespaced)


def _of_kind(session: Session, kind: Resource, namespace: str | None) -> list[Info]:
    selector = str(session.flag("selector") or "")
    body = session.list(kind, namespace, query={"labelSelector": selector} if selector else {})
    found = (info_of(kind, each) for each in items(kind, body))
    return [each for each in found if _orphaned(session, each)]


def _orphaned(session: Session, info: Info) -> bool:
    metadata = info.object["metadata"]
    applied = LAST_APPLIED in (metadata.get("annotations") or {})
    return applied and metadata.get("uid") not in session.state.get("visited", {}).get("uids", ())


def _delete(session: Session, info: Info) -> None:
    if mode(session) != "client":
        try:
            session.delete(info.resource, info.namespace, info.name, delete.options(session), query(session))
        except ServerFailure as failure:
            scope = "namespaced" if info.resource.namespaced else "nonNamespaced"
            kind = f"{info.resource.group}/{info.resource.version}, Kind={info.resource.kind}"
            raise failure.within(f"error pruning {scope} object {kind}: ") from None
    session.state.pop("printed", None)  # each is printed by itself
    report(session, info, "pruned", suffix(session))
