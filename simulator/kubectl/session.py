"""One run of kubectl: its command line, its kubeconfig, its way to the API server, and what it must remember."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from simulator.api.requests import Request, Response
from simulator.api.resources import Resource
from simulator.kubectl import kubeconfig
from simulator.kubectl.failures import Failure, ServerFailure
from simulator.kubectl.flags import Parsed
from simulator.kubectl.kubeconfig import Kubeconfig
from simulator.kubectl.recording import recorded
from simulator.kubectl.wire_log import WireLog, stamp
from simulator.runtime.http import HttpRequest
from simulator.runtime.http_api import api_request
from simulator.runtime.syscalls import Sys, UnixError, Wait

# What one round trip to the API server costs, in virtual microseconds.
ROUND_TRIP = 3_000
LONGEST_LINE = 4_096
Query = Mapping[str, str]
Sender = Callable[[str, Request], tuple[Response, dict[str, int]]]
KUBECONFIG_FLAGS = ("kubeconfig", "context", "cluster", "user")
UNLISTED = ("BadRequest", "NotFound")
Obj = dict[str, Any]
CONNECT_FAILURES = {
    "ETIMEDOUT": "dial tcp {host}: i/o timeout",
    "EHOSTUNREACH": "dial tcp {host}: connect: no route to host",
    "ENETUNREACH": "dial tcp {host}: connect: network is unreachable",
}


class Pause(Exception):
    """Nothing more can be done in this step: the program must wait, and will begin again from the top."""

    def __init__(self, wait: Wait) -> None:
        super().__init__()
        self.wait = wait


class Session:
    """What a verb works with. *path* is the command as it was called: `kubectl rollout status`."""

    def __init__(self, sys: Sys, path: str, parsed: Parsed) -> None:
        self.sys = sys
        self.path = path
        self.parsed = parsed
        self.args = parsed.args
        self.state: dict[str, Any] = sys.state.setdefault("run", {})
        self.log = WireLog(sys, path.split()[1], self.state, parsed.flags.get("v", 0))
        self._config: Kubeconfig | None = None

    # --- the command line
    def flag(self, name: str) -> Any:
        """The value of a flag, its default if it was not given; None if this command has no such flag."""
        return self.parsed.flags.get(name)

    def given(self, name: str) -> bool:
        """Whether a flag stood on the command line."""
        return name in self.parsed.given

    def out(self, text: str) -> None:
        """Write to standard output."""
        if text:
            self.sys.out(text)

    def err(self, text: str) -> None:
        """Write to standard error."""
        if text:
            self.sys.err(text)

    def stamp(self) -> str:
        """What stands between the level and the place in a line of kubectl's own log: day, time, process (klog)."""
        return stamp(self.sys)

    def stdin(self, limit: int) -> bytes:
        """All of standard input, at most *limit* bytes; pauses until its end has come. For use before anything is changed."""
        data = bytes(self.state.get("stdin", b""))
        while not self.state.get("stdin_ended") and len(data) <= limit:
            chunk = self.sys.read(0)
            if chunk is None:
                self.state["stdin"] = data
                raise Pause(Wait(readable=(0,)))
            self.state["stdin_ended"] = not chunk
            data += chunk
        self.state["stdin"] = data
        return data

    def line(self) -> str:
        """The first line of standard input, without what ends it; pauses until it has come."""
        data = bytes(self.state.get("line", b""))
        while b"\n" not in data and not self.state.get("line_ended"):
            chunk = self.sys.read(0)
            if chunk is None:
                raise Pause(Wait(readable=(0,)))
            data += chunk
            self.state["line"] = data[:LONGEST_LINE]
            self.state["line_ended"] = not chunk or len(data) > LONGEST_LINE
        return data.partition(b"\n")[0].decode(errors="replace")

    # --- the kubeconfig
    @property
    def config(self) -> Kubeconfig:
        """The kubeconfig in use."""
        if self._config is None:
            given = (self.flag(name) for name in KUBECONFIG_FLAGS)  # some commands have a --user of their own, a list
            words = (value if isinstance(value, str) else "" for value in given)
            self._config = kubeconfig.load(self.sys, *words)
            self.log.loaded(self._config.path)
        return self._config

    @property
    def server(self) -> str:
        """The address of the API server."""
        return str(self.flag("server") or self.config.server)

    @property
    def namespace(self) -> str:
        """The namespace that this command works in."""
        return str(self.flag("namespace") or self.config.namespace)

    @property
    def namespace_enforced(self) -> bool:
        """Whether `-n` was given, so that an object may not name another one."""
        return bool(self.flag("namespace"))

    # --- the API server
    def ask(self, request: Request) -> Response:
        """Send a request; the response, whatever it says. Warnings go to standard error."""
        response, _ = self._sent(request, lambda server, signed: (self.sys.api(server, signed), {}))
        return response

    def call(self, request: Request) -> Any:
        """Send a request; the body of the answer. Raises ServerFailure."""
        response = self.ask(request)
        if response.failed:
            raise ServerFailure(response.body)
        return response.body

    def raw(self, method: str, target: str, body: bytes = b"") -> Response:
        """Ask what an address says, whatever it is; the response. Raises ServerFailure, and Failure for what is no request."""
        try:
            response = self.ask(api_request(HttpRequest(method, target, "HTTP/1.1", {}, body)))
        except (ValueError, msgspec.DecodeError, RecursionError) as error:
            raise Failure(str(error)) from None
        if response.failed:
            raise ServerFailure(response.body)
        return response

    def open(self, request: Request) -> dict[str, int]:
        """Send a request for a stream; the channels. Raises ServerFailure."""
        response, channels = self._sent(request, self.sys.api_open)
        if response.failed:
            raise ServerFailure(response.body)
        return channels

    def _sent(self, request: Request, send: Sender) -> tuple[Response, dict[str, int]]:
        """What came back by *send*; said in the log as well, with warnings on standard error."""
        server, signed = self.server, self.signed(request)
        began = self.sys.unix
        self.log.asked(signed, server)
        self.sys.charge(ROUND_TRIP)
        try:
            response, channels = send(server, signed)
        except UnixError as error:
            self.log.answered(signed, server, None, self.sys.unix - began)
            raise self.unreachable(error) from None
        self.log.answered(signed, server, response, self.sys.unix - began)
        self.warn(response)
        return response, channels

    def signed(self, request: Request) -> Request:
        """The request with the token of the kubeconfig, or in the name of whom `--as` says."""
        name = self.flag("as")
        if not name and (self.flag("as-group") or self.flag("as-uid") or self.flag("as-user-extra")):
            user = self.config.user_name or self.config.context.get("user", "")
            raise Failure(f"requesting uid, groups or user-extra for {user} without impersonating a user")
        if not name:
            return replace(request, token=self.flag("token") or self.config.token)
        return replace(request, user=kubeconfig.impersonated(name, self.flag("as-group") or []))

    def warn(self, response: Response) -> None:
        """Print the warnings of a response."""
        for text in response.warnings:
            self.err(f"Warning: {text}\n")

    def unreachable(self, error: UnixError) -> Failure:
        """Why no answer came."""
        host = self.server.split("://")[-1].split("/")[0]
        if error.name == "ECONNREFUSED":
            text = f"The connection to the server {host} was refused - did you specify the right host or port?"
            return Failure(text, prefix="")
        reason = CONNECT_FAILURES.get(error.name)
        reason = reason.format(host=host) if reason else f"dial tcp: lookup {host.split(':')[0]}: no such host"
        return Failure(f"Unable to connect to the server: {reason}", prefix="")

    # --- objects
    def get(
        self,
        resource: Resource,
        namespace: str | None,
        name: str,
        *,
        accept: str = "object",
        query: Query | None = None,
        subresource: str = "",
    ) -> Obj:
        """One object (or the Table that shows it), or a part of it that has an address of its own."""
        request = self.request("get", resource, namespace, name, accept=accept, query=query, subresource=subresource)
        return dict(self.call(request))

    def list(
        self, resource: Resource, namespace: str | None, *, accept: str = "object", query: Query | None = None
    ) -> Obj:
        """A list of objects (or the Table that shows them)."""
        try:
            return dict(self.call(self.request("list", resource, namespace, accept=accept, query=query)))
        except ServerFailure as failure:
            raise failure.within(_listing(resource, query or {}) if failure.reason in UNLISTED else "") from None

    def create(self, resource: Resource, namespace: str | None, body: Obj, query: Query) -> Obj:
        """Create an object; as it now is."""
        name = str((body.get("metadata") or {}).get("name") or "")
        body = recorded(self.path, self.parsed, without_revision(body), "")
        return dict(self.call(self.request("create", resource, namespace, name, body=body, query=query)))

    def update(
        self, resource: Resource, namespace: str | None, name: str, body: Obj, query: Query, *, subresource: str = ""
    ) -> Obj:
        """Replace an object, or what one of its subresources covers."""
        request = self.request("update", resource, namespace, name, body=body, query=query, subresource=subresource)
        return dict(self.call(request))

    def patch(
        self,
        resource: Resource,
        namespace: str | None,
        name: str,
        body: Any,
        kind: str,
        query: Query,
        *,
        subresource: str = "",
    ) -> Obj:
        """Patch an object; *kind* is `merge`, `strategic` or `json`."""
        body = recorded(self.path, self.parsed, body, subresource)
        request = self.request("patch", resource, namespace, name, body=body, query=query, subresource=subresource)
        return dict(self.call(replace(request, content_type=PATCH_TYPES[kind])))

    def delete(self, resource: Resource, namespace: str | None, name: str, body: Obj, query: Query) -> Obj:
        """Delete an object; what the server answers."""
        return dict(self.call(self.request("delete", resource, namespace, name, body=body, query=query)))

    def watch(self, resource: Resource, namespace: str | None, *, query: Query, accept: str = "object") -> int:
        """Watch; the descriptor that `read_event` reads from."""
        request = self.request("watch", resource, namespace, query={"watch": "true", **query}, accept=accept)
        return self.open(request)["events"]

    def watch_one(self, resource: Resource, namespace: str | None, name: str) -> int:
        """Watch one object from now on: from the revision of a list, since the object's own may be forgotten."""
        query = {"fieldSelector": f"metadata.name={name}"}
        body = self.list(resource, namespace, query=query)
        return self.watch(resource, namespace, query={**query, "resourceVersion": body["metadata"]["resourceVersion"]})

    def request(
        self,
        verb: str,
        resource: Resource,
        namespace: str | None,
        name: str = "",
        *,
        subresource: str = "",
        query: Query | None = None,
        body: Any = None,
        accept: str = "object",
    ) -> Request:
        """The request for *verb* on a resource."""
        return Request(
            verb,
            resource=resource.name,
            version=_version(resource, body),
            namespace=namespace if resource.namespaced else None,
            name=name,
            subresource=subresource,
            query={key: [value] for key, value in (query or {}).items() if value != ""},
            body=body,
            accept=accept,
        )


