"""The tokens of service accounts that are put into Pods (pkg/kubelet/token/token_manager.go)."""

from simulator.api.requests import Obj
from simulator.api.timestamps import parse
from simulator.api.tokens import account_claims, issue
from simulator.kernel.units import SECOND
from simulator.kubelet.deps import Deps

RENEWAL = 80  # hundredths of its life, after which a token is replaced by a new one


def issued(deps: Deps, pod: Obj, seconds: int) -> int:
    """When the token that is in force now was issued (Unix seconds): the first with the Pod, each next one in time."""
    born, now = parse(pod["metadata"]["creationTimestamp"]) // SECOND, deps.world.unix // SECOND
    return now - (now - born) % max(seconds * RENEWAL // 100, 1)


def service_account_token(deps: Deps, pod: Obj, audience: str, seconds: int) -> str:
    """A token that is bound to its Pod."""
    meta = pod["metadata"]
    namespace, account = meta["namespace"], pod["spec"].get("serviceAccountName") or "default"
    found = deps.find("serviceaccounts", namespace, account) or {"metadata": {}}
    claims = account_claims(
        namespace,
        account,
        found["metadata"].get("uid", ""),
        audiences=[audience] if audience else [],
        issued=issued(deps, pod, seconds),
        seconds=seconds,
    )
    bound = {"node": {"name": deps.node}, "pod": {"name": meta["name"], "uid": meta["uid"]}}
    return issue({**claims, "kubernetes.io": {**claims["kubernetes.io"], **bound}})
