"""Runs what a container's lifecycle asks for after its start and before its end (pkg/kubelet/lifecycle/handlers.go)."""

from simulator.api.requests import Obj
from simulator.kernel.units import HOUR
from simulator.kubelet import handlers
from simulator.kubelet.attempts import Attempt, Outcome, Target
from simulator.kubelet.deps import Deps, Worker
from simulator.kubelet.naming import described, quoted

AGENT = "kube-lifecycle/1.36"
FOREVER = 24 * 365 * HOUR  # a hook after the start may take as long as it likes


def handler_of(container: Obj, moment: str) -> Obj | None:
    """The handler for `postStart` or `preStop`, if there is one."""
    found: Obj | None = (container.get("lifecycle") or {}).get(moment)
    return found or None


def begin(deps: Deps, worker: Worker, id: str, container: Obj, moment: str, timeout: int, ip: str) -> Attempt | Outcome:
    """Run the hook; see handlers.begin."""
    about = {"namespace": worker["namespace"], "pod": worker["name"], "container": container["name"], "hook": moment}
    handler = handler_of(container, moment) or {}
    if handlers.kind_of(handler) in ("tcpSocket", ""):
        begun: Attempt | Outcome = Outcome("error", "invalid handler: neither exec, httpGet nor sleep")
    else:
        begun = handlers.begin(deps, worker, Target(id, container, ip, AGENT), handler, timeout)
    deps.world.tell("hook", **about, outcome="begun")
    if isinstance(begun, Outcome):
        deps.world.tell("hook", **about, outcome=begun.state)
        return begun
    return begun | {"about": about}


def abandon(deps: Deps, attempt: Attempt) -> None:
    """The container has ended before its hook."""
    handlers.abandon(deps, attempt)
    deps.world.tell("hook", **attempt["about"], outcome="abandoned")


def failure_message(pod: Obj, container: Obj, moment: str, outcome: Outcome) -> str:
    """What the status says of a hook that failed."""
    handler = handler_of(container, moment) or {}
    about = f"for Container {quoted(container['name'])} in Pod {quoted(described(pod))} failed"
    if action := handler.get("exec"):
        command = " ".join(action.get("command") or ())
        return f"Exec lifecycle hook ([{command}]) {about} - error: {outcome.text}, message: {quoted(outcome.output)}"
    if action := handler.get("httpGet"):
        return f"HTTP lifecycle hook ({action.get('path', '')}) {about} - error: {outcome.text}"
    return f"Sleep lifecycle hook ({(handler.get('sleep') or {}).get('seconds', 0)}) {about} - error: {outcome.text}"


def poll(deps: Deps, attempt: Attempt) -> Outcome | None:
    """See handlers.poll. A hook over HTTP has done its duty with any answer."""
    outcome = handlers.poll(deps, attempt)
    if outcome and outcome.text.startswith("HTTP probe failed with statuscode"):
        outcome = Outcome("success", "")
    if outcome and "about" in attempt:
        deps.world.tell("hook", **attempt["about"], outcome=outcome.state)
    return outcome