def _listing(resource: Resource, query: Query) -> str:
    """What could not be listed (cli-runtime/pkg/resource, EnhanceListError)."""
    subject = f'"{resource.group}/{resource.version}, Resource={resource.plural}"'
    labels, fields = query.get("labelSelector", ""), query.get("fieldSelector", "")
    if not labels and not fields:
        return f"Unable to list {subject}: "
    return f'Unable to find {subject} that match label selector "{labels}", field selector "{fields}": '


def without_revision(body: Obj) -> Obj:
    """A new object has no revision yet, whatever the file says that it was copied from."""
    metadata = body.get("metadata") or {}
    if not isinstance(metadata, dict) or "resourceVersion" not in metadata:
        return body
    return {**body, "metadata": {key: value for key, value in metadata.items() if key != "resourceVersion"}}


def _version(resource: Resource, body: Any) -> str:
    """The version that a body is written in, if it is one of the resource's; else the preferred one."""
    written = str(body.get("apiVersion") or "").rpartition("/")[2] if isinstance(body, dict) else ""
    return written if written in resource.versions else resource.version


PATCH_TYPES = {
    "merge": "application/merge-patch+json",
    "strategic": "application/strategic-merge-patch+json",
    "json": "application/json-patch+json",
    "apply": "application/apply-patch+yaml",
}
