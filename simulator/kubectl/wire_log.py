"""`-v`: what kubectl says of its way to the API server, on standard error (models client-go/transport/round_trippers.go and klog).

Level 1 names the client's feature gates, 4 sets out a refusal, 6 tells of each request and how long it took, 7 its headers,
8 the bodies and the headers of the answer, 9 a line for curl. Durations are those of the cluster's own clock.
"""

import hashlib
from typing import Any

import msgspec

from simulator.api.addresses import address_of, method_of
from simulator.api.field import quoted
from simulator.api.requests import ADMIN, Request, Response
from simulator.api.struct_order import in_struct_order
from simulator.api.timestamps import strftime
from simulator.api.wire import arranged, bare
from simulator.kubectl.failures import Failure, ServerFailure, parts
from simulator.runtime.http import REASONS
from simulator.runtime.http_api import JSON, TEXT
from simulator.runtime.syscalls import Sys

# Where client-go and cli-runtime 1.36 stand when they say this.
LOADER = "loader.go:407"
GATES = "envvar.go:195"
TRIP = "round_trippers.go:527"
TRIPPED = "round_trippers.go:632"
REFUSED = "helpers.go:246"
BODIES = {"get": "helper.go:105", "list": "helper.go:113", "create": "helper.go:246", "patch": "helper.go:269"}
BODIES |= {"update": "helper.go:319", "delete": "helper.go:202", "watch": "helper.go:170"}
OTHER_BODY = "request.go:1134"
FEATURES = {
    "AtomicFIFO": True,
    "ClientsAllowCARotation": True,
    "ClientsAllowCBOR": False,
    "ClientsAllowTLSCacheGC": True,
    "ClientsPreferCBOR": False,
    "InOrderInformers": True,
    "InOrderInformersBatchProcess": True,
    "InformerResourceVersion": True,
    "UnlockWhileProcessingFIFO": True,
    "WatchListClient": True,
}
# How much of a body is shown; from level 10 on, all of it.
SHOWN = {8: 1024, 9: 10_240}
MOST = 1 << 20
AGENT = "kubectl/v1.36.2 (linux/amd64) kubernetes/podlab"
DISCOVERY = "application/json;g=apidiscovery.k8s.io;v={};as=APIGroupDiscoveryList"
ACCEPT = {
    "table": f"{JSON};as=Table;v=v1;g=meta.k8s.io,{JSON};as=Table;v=v1beta1;g=meta.k8s.io,{JSON}",
    "aggregated": f"{DISCOVERY.format('v2')},{DISCOVERY.format('v2beta1')},{JSON}",
}
UPGRADED = ("exec", "attach", "portforward")
# Verbs that read answers into Go's own types, which drops the kind of what was answered.
TYPED = frozenset(
    (
        "attach",
        "cordon",
        "cp",
        "create",
        "debug",
        "drain",
        "exec",
        "expose",
        "port-forward",
        "rollout",
        "set",
        "taint",
        "top",
        "uncordon",
    )
)


