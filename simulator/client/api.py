"""What the components ask of the API server (client-go's clientset): the part of `simulator/apiserver` that they lean on."""

from typing import Any, Protocol

Obj = dict[str, Any]


class API(Protocol):
    """Reads and writes as a component, with all rights. Every method raises ApiError when the API server refuses.

    What is handed out is frozen: copy what you change. *resource* is the plural with its group (`deployments.apps`);
    *namespace* is "" for what has none.
    """

    def get(self, resource: str, namespace: str | None, name: str) -> Obj:
        """The object; raises NotFound."""
        ...

    def list(self, resource: str, namespace: str | None = None) -> list[Obj]:
        """All objects, or those of a namespace, in the order of their keys."""
        ...

    def create(self, resource: str, obj: Obj) -> Obj:
        """The object as stored; its namespace is in its metadata."""
        ...

    def update(self, resource: str, obj: Obj) -> Obj:
        """The object as stored; raises Conflict if its resourceVersion is not the newest."""
        ...

    def update_status(self, resource: str, obj: Obj) -> Obj:
        """The object as stored: only its status is taken."""
        ...

    def delete(self, resource: str, namespace: str | None, name: str) -> Any:
        """Delete as a client without options does; raises NotFound."""
        ...

    def bind(self, namespace: str, name: str, node: str) -> Any:
        """Give a Pod its node."""
        ...
