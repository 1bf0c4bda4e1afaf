"""Whether the API server is well, check by check (apiserver/pkg/server/healthz; the list is that of a server of v1.36)."""

from simulator.api.errors import NotFound
from simulator.api.requests import Request

FIRST = ("ping", "log", "etcd")
HOOKS = tuple(
    f"poststarthook/{name}"
    for name in (
        *("start-apiserver-admission-initializer", "generic-apiserver-start-informers"),
        *("priority-and-fairness-config-consumer", "priority-and-fairness-filter", "storage-object-count-tracker-hook"),
        *("start-apiextensions-informers", "start-apiextensions-controllers", "crd-informer-synced"),
        *("start-system-namespaces-controller", "peer-endpoint-reconciler-controller"),
        *("start-cluster-authentication-info-controller", "start-kube-apiserver-identity-lease-controller"),
        *("start-kube-apiserver-identity-lease-garbage-collector", "storage-readiness"),
        *("start-legacy-token-tracking-controller", "start-service-ip-repair-controllers", "rbac/bootstrap-roles"),
        *("scheduling/bootstrap-system-priority-classes", "priority-and-fairness-config-producer"),
        *("bootstrap-controller", "start-kubernetes-service-cidr-controller", "aggregator-reload-proxy-client-cert"),
        *("start-kube-aggregator-informers", "apiservice-status-local-available-controller"),
        *("apiservice-status-remote-available-controller", "apiservice-registration-controller"),
        *("apiservice-discovery-controller", "kube-apiserver-autoregistration"),
    )
)
LAST = ("autoregister-completion", "poststarthook/apiservice-openapi-controller", "poststarthook/apiservice-openapiv3-controller")  # fmt: skip
ALIVE = (*FIRST, *HOOKS, *LAST)
CHECKS = {
    "healthz": ALIVE,
    "livez": ALIVE,
    "readyz": (*FIRST, "etcd-readiness", "informer-sync", *HOOKS, *LAST, "shutdown"),
}


def answer(request: Request, path: str) -> str:
    """What stands at `/readyz`, with `?verbose` and `?exclude=`, or at `/readyz/etcd`, of one check; raises NotFound."""
    name, _, check = path.strip("/").partition("/")
    if check and check not in CHECKS[name]:
        raise NotFound("the server could not find the requested resource")
    if check or "verbose" not in request.query:
        return "ok"
    excluded = request.query.get("exclude", ())
    rows = [f"[+]{each} {'excluded: ok' if each in excluded else 'ok'}" for each in CHECKS[name]]
    if strange := [each for each in excluded if each not in CHECKS[name]]:
        quoted = ",".join(f'"{each}"' for each in strange)
        rows.append(f"warn: some health checks cannot be excluded: no matches for {quoted}")
    return "\n".join([*rows, f"{name} check passed"]) + "\n"
