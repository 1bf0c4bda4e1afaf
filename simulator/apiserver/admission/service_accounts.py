"""ServiceAccount: every Pod runs as somebody, and carries that account's token (plugin/pkg/admission/serviceaccount)."""

from typing import Any

from simulator.apiserver.admission.attempt import Attempt, forbid
from simulator.apiserver.backend import Backend

Obj = dict[str, Any]
PATH = "/var/run/secrets/kubernetes.io/serviceaccount"
MIRROR = "kubernetes.io/config.mirror"
VOLUME_PREFIX = "kube-api-access-"
# An hour, and some seconds by which one can tell these tokens from those that somebody asked for.
TOKEN_SECONDS = 3607
FILE_MODE = 420


def admit(backend: Backend, attempt: Attempt) -> None:
    """Give a new Pod its account, the account's pull secrets, and its token. Where nobody has made any account yet, the
    control plane is still being set up, and there is nothing to give."""
    if attempt.operation != "CREATE" or attempt.resource.name != "pods" or not backend.store.count("serviceaccounts"):
        return
    pod = attempt.object
    if MIRROR in (pod["metadata"].get("annotations") or {}):
        return
    spec = pod["spec"]
    name = spec.get("serviceAccountName") or "default"
    account = backend.store.get("serviceaccounts", f"{attempt.namespace}/{name}")
    if account is None:
        where = f"{attempt.namespace}/{name}"
        forbid(attempt, f'error looking up service account {where}: serviceaccount "{name}" not found')
    spec["serviceAccountName"] = spec["serviceAccount"] = name
    if account.get("imagePullSecrets") and not spec.get("imagePullSecrets"):
        spec["imagePullSecrets"] = [dict(each) for each in account["imagePullSecrets"]]
    if _wants_token(spec, account):
        _mount_token(backend, spec)


def _wants_token(spec: Obj, account: Obj) -> bool:
    wish = spec.get("automountServiceAccountToken", account.get("automountServiceAccountToken"))
    return wish is not False


def _mount_token(backend: Backend, spec: Obj) -> None:
    everybody = [each for kind in ("initContainers", "containers") for each in spec.get(kind) or ()]
    without = [
        each for each in everybody if not any(m.get("mountPath") == PATH for m in each.get("volumeMounts") or ())
    ]
    if not without:
        return
    name = next((each["name"] for each in spec.get("volumes") or () if each["name"].startswith(VOLUME_PREFIX)), "")
    if not name:
        name = VOLUME_PREFIX + backend.world.dice.suffix()
        spec["volumes"] = [*(spec.get("volumes") or ()), token_volume(name)]
    for container in without:
        mount = {"name": name, "readOnly": True, "mountPath": PATH}
        container["volumeMounts"] = [*(container.get("volumeMounts") or ()), mount]


def token_volume(name: str) -> Obj:
    """The volume with the token, the cluster's certificate and the Pod's namespace."""
    namespace = {"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}
    sources: list[Obj] = [
        {"serviceAccountToken": {"expirationSeconds": TOKEN_SECONDS, "path": "token"}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
        {"downwardAPI": {"items": [namespace]}},
    ]
    return {"name": name, "projected": {"sources": sources, "defaultMode": FILE_MODE}}
