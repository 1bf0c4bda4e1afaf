"""wget: fetch over HTTP (busybox networking/wget.c; GNU wget)."""

from typing import Any

from simulator.kernel.units import SECOND
from simulator.programs.calendar import strftime
from simulator.programs.http_client import Exchange
from simulator.programs.lookups import is_address
from simulator.programs.options import Dialect, Options, Refused, grammar, is_busybox, parse, refuse, show_usage
from simulator.programs.sleep import duration
from simulator.runtime.http import Answer, Target, parse_url, render_request
from simulator.runtime.syscalls import STRERROR, Step, Sys, UnixError

RULES = grammar(
    "qcSO:o:P:T:t:U:Y:",
    {
        "spider": "spider", "quiet": "q", "server-response": "S", "output-document=": "O", "timeout=": "T", "tries=": "t", "user-agent=": "U",
        "header=": "header", "post-data=": "post-data", "no-check-certificate": "insecure", "directory-prefix=": "P", "no-verbose": "nv", "continue": "c",
        "output-file=": "o", "user=": "user", "password=": "password", "method=": "method", "no-proxy": "no-proxy",
    },
    usage="[-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR] [--post-data STR] [-P DIR] [-U AGENT] [-T SEC] URL...",
)  # fmt: skip
BUSYBOX_TIMEOUT = 900 * SECOND
# How long a connection is tried by the kernel before it gives up.
GNU_TIMEOUT = 127 * SECOND
MOST_REDIRECTS = 5
BAR = 30


