"""What machines ask of the cluster around them: the way from a process to the API server and to the kubelets behind it."""

from typing import Any, Protocol

from simulator.api.requests import Request, Response
from simulator.runtime.syscalls import UnixError


class Gateway(Protocol):
    """Handed to `Machines` by the wiring; a process reaches it through `Sys.api` and `Sys.api_open`.

    *server* is what the connection ends at when name resolution and Service addresses have been looked through, such as
    `https://192.168.56.10:6443`. Both calls raise UnixError("ECONNREFUSED") where no API server listens.
    """

    def request(self, source_ip: str, server: str, request: Request) -> Response:
        """The whole answer."""
        ...

    def open(self, source_ip: str, server: str, request: Request) -> tuple[Response, dict[str, str]]:
        """An answer that is a stream, and the ids of its streams by channel (empty if it is refused).

        log: {"stdout": cri.follow(...)}; exec and attach: the channels that `Cri.exec_start` and `Cri.attach` returned;
        watch: {"events": machines.open_watch(watch)}, where *watch* is data, at least {"resource": "pods", ...}. The stream
        keeps that dict, hands it to `events_since` when a process looks for events, and the gateway moves its
        resourceVersion on in place. `machines.notify_watch("pods")` wakes who waits for events of Pods.
        """
        ...

    def events_since(self, watch: dict[str, Any]) -> list[dict[str, Any]]:
        """The events of a watch since it was last asked, {"type", "object"} each; a last {} closes the watch."""
        ...


class NoGateway:
    """A cluster without an API server: every connection is refused by the machine it goes to."""

    def request(self, source_ip: str, server: str, request: Request) -> Response:
        """Refuses."""
        raise UnixError("ECONNREFUSED")

    def open(self, source_ip: str, server: str, request: Request) -> tuple[Response, dict[str, str]]:
        """Refuses."""
        raise UnixError("ECONNREFUSED")

    def events_since(self, watch: dict[str, Any]) -> list[dict[str, Any]]:
        """Nothing ever happens."""
        return []
