"""A server to which webhooks lead. It believes nothing that is not signed, as Standard Webhooks say, and keeps the rest."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

OLDEST_S = 300


class Receiver:
    """Its server, and what it was told."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.now = now
        self.secret = ""
        self.told: list[dict[str, Any]] = []  # messages, in order, each once
        self.ids: list[str] = []  # of all that were signed well
        self.signatures: list[int] = []  # how many each request had
        self.refused: list[str] = []
        self.meanwhile: Callable[[], object] = lambda: None  # what happens before a request is answered
        self.answers: list[int] = []  # statuses with which the next requests are answered
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Requests,), {"receiver": self}))
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/podlab"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Close it."""
        self.server.shutdown()
        self.server.server_close()

    def take(self, headers: Any, body: bytes) -> int:
        """The status for a request."""
        self.meanwhile()
        if why := self.wrong(headers, body):
            self.refused.append(why)
            return 401
        if self.answers:
            return self.answers.pop(0)
        if headers["webhook-id"] not in self.ids:
            self.told.append(json.loads(body))
        self.ids.append(headers["webhook-id"])
        return 204

    def wrong(self, headers: Any, body: bytes) -> str:
        """Why a request is not believed."""
        name, seconds = headers["webhook-id"], headers["webhook-timestamp"]
        if abs(self.now() - int(seconds)) > OLDEST_S:
            return "not of now"
        key = base64.b64decode(self.secret.removeprefix("whsec_"), validate=True)
        good = hmac.digest(key, name.encode() + b"." + seconds.encode() + b"." + body, hashlib.sha256)
        given = headers["webhook-signature"].split(" ")
        self.signatures.append(len(given))
        proofs = [base64.b64decode(each.removeprefix("v1,")) for each in given if each.startswith("v1,")]
        return "" if any(hmac.compare_digest(good, proof) for proof in proofs) else "not signed"


class Requests(BaseHTTPRequestHandler):
    """What comes in."""

    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.receiver.take(self.headers, body))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""
