"""NamespaceLifecycle: objects live in namespaces that exist and are not on their way out."""

from simulator.api.errors import Forbidden
from simulator.apiserver.admission.attempt import Attempt, forbid
from simulator.apiserver.backend import Backend, not_found

PROTECTED = ("default", "kube-system", "kube-public")


def exists(backend: Backend, attempt: Attempt) -> None:
    """A new object needs a living namespace. A control plane that has none at all is still being set up."""
    if attempt.operation != "CREATE" or not attempt.resource.namespaced or not backend.store.count("namespaces"):
        return
    namespace = backend.store.get("namespaces", f"/{attempt.namespace}")
    if namespace is None:
        raise not_found(backend.resource("namespaces"), attempt.namespace)
    if "deletionTimestamp" in namespace["metadata"]:
        text = f"unable to create new content in namespace {attempt.namespace} because it is being terminated"
        forbid(attempt, text)


def protect(backend: Backend, attempt: Attempt) -> None:
    """The namespaces that the cluster itself needs stay."""
    if attempt.operation == "DELETE" and attempt.resource.name == "namespaces" and attempt.name in PROTECTED:
        details = {"name": attempt.name, "kind": "namespaces"}
        text = f'namespaces "{attempt.name}" is forbidden: this namespace may not be deleted'
        raise Forbidden(text, details=details)
