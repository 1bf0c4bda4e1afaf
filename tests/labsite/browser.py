"""A browser for tests, of the standard library alone: pages with cookies, and a WebSocket."""

import base64
import http.cookiejar
import json
import os
import re
import socket
import struct
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any

Message = dict[str, Any]
PATIENCE = 45.0
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


class Browser:
    """Somebody at a browser: cookies, pages, forms."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path: str, **fields: str) -> str:
        """The page at *path*; with *fields*, what comes of posting them there. An HTTP error is raised."""
        data = None
        if fields:
            data = urllib.parse.urlencode({"csrfmiddlewaretoken": self.cookie("csrftoken"), **fields}).encode()
        with self.opener.open(self.base + path, data=data, timeout=PATIENCE) as response:
            text: str = response.read().decode()
            return text

    def status(self, path: str) -> int:
        """The HTTP status of the page at *path*."""
        try:
            self.get(path)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code
        return 200

    def cookie(self, name: str) -> str:
        """The value of a cookie; empty if there is none."""
        return next((cookie.value or "" for cookie in self.cookies if cookie.name == name), "")

    def start_as_guest(self) -> "Browser":
        """The one click."""
        self.get("/")
        self.get("/accounts/guest/", next="/lessons/")
        return self

    def open_lab(self) -> str:
        """The id of the sandbox of the free lab."""
        found = re.search(r'data-sandbox="([0-9a-f-]+)"', self.get("/lab/"))
        assert found
        return found.group(1)

    def watch(self, sandbox: str, page: str = "", **headers: str) -> "Socket":
        """A WebSocket on *sandbox*, of a *page* with a name."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.cookies)
        return Socket(
            self.base,
            f"/ws/sandboxes/{sandbox}/?language=en&page={page}",
            {"Origin": self.base, "Cookie": cookies} | headers,
        )


class Socket:
    """A WebSocket that remembers all it was told."""

    def __init__(self, base: str, path: str, headers: dict[str, str]) -> None:
        where = urllib.parse.urlsplit(base)
        self.stream = socket.create_connection((where.hostname, where.port), timeout=PATIENCE)
        self.heard: list[Message] = []
        self.closed = 0
        lines = [f"GET {path} HTTP/1.1", f"Host: {where.netloc}", "Upgrade: websocket", "Connection: Upgrade"]
        lines += ["Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.stream.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.file = self.stream.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        while self.file.readline().strip():
            pass

    def say(self, kind: str, **data: Any) -> None:
        """Send a message."""
        self.send(json.dumps({"type": kind, **data}).encode())

    def send(self, data: bytes, opcode: int = TEXT) -> None:
        """Send a frame, masked as browsers do."""
        mask = os.urandom(4)
        size = len(data)
        if size < 126:
            head = struct.pack("!BB", 0x80 | opcode, 0x80 | size)
        elif size < 1 << 16:
            head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size)
        else:
            head = struct.pack("!BBQ", 0x80 | opcode, 0x80 | 127, size)
        key = (mask * (size // 4 + 1))[:size]
        masked = (int.from_bytes(data, "big") ^ int.from_bytes(key, "big")).to_bytes(size, "big")
        self.stream.sendall(head + mask + masked)

    def hear(self) -> Message | None:
        """The next message; None when the connection has ended (`closed` says how)."""
        while True:
            head = self.file.read(2)
            if len(head) < 2:
                return None
            size = head[1] & 127
            if size > 125:
                size = int.from_bytes(self.file.read(2 if size == 126 else 8), "big")
            data, opcode = self.file.read(size), head[0] & 15
            if opcode == CLOSE:
                self.closed = int.from_bytes(data[:2], "big")
                return None
            if opcode == PING:
                self.send(data, PONG)
            elif opcode == TEXT:
                self.heard.append(json.loads(data))
                return self.heard[-1]

    def until(self, wanted: Callable[[Message], bool]) -> Message:
        """Listen until a message is *wanted*, but not for ever: other messages may go on coming."""
        end = time.monotonic() + 3 * PATIENCE
        while time.monotonic() < end and (message := self.hear()) is not None:
            if wanted(message):
                return message
        raise AssertionError(f"not heard (closed: {self.closed}); last {self.heard[-5:]}")

    def until_type(self, kind: str) -> Message:
        """Listen until a message of type *kind* comes."""
        return self.until(lambda message: message["type"] == kind)

    def until_shown(self, text: str) -> str:
        """Listen until *text* has come out of a terminal: all that has."""
        if text not in self.output():
            self.until(lambda message: text in self.output())
        return self.output()

    def output(self) -> str:
        """All terminal output that was heard, since the last picture."""
        shown = ""
        for message in self.heard:
            if message["type"] == "picture":
                shown = "".join(terminal["screen"] for terminal in message["terminals"])
            for change in message.get("changes", ()):
                if change["type"] in ("output.shown", "line.shown"):
                    shown += change["data"]
        return shown

    def numbers(self) -> list[int]:
        """The numbers of the publications that were heard, those that a picture already has left out."""
        at, found = -1, []
        for message in self.heard:
            if message["type"] == "picture":
                at = message["seq"]
            elif message["type"] == "changes" and message["seq"] > at:
                found.append(message["seq"])
        return found

    def close(self) -> None:
        """Go, saying so."""
        self.send(struct.pack("!H", 1000), CLOSE)
        self.drop()

    def drop(self) -> None:
        """Go without a word."""
        self.file.close()
        self.stream.close()
