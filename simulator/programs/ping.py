"""ping: is somebody there (busybox networking/ping.c; iputils ping)."""

from typing import Any

from simulator.kernel.units import SECOND
from simulator.programs.lookups import is_address
from simulator.programs.options import Dialect, Refused, grammar, is_busybox, parse, refuse, show_usage
from simulator.programs.sleep import duration
from simulator.runtime.syscalls import Step, Sys, UnixError, Wait

RULES = grammar("c:i:W:w:s:qnt:I:46AdfvO", usage="[OPTIONS] HOST", other="pRrLTUbBaDhM")
# A port on which nobody listens: whether the host is there is told by its refusal.
NOBODY = 1
LOST = 10 * SECOND
ROUND_TRIPS = (1823, 211, 187, 203, 224, 196, 209, 218)
LOCAL_TRIPS = (61, 48, 52, 45, 55, 50, 47, 53)


class Ping:
    """State: `ip`, `sent`, `times` (microseconds), `next`, `probe` (a connection being tried), `until`."""

    def __init__(self, sys: Sys, dialect: Dialect, options: Any) -> None:
        self.sys = sys
        self.busybox = is_busybox(dialect)
        self.options = options
        self.host = options.words[-1]
        self.state: dict[str, Any] = sys.state.setdefault("ping", {})
        self.count = int(options.value("c")[:9]) if options.value("c").isdecimal() else 0
        self.interval = duration(options.value("i", "1")) or SECOND
        self.size = int(options.value("s", "56")[:5]) if options.value("s", "56").isdecimal() else 56

    def begin(self) -> None:
        addresses = [self.host] if is_address(self.host) else self.sys.resolve(self.host)
        if not addresses:
            raise (
                refuse(self.sys, f"bad address '{self.host}'")
                if self.busybox
                else Refused(f"ping: {self.host}: Name or service not known\n", 2)
            )
        ip = addresses[0]
        self.state |= {
            "ip": ip,
            "sent": 0,
            "times": [],
            "next": self.sys.now,
            "probe": -1,
            "lost": -1,
        }
        limit = duration(self.options.value("w")) if "w" in self.options else None
        self.state["until"] = self.sys.now + limit if limit else None
        self.sys.catch("INT")
        tail = f"{self.size} data bytes" if self.busybox else f"{self.size}({self.size + 28}) bytes of data."
        self.sys.out(f"PING {self.host} ({ip}): {tail}\n" if self.busybox else f"PING {self.host} ({ip}) {tail}\n")

    def step(self) -> Step:
        """Send, hear, wait."""
        state = self.state
        if not state:
            self.begin()
        if self.sys.take_signal():
            return self.end()
        if state["probe"] >= 0:
            heard = self.hear()
            if heard is not None:
                return heard
        if self.count and state["sent"] >= self.count and state["probe"] < 0:
            if len(state["times"]) < self.count and self.sys.now < state["lost"]:
                return Wait(until=state["lost"])
            return self.end()
        if state["until"] is not None and self.sys.now >= state["until"]:
            return self.end()
        if self.sys.now < state["next"]:
            return Wait(until=state["next"])
        return self.send()

    def send(self) -> Step:
        state = self.state
        state["sent"] += 1
        state["next"] = self.sys.now + self.interval
        wait = duration(self.options.value("W")) if "W" in self.options else LOST
        state["lost"] = self.sys.now + (wait or LOST)
        try:
            state["probe"] = self.sys.connect(state["ip"], NOBODY)
        except UnixError as error:
            return self.answered(error)
        heard = self.hear()
        return heard if heard is not None else Wait(until=self.sys.now)

    def hear(self) -> Step | None:
        """Whether the probe has come back: a refusal, like an acceptance, means that somebody is there."""
        state = self.state
        try:
            if not self.sys.connected(state["probe"]):
                last = bool(self.count) and state["sent"] >= self.count
                until = state["lost"] if last else min(state["next"], state["lost"])
                if self.sys.now >= until:
                    self.forget()
                    return None
                return Wait(
                    writable=(state["probe"],), until=until if state["until"] is None else min(until, state["until"])
                )
        except UnixError as error:
            self.forget()
            return self.answered(error)
        self.forget()
        return self.answered(None)

    def forget(self) -> None:
        self.sys.close(self.state["probe"])
        self.state["probe"] = -1

    def answered(self, error: UnixError | None) -> Step:
        state = self.state
        if error is None or error.name == "ECONNREFUSED":
            self.show()
        elif error.name == "ENETUNREACH":
            raise refuse(
                self.sys,
                "sendto: Network is unreachable" if self.busybox else "connect: Network is unreachable",
                1 if self.busybox else 2,
            )
        elif error.name == "EHOSTUNREACH" and not self.busybox:
            source = next((face.ip for face in self.sys.interfaces() if face.name != "lo"), "")
            self.sys.out(f"From {source} icmp_seq={state['sent']} Destination Host Unreachable\n")
        return Wait(until=self.sys.now)

    def show(self) -> None:
        state = self.state
        local = any(face.ip == state["ip"] for face in self.sys.interfaces())
        trip = (
            (LOCAL_TRIPS if local else ROUND_TRIPS)[(state["sent"] - 1) % len(ROUND_TRIPS)]
            if state["sent"] == 1 or local
            else ROUND_TRIPS[1 + (state["sent"] - 2) % (len(ROUND_TRIPS) - 1)]
        )
        state["times"].append(trip)
        if len(state["times"]) > 100_000:
            state["times"] = state["times"][-1000:]
        if "q" in self.options:
            return
        ttl = 64 if local else 62
        if self.busybox:
            self.sys.out(
                f"{self.size + 8} bytes from {state['ip']}: seq={state['sent'] - 1} ttl={ttl} time={milliseconds(trip)} ms\n"
            )
        else:
            place = state["ip"] if is_address(self.host) else f"{self.host} ({state['ip']})"
            self.sys.out(
                f"{self.size + 8} bytes from {place}: icmp_seq={state['sent']} ttl={ttl} time={rounded(trip)} ms\n"
            )

    def sending(self) -> int:
        """Milliseconds from the first question to the last, one a second."""
        gaps = max(int(self.state["sent"]) - 1, 0)
        return gaps * 1000 + min(gaps, 1)

    def end(self) -> int:
        state = self.state
        sent, times = state["sent"], state["times"]
        loss = (sent - len(times)) * 100 // max(sent, 1)
        self.sys.out(f"\n--- {self.host} ping statistics ---\n")
        if self.busybox:
            self.sys.out(f"{sent} packets transmitted, {len(times)} packets received, {loss}% packet loss\n")
        else:
            self.sys.out(
                f"{sent} packets transmitted, {len(times)} received, {loss}% packet loss, time {self.sending()}ms\n"
            )
        if times:
            least, most, mean = min(times), max(times), sum(times) // len(times)
            if self.busybox:
                self.sys.out(
                    f"round-trip min/avg/max = {milliseconds(least)}/{milliseconds(mean)}/{milliseconds(most)} ms\n"
                )
            else:
                spread = sum(abs(time - mean) for time in times) // len(times)
                self.sys.out(
                    f"rtt min/avg/max/mdev = {milliseconds(least)}/{milliseconds(mean)}/{milliseconds(most)}/{milliseconds(spread)} ms\n"
                )
        return 0 if times else 1


def milliseconds(time: int) -> str:
    """`0.211`."""
    return f"{time // 1000}.{time % 1000:03}"


def rounded(time: int) -> str:
    """As iputils rounds: three digits."""
    return f"{time / 1000:.3f}" if time < 1000 else f"{time / 1000:.2f}"


def main(sys: Sys, dialect: Dialect) -> Step:
    """Ask whether a host is there."""
    options = parse(sys, dialect, RULES)
    if not options.words:
        raise (
            show_usage(sys, dialect, RULES)
            if is_busybox(dialect)
            else Refused("ping: usage error: Destination address required\n", 2)
        )
    if "c" in options and not options.value("c").isdecimal():
        raise refuse(
            sys,
            f"invalid number '{options.value('c')}'"
            if is_busybox(dialect)
            else f"invalid argument: '{options.value('c')}'",
        )
    return Ping(sys, dialect, options).step()


def traceroute(sys: Sys, dialect: Dialect) -> Step:
    """The way to a host: refused, since the simulated network has no hops."""
    raise refuse(sys, "not simulated here: the hops of the network (ping tells whether somebody is there)")
