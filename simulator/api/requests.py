"""What a client asks of the API server and what it gets back, with bodies as Python values: HTTP is spoken further up."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Obj = dict[str, Any]


def is_true(values: Sequence[str]) -> bool:
    """Whether a query parameter with these values says yes: any does but `false` and `0` (apimachinery/pkg/runtime/conversion.go)."""
    return bool(values) and values[-1].lower() not in ("false", "0")


@dataclass(frozen=True)
class User:
    """Who asks: a name and groups, as authentication found them, and what else a token said (key, value)."""

    name: str
    groups: tuple[str, ...] = ()
    uid: str = ""
    extra: tuple[tuple[str, str], ...] = ()

    def info(self) -> dict[str, Any]:
        """The UserInfo of reviews (authentication/v1)."""
        found: dict[str, Any] = {"username": self.name, "uid": self.uid, "groups": list(self.groups)}
        found["extra"] = {key: [value] for key, value in self.extra}
        return {key: value for key, value in found.items() if value}


ADMIN = User("kubernetes-admin", ("kubeadm:cluster-admins", "system:authenticated"))


@dataclass(frozen=True)
class Request:
    """One request, as `k8s.io/apiserver/pkg/endpoints/request.RequestInfo` sees it.

    verb: get, list, watch, create, update, patch, delete, deletecollection or connect (log, exec, attach, port-forward).
    resource: plural name with its group, such as `pods`, `deployments.apps`, `endpointslices.discovery.k8s.io`; empty for
        other paths, which stand in *path* (`/version`, `/apis`, `/openapi/v3`).
    version: the API version that was named, such as `v1`; empty means the preferred one.
    namespace: None for cluster-scoped objects, and for lists over all namespaces.
    query: the parameters of the URL: labelSelector, fieldSelector, limit, continue, resourceVersion, fieldValidation,
        fieldManager, dryRun, propagationPolicy, gracePeriodSeconds, container, follow, tailLines, ... each a list of strings.
    body: the decoded body. For a patch, *content_type* says which kind it is.
    token: what stands in the header Authorization; the API server finds out itself whose it is, whatever *user* says.
    accept: `object`, `table` (`application/json;as=Table`), or for discovery `aggregated` (`as=APIGroupDiscoveryList`).
    """

    verb: str
    resource: str = ""
    namespace: str | None = None
    name: str = ""
    subresource: str = ""
    version: str = ""
    path: str = ""
    query: dict[str, list[str]] = field(default_factory=dict)
    body: Any = None
    content_type: str = "application/json"
    accept: str = "object"
    user: User = ADMIN
    token: str = ""

    def option(self, name: str, default: str = "") -> str:
        """The last value of the query parameter *name*."""
        return self.query.get(name, [default])[-1]

    def flag(self, name: str) -> bool:
        """Whether the query parameter *name* is set to true."""
        return is_true(self.query.get(name, ()))


@dataclass(frozen=True)
class Response:
    """What comes back.

    code: the HTTP status. From 400 on, *body* is a `Status` object.
    body: an object, a list, a table, a Status, or text (logs).
    warnings: the texts of `Warning:` headers, in order.
    upgrade: set where the answer is a stream. {"kind": "watch", ...}, or what a kubelet shall do:
        {"kind": "log" | "exec" | "attach" | "portforward", "node": ..., "namespace": ..., "pod": ..., "container": ..., options...}.
    """

    code: int = 200
    body: Any = None
    warnings: tuple[str, ...] = ()
    upgrade: dict[str, Any] | None = None

    @property
    def failed(self) -> bool:
        """Whether the body is a Status that says no."""
        return self.code >= 400