class WireLog:
    """What one run of kubectl logs at *level*; *verb* is what it does (`rollout`), *state* keeps what was said already, as a run may pause."""

    def __init__(self, sys: Sys, verb: str, state: dict[str, Any], level: int) -> None:
        self.verb = verb
        self.sys = sys
        self.state = state
        self.level = level

    def say(self, place: str, message: str, values: dict[str, Any] | None = None) -> None:
        """One line; with *values*, a structured one."""
        if values is not None:
            pairs = "".join(f" {name}={valued(value)}" for name, value in values.items())
            message = f'"{message}"{pairs}'
        self.sys.err(f"I{stamp(self.sys)} {place}] {message}\n")

    def loaded(self, path: str) -> None:
        """A kubeconfig was read, if there is one."""
        if self.level >= 6 and self.sys.exists(path) and self._first("loaded"):
            self.say(LOADER, f"Config loaded from file:  {path}")

    def asked(self, request: Request, server: str) -> None:
        """A request is sent. Discovery always stands in the real client's cache already."""
        if request.accept == "aggregated":
            return
        if self.level >= 1 and self._first("gates"):
            for name, enabled in FEATURES.items():
                self.say(GATES, "Feature gate default state", {"feature": name, "enabled": enabled})
        if self.level >= 8:
            self._body("Request Body", request, _encoded(request.body, end="" if request.verb == "patch" else "\n"))
        if self.level < 7:
            return
        url = server.rstrip("/") + address_of(request)
        headers = _request_headers(request)
        if self.level >= 9:
            given = " ".join(f'-H "{name}: {value}"' for name, value in headers.items())
            self.say(TRIP, "Request", {"curlCommand": f"curl -v -X{method_of(request)}  {given} '{url}'\n"})
            if self._first("dialled"):
                host = server.split("://")[-1].split("/")[0]
                self.say("round_trippers.go:562", "HTTP Trace: Dial succeed", {"network": "tcp", "address": host})
        else:
            self.say(TRIP, "Request", {"verb": method_of(request), "url": url, "headers": lines(headers)})

    def answered(self, request: Request, server: str, response: Response | None, micros: int) -> None:
        """The answer came after so many microseconds; None: none came."""
        if self.level < 6 or request.accept == "aggregated":
            return
        url = server.rstrip("/") + address_of(request)
        status = _status(request, response) if response else ""
        body = _encoded(arranged(response.body)) if response else b""
        values: dict[str, Any] = {} if self.level in (7, 8) else {"verb": method_of(request), "url": url}
        values["status"] = status
        if self.level >= 8:
            values["headers"] = lines(self._response_headers(response, body)) if response else ""
        values["milliseconds"] = micros // 1000
        if self.level >= 9:
            values |= self._timing(micros // 1000)
        self.say(TRIPPED, "Response", values)
        if self.level >= 8 and response and response.upgrade is None:
            self._body("Response Body", request, body)

    def refused(self, failure: Failure) -> None:
        """The command ends with what the server answered; at level 4 kubectl sets it out (in brackets, by a mistake of its own)."""
        for each in parts(failure):
            if self.level >= 4 and isinstance(each, ServerFailure):
                status = in_struct_order(bare(each.status) if self.verb in TYPED else each.status, "meta.v1.Status")
                if "details" in status:
                    status["details"] = in_struct_order(status["details"], "meta.v1.StatusDetails")
                text = msgspec.json.format(msgspec.json.encode(status), indent=2).decode()
                self.say(REFUSED, f"server response object: %s[{text}]")

    def _first(self, what: str) -> bool:
        said = self.state.setdefault("logged", [])
        if what in said:
            return False
        said.append(what)
        return True

    def _body(self, title: str, request: Request, body: bytes) -> None:
        text, most = body[:MOST].decode(errors="replace"), SHOWN.get(self.level, MOST)
        cut = f" [truncated {len(text) - most} chars]" if len(text) > most else ""
        self.say(BODIES.get(request.verb, OTHER_BODY), title, {"body": text[:most] + cut})

    def _timing(self, millis: int) -> dict[str, int]:
        """What a connection took: making it, or finding the one that is there."""
        ready = {"getConnectionMilliseconds": 0}
        made = {"dnsLookupMilliseconds": 0, "dialMilliseconds": 0, "tlsHandshakeMilliseconds": min(millis, 1)}
        return (made if self._first("connected") else ready) | {"serverProcessingMilliseconds": max(millis - 1, 0)}

    def _response_headers(self, response: Response, body: bytes) -> dict[str, str]:
        self.state["answers"] = answers = self.state.get("answers", 0) + 1
        digest = hashlib.sha256(f"{self.sys.unix}/{self.sys.pid}/{answers}".encode()).hexdigest()
        headers = {
            "Audit-Id": "-".join((digest[:8], digest[8:12], f"4{digest[13:16]}", f"8{digest[17:20]}", digest[20:32])),
            "Cache-Control": "no-cache, private",
            "Content-Length": str(len(body)),
            "Content-Type": TEXT if isinstance(response.body, str) else JSON,
            "Date": strftime(self.sys.unix, "%a, %d %b %Y %H:%M:%S GMT"),
        }
        warned = {"Warning": "\nWarning: ".join(f'299 - "{text}"' for text in response.warnings)}
        return headers | (warned if response.warnings else {})


def stamp(sys: Sys) -> str:
    """What stands between the level and the place in a line of kubectl's own log: day, time, process (klog)."""
    return f"{strftime(sys.unix, '%m%d %H:%M:%S')}.{sys.unix % 1_000_000:06d} {sys.pid:7d}"


def valued(value: Any) -> str:
    """A value as klog writes it: texts quoted, those of several lines indented between < and >."""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return str(value)
    if "\n" not in value:
        return quoted(value)
    return "<\n" + "".join(f"\t{line}\n" for line in value.removesuffix("\n").split("\n")) + " >"


def lines(headers: dict[str, str]) -> str:
    """Headers, each on a line of its own."""
    return "".join(f"{name}: {value}\n" for name, value in sorted(headers.items()))


def _encoded(body: Any, end: str = "\n") -> bytes:
    if body is None:
        return b""
    return body.encode() if isinstance(body, str) else msgspec.json.encode(body) + end.encode()


def _request_headers(request: Request) -> dict[str, str]:
    headers = {"Accept": ACCEPT.get(request.accept, JSON), "User-Agent": AGENT}
    if request.body is not None:
        headers["Content-Type"] = request.content_type
    if request.token:
        headers["Authorization"] = "Bearer <masked>"
    elif request.user is not ADMIN:
        headers["Impersonate-User"] = request.user.name
    return dict(sorted(headers.items()))


def _status(request: Request, response: Response) -> str:
    if request.subresource in UPGRADED and not response.failed:
        return "101 Switching Protocols"
    return f"{response.code} {REASONS.get(response.code, '')}"
