"""curl: ask over HTTP and show what comes back (curl's tool, its exit codes and its words)."""

import base64
from typing import Any

from simulator.kernel.units import SECOND
from simulator.programs.http_client import Exchange
from simulator.programs.lookups import is_address
from simulator.programs.options import Dialect, Options, Refused, grammar, parse
from simulator.programs.sleep import duration
from simulator.runtime.http import PORTS, Answer, Target, parse_url, render_request
from simulator.runtime.syscalls import Step, Sys, UnixError

RULES = grammar(
    "sSiIvo:OLkH:X:d:m:w:fu:A:e:b:GjT:4#gN",
    {
        "silent": "s", "show-error": "S", "include": "i", "head": "I", "verbose": "v", "output=": "o", "remote-name": "O", "location": "L", "insecure": "k",
        "header=": "H", "request=": "X", "data=": "d", "data-raw=": "d", "data-binary=": "d", "data-urlencode=": "d", "max-time=": "m", "write-out=": "w", "fail": "f",
        "user=": "u", "user-agent=": "A", "connect-timeout=": "connect-timeout", "referer=": "e", "ipv4": "4", "url=": "url", "cacert=": "cacert", "no-progress-meter": "nometer",
        "retry=": "retry", "compressed": "compressed", "resolve=": "resolve", "get": "G", "fail-with-body": "fail-with-body", "globoff": "g", "no-buffer": "N", "json=": "json",
        "progress-bar": "#", "cert=": "cert", "key=": "key", "noproxy=": "noproxy", "http1.1": "http1.1",
    },
    code=2,
)  # fmt: skip
VERSION = "7.88.1"
# How long the kernel tries to connect.
CONNECT_LIMIT = 130 * SECOND
MOST_REDIRECTS = 50
METER = "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n"
EMPTY_METER = "\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0"
UNTRUSTED = """SSL certificate problem: unable to get local issuer certificate
More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the web page mentioned above."""
HINT = "curl: try 'curl --help' or 'curl --manual' for more information\n"


