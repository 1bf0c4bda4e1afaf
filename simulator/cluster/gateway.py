"""The way from a process to the API server and, for streams, on to the kubelet of a node (the API server's proxy to port 10250)."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from simulator.api.errors import ApiError, InternalError, ServiceUnavailable
from simulator.api.requests import Request, Response
from simulator.runtime.syscalls import UnixError

PORT = 6443
PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~")


class Answers(Protocol):
    """The API server, as far as the gateway needs it."""

    def handle(self, request: Request) -> Response: ...
    def events_since(self, watch: dict[str, Any], version: int) -> tuple[list[dict[str, Any]], int]: ...


class Unreachable(ApiError):
    """Nobody answers where a kubelet should; the API server passes on what its own connection said, without a reason."""

    reason = ""


class NodeServer(Protocol):
    """What a kubelet serves to the API server (pkg/kubelet/server); each raises ApiError where it refuses."""

    @property
    def stopped(self) -> bool: ...
    @property
    def port(self) -> tuple[str, str]: ...

    def logs(self, namespace: str, pod: str, container: str, options: Mapping[str, Any]) -> str: ...
    def follow(self, namespace: str, pod: str, container: str, options: Mapping[str, Any]) -> str: ...
    def exec(self, namespace: str, pod: str, container: str, options: Mapping[str, Any]) -> dict[str, str]: ...
    def attach(self, namespace: str, pod: str, container: str, options: Mapping[str, Any]) -> dict[str, str]: ...
    def port_forward(self, namespace: str, pod: str, port: int) -> str: ...


class Gateway:
    """Connects machines, API server and kubelets; it holds nothing of its own."""

    def __init__(
        self, api: Answers, kubelet: Callable[[str], NodeServer | None], listening: Callable[[str], bool]
    ) -> None:
        self.api = api
        self.kubelet = kubelet
        self.listening = listening
        self.open_watch: Callable[[dict[str, Any]], str] | None = None

    def request(self, source_ip: str, server: str, request: Request) -> Response:
        """The whole answer to *request*; UnixError where no API server listens."""
        self.check(server)
        response = self.api.handle(request)
        if response.upgrade and response.upgrade["kind"] == "log":
            return self.refusing(self.whole_log, response.upgrade)
        return response

    def open(self, source_ip: str, server: str, request: Request) -> tuple[Response, dict[str, str]]:
        """The streams of an answer by channel; none where it is refused."""
        self.check(server)
        response = self.api.handle(request)
        if response.failed or not response.upgrade:
            return response, {}
        streams: dict[str, str] = {}
        answer = self.refusing(lambda upgrade: self.connect(upgrade, streams), response.upgrade)
        return (answer, {}) if answer.failed else (response, streams)

    def events_since(self, watch: dict[str, Any]) -> list[dict[str, Any]]:
        """What a watch has not been told yet; the watch remembers how far it is."""
        events, watch["rv"] = self.api.events_since(watch, watch["rv"])
        return events

    def check(self, server: str) -> None:
        """Raise UnixError unless an API server listens at *server* (`https://192.168.10.10:6443`)."""
        if not self.listening(server):
            raise UnixError("ECONNREFUSED")

    def refusing(self, action: Callable[[dict[str, Any]], Response], upgrade: dict[str, Any]) -> Response:
        """What *action* answers, or the refusal that it raises."""
        try:
            return action(upgrade)
        except ApiError as error:
            return Response(code=error.code, body=error.status())

    def whole_log(self, upgrade: dict[str, Any]) -> Response:
        """A log as it is now."""
        return Response(body=self.node(upgrade).logs(*address(upgrade), upgrade))

    def connect(self, upgrade: dict[str, Any], streams: dict[str, str]) -> Response:
        """Open the streams that *upgrade* asks for."""
        match upgrade["kind"]:
            case "watch" if self.open_watch:
                streams["events"] = self.open_watch(upgrade)
            case "log":
                streams["stdout"] = self.node(upgrade).follow(*address(upgrade), upgrade)
            case "exec":
                streams |= self.node(upgrade).exec(*address(upgrade), upgrade)
            case "attach":
                streams |= self.node(upgrade).attach(*address(upgrade), upgrade)
            case "portforward" if upgrade.get("ports"):
                where = upgrade["namespace"], upgrade["pod"]
                streams["data"] = self.node(upgrade).port_forward(*where, upgrade["ports"][0])
            case kind:
                raise ServiceUnavailable(f"not simulated here: {kind}")
        return Response()

    def node(self, upgrade: dict[str, Any]) -> NodeServer:
        """The kubelet that is asked; raises ServiceUnavailable where there is none."""
        kubelet = self.kubelet(upgrade["node"])
        if kubelet is None:
            raise ServiceUnavailable(f"error dialing backend: dial tcp: lookup {upgrade['node']}: no such host")
        if kubelet.stopped:
            raise silence(upgrade, *kubelet.port)
        return kubelet


def silence(upgrade: dict[str, Any], where: str, why: str) -> ApiError:
    """What the API server says of a kubelet that does not answer at *where*: what its own connection said."""
    dial, path = f"dial tcp {where}: connect: {why}", "/".join(address(upgrade))
    if upgrade["kind"] == "log":
        return Unreachable(f'Get "https://{where}/containerLogs/{path}": {dial}')
    words = upgrade.get("command") or ()
    asked = [("command", word) for word in ([words] if isinstance(words, str) else words)] + [("error", "1")]
    asked += [(theirs, "1") for ours, theirs in CHANNELS if upgrade.get(ours) in (True, "true", "1")]
    url = f"https://{where}/{upgrade['kind']}/{path}?{'&'.join(f'{key}={escaped(value)}' for key, value in asked)}"
    return InternalError(f'Internal error occurred: error sending request: Post "{url}": {dial}')


def escaped(text: str) -> str:
    """A value in the query of a URL (Go's url.QueryEscape)."""
    pieces = (chr(byte) if chr(byte) in PLAIN else "+" if byte == 0x20 else f"%{byte:02X}" for byte in text.encode())
    return "".join(pieces)


# What the API server calls the channels of exec and attach when it speaks to a kubelet.
CHANNELS = (("stdin", "input"), ("stdout", "output"), ("tty", "tty"))


def address(upgrade: dict[str, Any]) -> tuple[str, str, str]:
    """namespace, Pod and container that a stream is about."""
    return upgrade["namespace"], upgrade["pod"], upgrade.get("container", "")
