"""One HTTP exchange of a client, over as many steps as it takes.

TLS is not simulated: behind `https` the same bytes go over the connection, and an API server's address is asked through `Sys.api`.
"""

from typing import Any

import msgspec

from simulator.api.requests import Request
from simulator.runtime.http import LARGEST_BODY, Answer, Target, read_request, read_response, render_response
from simulator.runtime.http_api import ANONYMOUS, answered, api_request, bearer, plain
from simulator.runtime.syscalls import Sys, UnixError, Wait


class Exchange:
    """State: `phase` (connect, send, read, done), `fd`, what is still to `send`, the chunks `got`, `error` (a symbol), `deadline`."""

    def __init__(self, sys: Sys, key: str = "exchange") -> None:
        self.sys = sys
        self.key = key

    @property
    def state(self) -> dict[str, Any]:
        """What is remembered; empty before `begin`."""
        found: dict[str, Any] = self.sys.state.setdefault(self.key, {})
        return found

    @property
    def begun(self) -> bool:
        """Whether `begin` was called."""
        return bool(self.state)

    def begin(self, target: Target, ip: str, request: bytes, *, timeout: int | None, trusted: bool = True) -> None:
        """Connect to *ip* and send *request*; *timeout* in microseconds. An API server, whose certificate only its own cluster
        vouches for, is left with the error ECERT if it is not *trusted*."""
        state = self.state
        state |= {"phase": "connect", "fd": -1, "send": request, "got": [], "size": 0, "error": "", "closed": False}
        state |= {
            "deadline": self.sys.now + timeout if timeout is not None else None,
            "begun": self.sys.now,
            "ip": ip,
            "port": target.port,
        }
        if target.scheme == "https" and is_api_server(self.sys, ip, target.port):
            answer = ask_api(self.sys, ip, target.port, request) if trusted else b""
            state |= {"phase": "done", "got": [answer], "closed": True, "error": "" if trusted else "ECERT"}
            return
        try:
            state["fd"] = self.sys.connect(ip, target.port)
        except UnixError as error:
            state |= {"phase": "done", "error": error.name}

    def step(self) -> Wait | None:
        """Go on as far as possible: what to wait for, None when it is over (see `error` and `answer`)."""
        state = self.state
        try:
            while state["phase"] != "done":
                wait = getattr(self, "_" + state["phase"])()
                if wait is not None:
                    if state["deadline"] is not None and self.sys.now >= state["deadline"]:
                        self.end("ETIMEDOUT" if state["phase"] == "connect" else "ETIME")
                        return None
                    return wait  # type: ignore[no-any-return]
        except UnixError as error:
            self.end(error.name)
        return None

    def _connect(self) -> Wait | None:
        state = self.state
        if not self.sys.connected(state["fd"]):
            return Wait(writable=(state["fd"],), until=state["deadline"])
        state["phase"] = "send"
        return None

    def _send(self) -> Wait | None:
        state = self.state
        state["send"] = state["send"][self.sys.write(state["fd"], state["send"]) :]
        if state["send"]:
            return Wait(writable=(state["fd"],), until=state["deadline"])
        state["phase"] = "read"
        return None

    def _read(self) -> Wait | None:
        state = self.state
        while (data := self.sys.read(state["fd"])) is not None:
            if not data or state["size"] > LARGEST_BODY:
                state["closed"] = True
                self.end("")
                return None
            state["got"].append(data)
            state["size"] += len(data)
            if (answer := self.answer()) and answer.complete:
                self.end("")
                return None
        return Wait(readable=(state["fd"],), until=state["deadline"])

    def end(self, error: str) -> None:
        """Over, well or not."""
        state = self.state
        if state["fd"] >= 0:
            self.sys.close(state["fd"])
        state |= {"phase": "done", "fd": -1, "error": error}

    def answer(self, *, head_only: bool = False) -> Answer | None:
        """What has come so far."""
        state = self.state
        if len(state["got"]) > 1:
            state["got"] = [b"".join(state["got"])]
        head_only = head_only or state.get("head_only", False)
        return read_response(state["got"][0] if state["got"] else b"", closed=state["closed"], head_only=head_only)


def is_api_server(sys: Sys, ip: str, port: int) -> bool:
    """Whether an API server answers at that address."""
    try:
        sys.api(f"https://{ip}:{port}", Request("get", path="/livez", user=ANONYMOUS))
    except UnixError:
        return False
    return True


def ask_api(sys: Sys, ip: str, port: int, data: bytes) -> bytes:
    """What the API server at that address says."""
    asked, _ = read_request(data)
    if asked is None:
        return render_response(plain(400, "Bad Request\n"))
    try:
        response = sys.api(f"https://{ip}:{port}", api_request(asked, user=ANONYMOUS, token=bearer(asked)))
    except (ValueError, msgspec.DecodeError, RecursionError) as error:
        return render_response(plain(400, f"{error}\n"))
    return render_response(answered(response))