class Curl:
    """One URL after another; state: `at`, `url` (after a redirect), `hops`."""

    def __init__(self, sys: Sys, options: Options, urls: list[str]) -> None:
        self.sys = sys
        self.options = options
        self.urls = urls
        self.state: dict[str, Any] = sys.state.setdefault("curl", {"at": 0, "url": "", "hops": 0, "code": 0})
        self.silent = "s" in options

    def run(self) -> Step:
        """One step."""
        while self.state["at"] < len(self.urls):
            url = self.state["url"] or self.urls[self.state["at"]]
            target = parse_url(url)
            if target is None:
                self.failed(
                    3,
                    "URL using bad/illegal format or missing URL"
                    if "://" not in url or url.split("://")[0] in PORTS
                    else "",
                )
                continue
            exchange = Exchange(self.sys)
            if not exchange.begun and not self.begin(exchange, target):
                continue
            wait = exchange.step()
            if wait is not None:
                return wait
            self.over(exchange, target)
        return int(self.state["code"])

    # --- asking --------------------------------------------------------------------------------------------------
    def begin(self, exchange: Exchange, target: Target) -> bool:
        ip = self.address(target)
        if not ip:
            self.failed(6, f"Could not resolve host: {target.host}")
            return False
        if "v" in self.options:
            self.sys.err(f"*   Trying {ip}:{target.port}...\n")
        limit = (
            duration(self.options.value("m", ""))
            if "m" in self.options
            else duration(self.options.value("connect-timeout", ""))
            if "connect-timeout" in self.options
            else CONNECT_LIMIT
        )
        if limit is None:
            raise Refused(f"curl: option -m: expected a proper numerical parameter\n{HINT}", 2)
        head = self.method() == "HEAD"
        exchange.begin(target, ip, self.request(target), timeout=limit, trusted=self.trusts())
        exchange.state["head_only"] = head
        return True

    def trusts(self) -> bool:
        """Whether a certificate that nobody vouches for will do: it is not looked at, or its maker's is at hand."""
        bundle = self.options.value("cacert")
        return "k" in self.options or bool(bundle and self.sys.exists(bundle))

    def address(self, target: Target) -> str:
        for text in self.options.values("resolve"):
            host, _, rest = text.partition(":")
            port, _, ip = rest.partition(":")
            if host == target.host and port == str(target.port):
                return ip
        return target.host if is_address(target.host) else next(iter(self.sys.resolve(target.host)), "")

    def method(self) -> str:
        if "X" in self.options:
            return self.options.value("X")
        return (
            "HEAD"
            if "I" in self.options
            else "POST"
            if ("d" in self.options and "G" not in self.options) or "json" in self.options
            else "GET"
        )

    def data(self) -> bytes:
        parts = []
        for text in self.options.values("d") + self.options.values("json"):
            if text.startswith("@"):
                try:
                    parts.append(self.sys.read_file(text[1:]).replace(b"\n", b""))
                except UnixError:
                    raise Refused(f"curl: option -d: error encountered when reading a file\n{HINT}", 26) from None
            else:
                parts.append(text.encode("utf-8", "surrogateescape"))
        return b"&".join(parts)

    def request(self, target: Target) -> bytes:
        headers = [("Host", target.authority)]
        if user := self.options.value("u") or target.user:
            headers.append(("Authorization", "Basic " + base64.b64encode(user.encode()).decode()))
        headers += [("User-Agent", self.options.value("A", f"curl/{VERSION}")), ("Accept", "*/*")]
        own = [
            (name.strip(), value.strip())
            for name, _, value in (text.partition(":") for text in self.options.values("H"))
        ]
        mine = {name.lower() for name, _ in own}
        headers = [pair for pair in headers if pair[0].lower() not in mine] + [pair for pair in own if pair[1]]
        body = self.data()
        path = target.path
        if "G" in self.options and body:
            path += ("&" if "?" in path else "?") + body.decode("utf-8", "surrogateescape")
            body = b""
        if body:
            headers.append(("Content-Length", str(len(body))))
            if "content-type" not in mine:
                headers.append(
                    (
                        "Content-Type",
                        "application/json" if "json" in self.options else "application/x-www-form-urlencoded",
                    )
                )
        request = render_request(self.method(), path, headers, body)
        if "v" in self.options:
            self.state["sent"] = request.partition(b"\r\n\r\n")[0]
        return request

    # --- what came -----------------------------------------------------------------------------------------------
    def over(self, exchange: Exchange, target: Target) -> None:
        answer, error = exchange.answer(), exchange.state["error"]
        ip, took = exchange.state["ip"], self.sys.now - exchange.state["begun"]
        got = exchange.state["size"]
        self.sys.state.pop("exchange")
        if error and not (answer and answer.complete):
            self.failed(*_reason(error, target, took, got))
        elif answer is None:
            self.failed(52, "Empty reply from server")
        else:
            self.verbose(target, ip, answer)
            if (
                "L" in self.options
                and answer.code in (301, 302, 303, 307, 308)
                and answer.headers.get("location")
                and self.state["hops"] < MOST_REDIRECTS
            ):
                location = answer.headers["location"]
                if "i" in self.options or "I" in self.options:
                    self.sys.out(answer.head.decode("utf-8", "surrogateescape"))
                self.state |= {
                    "hops": self.state["hops"] + 1,
                    "url": location
                    if "://" in location
                    else f"{target.scheme}://{target.authority}/{location.lstrip('/')}",
                }
                return
            self.show(target, ip, answer, took)

    def verbose(self, target: Target, ip: str, answer: Answer) -> None:
        if "v" not in self.options:
            return
        sent = "".join(f"> {line}\n" for line in self.state.pop("sent").decode("utf-8", "replace").split("\r\n"))
        came = "".join(f"< {line}\n" for line in answer.head.decode("utf-8", "replace").split("\r\n")[:-1])
        self.sys.err(f"* Connected to {target.host} ({ip}) port {target.port} (#0)\n{sent}> \n{came}")

    def next(self, code: int) -> None:
        self.state |= {"at": self.state["at"] + 1, "url": "", "hops": 0, "code": code}

    def show(self, target: Target, ip: str, answer: Answer, took: int) -> None:
        failed = "f" in self.options and answer.code >= 400
        if self.meter() and not self.to_terminal():
            size = len(answer.body)
            self.sys.err(
                METER
                + f"\r100 {size:>5}  100 {size:>5}    0     0  {size * 1000:>5}      0 --:--:-- --:--:-- --:--:-- {size * 1000:>5}\n"
            )
        if not failed:
            shown = answer.head if "i" in self.options or "I" in self.options else b""
            self.write(target, shown + (b"" if self.method() == "HEAD" else answer.body))
        if "v" in self.options:
            self.sys.err(f"* Connection #0 to host {target.host} left intact\n")
        if failed:
            self.complain(22, f"The requested URL returned error: {answer.code}")
        self.write_out(target, ip, answer, took)
        self.next(22 if failed or ("fail-with-body" in self.options and answer.code >= 400) else 0)

    def write(self, target: Target, data: bytes) -> None:
        name = (
            self.options.value("o")
            if "o" in self.options
            else target.path.partition("?")[0].rpartition("/")[2]
            if "O" in self.options
            else "-"
        )
        if not name:
            self.complain(23, "Remote file name has no length!")
            return
        if name == "-":
            self.sys.out(data.decode("utf-8", "surrogateescape"))
            return
        try:
            self.sys.write_file(name, data)
        except UnixError:
            self.complain(23, "Failure writing output to destination")

    def write_out(self, target: Target, ip: str, answer: Answer | None, took: int) -> None:
        if "w" not in self.options:
            return
        seconds = f"{took // SECOND}.{took % SECOND:06}"
        values = {
            "http_code": f"{answer.code if answer else 0:03}", "response_code": f"{answer.code if answer else 0:03}", "size_download": str(len(answer.body) if answer else 0),
            "content_type": answer.headers.get("content-type", "") if answer else "", "time_total": seconds, "remote_ip": ip, "remote_port": str(target.port),
            "time_connect": seconds, "time_starttransfer": seconds, "time_namelookup": "0.000500", "num_redirects": str(self.state["hops"]), "http_version": "1.1",
            "url_effective": f"{target.scheme}://{target.authority}{target.path}", "scheme": target.scheme.upper(), "exitcode": "0", "method": self.method(),
        }  # fmt: skip
        text = self.options.value("w").replace("\\n", "\n").replace("\\t", "\t").replace("\\r", "\r")
        parts = text.split("%{")
        out = [parts[0]]
        for part in parts[1:]:
            name, closed, rest = part.partition("}")
            out.append(values.get(name, "") + rest if closed else "%{" + part)
        self.sys.out("".join(out).replace("%%", "%"))

    def meter(self) -> bool:
        return not self.silent and "nometer" not in self.options and "v" not in self.options and "#" not in self.options

    def to_terminal(self) -> bool:
        return self.sys.isatty(1) and "o" not in self.options and "O" not in self.options

    def complain(self, code: int, text: str) -> None:
        if not self.silent or "S" in self.options:
            self.sys.err(f"curl: ({code}) {text}\n")

    def failed(self, code: int, text: str) -> None:
        if self.meter() and code != 3 and not self.to_terminal():
            self.sys.err(METER + EMPTY_METER + "\n")
        self.complain(code, text)
        target = parse_url(self.state["url"] or self.urls[self.state["at"]])
        if target:
            self.write_out(target, "", None, 0)
        self.next(code)