class Wget:
    """One URL after another; `sys.state` holds `at` (which), `hops` (redirects), `url`."""

    def __init__(self, sys: Sys, dialect: Dialect, options: Options) -> None:
        self.sys = sys
        self.busybox = is_busybox(dialect)
        self.options = options
        self.state: dict[str, Any] = sys.state.setdefault("wget", {"at": 0, "hops": 0, "url": "", "code": 0})
        self.quiet = "q" in options or ("nv" in options and not self.busybox)

    def run(self) -> Step:
        """One step."""
        while self.state["at"] < len(self.options.words):
            step = self.one(self.state["url"] or self.options.words[self.state["at"]])
            if step is not None:
                return step
        return int(self.state["code"])

    def one(self, url: str) -> Step | None:
        target = parse_url(url)
        if target is None:
            raise refuse(self.sys, f"not an http or ftp url: {url}" if self.busybox else f"{url}: Unsupported scheme.")
        exchange = Exchange(self.sys)
        if not exchange.begun:
            self.begin(exchange, target, url)
        wait = exchange.step()
        if wait is not None:
            return wait
        answer = exchange.answer(head_only="spider" in self.options)
        error = exchange.state["error"]
        ip = exchange.state["ip"]
        self.sys.state.pop("exchange")
        if error or answer is None:
            raise self.failed(target, ip, error or "ECONNRESET")
        return self.answered(target, answer)

    def say(self, text: str) -> None:
        if not self.quiet:
            self.sys.err(text)

    # --- asking --------------------------------------------------------------------------------------------------
    def begin(self, exchange: Exchange, target: Target, url: str) -> None:
        addresses = [target.host] if is_address(target.host) else self.sys.resolve(target.host)
        if not self.busybox:
            shown = url if "://" in url else f"http://{url.rstrip('/')}/"
            self.say(f"--{strftime('%Y-%m-%d %H:%M:%S', self.sys.unix)}--  {shown}\n")
        if not addresses:
            if self.busybox:
                authority = (
                    target.host
                    if target.port in (80, 443) and f":{target.port}" not in url
                    else f"{target.host}:{target.port}"
                )
                raise refuse(self.sys, f"bad address '{authority}'")
            prefix = (
                f"Resolving {target.host} ({target.host})... failed: Name or service not known.\n"
                if not self.quiet
                else ""
            )
            raise Refused(f"{prefix}wget: unable to resolve host address '{target.host}'\n", 4)
        place = f"{addresses[0]}:{target.port}"
        if self.busybox:
            self.say(f"Connecting to {target.authority} ({place})\n")
        elif is_address(target.host):
            self.say(f"Connecting to {place}... ")
        else:
            self.say(
                f"Resolving {target.host} ({target.host})... {', '.join(addresses)}\nConnecting to {target.host} ({target.host})|{addresses[0]}|:{target.port}... "
            )
        exchange.begin(target, addresses[0], self.request(target), timeout=self.timeout())
        exchange.state["head_only"] = "spider" in self.options

    def timeout(self) -> int:
        if "T" in self.options:
            limit = duration(self.options.value("T"))
            if limit is None:
                raise refuse(self.sys, f"invalid number '{self.options.value('T')}'")
            return limit or BUSYBOX_TIMEOUT
        return BUSYBOX_TIMEOUT if self.busybox else GNU_TIMEOUT

    def request(self, target: Target) -> bytes:
        method = (
            "HEAD"
            if "spider" in self.options
            else "POST"
            if "post-data" in self.options
            else self.options.value("method", "GET").upper()
        )
        headers = [
            ("Host", target.authority),
            ("User-Agent", self.options.value("U", "Wget" if self.busybox else "Wget/1.21.3")),
        ]
        if not self.busybox:
            headers += [("Accept", "*/*"), ("Accept-Encoding", "identity")]
        headers += [
            (name.strip(), value.strip())
            for name, _, value in (text.partition(":") for text in self.options.values("header"))
        ]
        body = self.options.value("post-data").encode("utf-8", "surrogateescape")
        if body:
            headers += [("Content-Type", "application/x-www-form-urlencoded"), ("Content-Length", str(len(body)))]
        return render_request(method, target.path, [*headers, ("Connection", "close")], body)

    def failed(self, target: Target, ip: str, error: str) -> Refused:
        if error == "ETIME" and self.busybox:
            return refuse(self.sys, "download timed out")
        if self.busybox:
            if error == "ETIMEDOUT" and "T" in self.options:
                return refuse(self.sys, "download timed out")
            where = (
                "error getting response"
                if error == "ECONNRESET"
                else f"can't connect to remote host ({ip}): {STRERROR.get(error, error)}"
            )
            return refuse(self.sys, where)
        text = "" if self.quiet else f"failed: {STRERROR.get(error, 'Connection timed out')}.\n"
        return Refused(text, 4)

    # --- the answer ----------------------------------------------------------------------------------------------
    def answered(self, target: Target, answer: Answer) -> Step | None:
        status = answer.head.split(b"\r\n", 1)[0].decode("utf-8", "replace")
        if not self.busybox:
            self.say(
                f"connected.\nHTTP request sent, awaiting response... {'' if 'S' in self.options else status.partition(' ')[2]}\n"
            )
        if "S" in self.options:
            self.sys.err(
                "".join(f"  {line}\n" for line in answer.head.decode("utf-8", "replace").split("\r\n") if line)
            )
        if answer.code in (301, 302, 303, 307, 308) and answer.headers.get("location"):
            self.redirect(target, answer.headers["location"])
            return None
        if answer.code >= 400 or answer.code == 0:
            if self.busybox:
                raise refuse(self.sys, f"server returned error: {status}")
            raise Refused(
                f"{strftime('%Y-%m-%d %H:%M:%S', self.sys.unix)} ERROR {status.partition(' ')[2].replace(' ', ': ', 1)}.\n\n"
                if not self.quiet
                else "",
                8,
            )
        self.state |= {"at": self.state["at"] + 1, "url": "", "hops": 0}
        if "spider" in self.options:
            self.say("remote file exists\n" if self.busybox else "Remote file exists.\n\n")
            return None
        self.save(target, answer)
        return None

    def redirect(self, target: Target, location: str) -> None:
        self.state["hops"] += 1
        if self.state["hops"] > MOST_REDIRECTS:
            raise refuse(self.sys, "too many redirections")
        self.state["url"] = (
            location if "://" in location else f"{target.scheme}://{target.authority}/{location.lstrip('/')}"
        )

    def save(self, target: Target, answer: Answer) -> None:
        name = self.options.value("O") or (target.path.partition("?")[0].rpartition("/")[2] or "index.html")
        size = len(answer.body)
        if not self.busybox:
            kind = f" [{answer.headers['content-type'].partition(';')[0]}]" if "content-type" in answer.headers else ""
            self.say(f"Length: {size}{kind}\nSaving to: '{name if name != '-' else 'STDOUT'}'\n\n")
        if name == "-":
            self.sys.out(answer.body.decode("utf-8", "surrogateescape"))
        else:
            path = f"{self.options.value('P')}/{name}" if "P" in self.options and "O" not in self.options else name
            if self.busybox and "O" not in self.options and self.sys.exists(path):
                raise refuse(self.sys, f"can't open '{path}': File exists")
            try:
                self.sys.write_file(path, answer.body)
            except UnixError as error:
                raise refuse(
                    self.sys,
                    f"can't open '{path}': {error.message}" if self.busybox else f"{path}: {error.message}",
                    1 if self.busybox else 3,
                ) from None
        if self.busybox:
            self.say(f"saving to '{name}'\n" if name != "-" else "writing to stdout\n")
            self.say(f"{name[:20]:<20} 100% |{'*' * BAR}| {size:>5}  0:00:00 ETA\n")
            self.say(f"'{name}' saved\n" if name != "-" else "written to stdout\n")
        else:
            bar = f"{name[:19] if name != '-' else '-':<19} 100%[{'=' * 19}>] {size:>7}  --.-KB/s    in 0s\n\n"
            self.say(
                bar
                + f"{strftime('%Y-%m-%d %H:%M:%S', self.sys.unix)} ({size / 1000:.1f} MB/s) - '{name}' saved [{size}/{size}]\n\n"
            )


def main(sys: Sys, dialect: Dialect) -> Step:
    """Fetch."""
    options = parse(sys, dialect, RULES)
    if not options.words:
        if is_busybox(dialect):
            raise show_usage(sys, dialect, RULES)
        raise Refused("wget: missing URL\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n", 1)
    return Wget(sys, dialect, options).run()