def _reason(error: str, target: Target, took: int, got: int) -> tuple[int, str]:
    """Exit code and words for a connection that failed."""
    milliseconds = took // 1000
    match error:
        case "ETIMEDOUT":
            return (
                28,
                f"Failed to connect to {target.host} port {target.port} after {milliseconds} ms: Timeout was reached"
                if took > 60 * SECOND
                else f"Connection timed out after {milliseconds} milliseconds",
            )
        case "ETIME":
            return 28, f"Operation timed out after {milliseconds} milliseconds with {got} bytes received"
        case "ECERT":
            return 60, UNTRUSTED
        case "ECONNRESET" | "EPIPE":
            return 56, "Recv failure: Connection reset by peer"
    return 7, f"Failed to connect to {target.host} port {target.port} after {milliseconds} ms: " + (
        "No route to host" if error == "EHOSTUNREACH" else "Couldn't connect to server"
    )


def main(sys: Sys, dialect: Dialect) -> Step:
    """Ask."""
    words = sys.argv[1:]
    if words[:1] in (["--version"], ["-V"]):
        sys.out(f"curl {VERSION} (x86_64-pc-linux-gnu) libcurl/{VERSION}\nProtocols: http https\n")
        return 0
    try:
        options = parse(sys, dialect, RULES, words)
    except Refused as refusal:
        if "not simulated" in refusal.text:
            raise
        word = next((word for word in words if word.startswith("-") and word[1:2] not in kinds(words)), "")
        raise Refused(
            f"curl: option {word or words[-1]}: {'requires parameter' if 'requires' in refusal.text else 'is unknown'}\n{HINT}",
            2,
        ) from None
    urls = options.values("url") + options.words
    if not urls:
        raise Refused(HINT, 2)
    return Curl(sys, options, urls).run()


def kinds(words: list[str]) -> str:
    """The letters that are options; of a word with an unknown one, the first tells which it is."""
    return "".join(letter for letter in RULES.short if letter != ":") if words else ""
