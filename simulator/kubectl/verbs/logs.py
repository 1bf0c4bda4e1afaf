"""`kubectl logs`: what containers have written, and what they go on to write (models kubectl/pkg/cmd/logs)."""

from typing import Any

from simulator.api import timestamps
from simulator.api.resources import RESOURCES
from simulator.kubectl import podchoice
from simulator.kubectl.cli import ONE_SELECTOR, Command
from simulator.kubectl.failures import Failure, ServerFailure, UsageFailure
from simulator.kubectl.flags import declare
from simulator.kubectl.infos import Info, info_of, items
from simulator.kubectl.selection import none_found
from simulator.kubectl.session import Obj, Session
from simulator.runtime.relay import write_all
from simulator.runtime.syscalls import Step, Wait

PODS = RESOURCES["pods"]
USAGE = "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command"
SELECTED_TAIL = 10
FLAG_PARAMETERS = (("follow", "follow"), ("previous", "previous"), ("timestamps", "timestamps"))
MAX_READS = 64


def run(session: Session) -> Step:
    """Print the logs; with -f, go on until the containers have ended."""
    if "streams" in session.state:
        return _relay(session)
    _check(session)
    sources = _sources(session)
    most = int(session.flag("max-log-requests"))
    if session.flag("follow") and len(sources) > most:
        raise Failure(
            f"you are attempting to follow {len(sources)} log streams, but maximum allowed concurrency is {most}, "
            "use --max-log-requests to increase the limit"
        )
    if not session.flag("follow"):
        for pod, container in sources:
            _print_whole(session, pod, container)
        return 0
    session.state["streams"] = [_opened(session, pod, container) for pod, container in sources]
    return _relay(session)


def _check(session: Session) -> None:
    """What the real client looks at before it asks anybody."""
    if int(session.flag("tail")) < -1:
        raise Failure("--tail must be greater than or equal to -1")
    if int(session.flag("limit-bytes")) < 0:
        raise Failure("--limit-bytes must be greater than 0")
    if session.flag("since") < 0:
        raise Failure("--since must be greater than 0")
    if session.flag("since") and session.flag("since-time"):
        raise Failure("at most one of `sinceTime` or `sinceSeconds` may be specified")
    if session.flag("since-time"):
        try:
            timestamps.parse(str(session.flag("since-time")))
        except timestamps.BadTime as error:
            raise Failure(str(error)) from None


def _sources(session: Session) -> list[tuple[Obj, str]]:
    """Pods and containers whose logs are wanted."""
    args, selector = session.args, str(session.flag("selector") or "")
    if not args and not selector:
        raise UsageFailure(USAGE, f"See '{session.path} -h' for help and examples")
    if args and selector:
        hint = f"See '{session.path} -h' for help and examples"
        raise UsageFailure("only a selector (-l) or a POD name is allowed", hint)
    if len(args) > 2:
        raise UsageFailure(USAGE, f"See '{session.path} -h' for help and examples")
    if session.flag("all-containers") and session.flag("container"):
        raise Failure(
            "--all-containers=true should not be specified with container name " + str(session.flag("container"))
        )
    if selector:
        return [(pod, name) for pod in _selected(session, selector) for name in _containers(session, pod, "")]
    word = args[1] if len(args) == 2 else ""
    if session.flag("all-pods"):
        pods = podchoice.pods_of(session, args[0])
        return [(pod, name) for pod in pods for name in _containers(session, pod, word)]
    pod = _pod(session, args[0])
    return [(pod, name) for name in _containers(session, pod, word)]


def _selected(session: Session, selector: str) -> list[Obj]:
    body = session.list(PODS, session.namespace, query={"labelSelector": selector})
    pods = items(PODS, body)
    if not pods:
        session.err(none_found(session))
    return pods


def _pod(session: Session, word: str) -> Obj:
    try:
        return podchoice.pod_of(session, word, session.err)
    except ServerFailure as failure:
        if failure.reason != "NotFound":
            raise
        text = f'error from server (NotFound): {failure.message} in namespace "{session.namespace}"'
        raise Failure(text) from None


def _containers(session: Session, pod: Obj, word: str) -> list[str]:
    wanted = str(session.flag("container") or word)
    if session.flag("all-containers"):
        return [name for _, name in podchoice.containers(pod)]
    if wanted:
        return [podchoice.known(pod, wanted)]
    return [podchoice.container_for_logs(session, pod, quiet=bool(session.flag("all-pods")))]


def _query(session: Session, container: str) -> dict[str, str]:
    query = {"container": container}
    query |= {parameter: "true" for flag, parameter in FLAG_PARAMETERS if session.flag(flag)}
    tail = int(session.flag("tail"))
    if tail < 0 and session.flag("selector") and not session.given("tail"):
        tail = SELECTED_TAIL
    if tail >= 0:
        query["tailLines"] = str(tail)
    if session.flag("since"):
        query["sinceSeconds"] = str(-(-int(session.flag("since")) // 1_000_000))
    if session.flag("since-time"):
        query["sinceTime"] = str(session.flag("since-time"))
    if session.flag("limit-bytes"):
        query["limitBytes"] = str(session.flag("limit-bytes"))
    return query


def _prefix(session: Session, pod: Obj, container: str) -> str:
    return f"[pod/{pod['metadata']['name']}/{container}] " if session.flag("prefix") or session.flag("all-pods") else ""


def _print_whole(session: Session, pod: Obj, container: str) -> None:
    info = info_of(PODS, pod)
    request = session.request(
        "connect", PODS, info.namespace, info.name, subresource="log", query=_query(session, container)
    )
    try:
        text = session.call(request)
    except ServerFailure as failure:
        if not session.flag("ignore-errors"):
            raise
        session.err(f"error: {failure.text}")
        return
    text = text.decode(errors="replace") if isinstance(text, bytes) else str(text or "")
    session.out(_prefixed(text, _prefix(session, pod, container)))


def _prefixed(text: str, prefix: str) -> str:
    return "".join(prefix + line for line in text.splitlines(keepends=True)) if prefix else text


def _opened(session: Session, pod: Obj, container: str) -> dict[str, Any]:
    info: Info = info_of(PODS, pod)
    request = session.request(
        "connect", PODS, info.namespace, info.name, subresource="log", query=_query(session, container)
    )
    return {"fd": session.open(request)["stdout"], "prefix": _prefix(session, pod, container), "rest": b""}


def _relay(session: Session) -> Step:
    """Pass on what has come from each stream; 0 when all have ended."""
    streams = session.state["streams"]
    for stream in streams:
        for _ in range(MAX_READS):
            data = session.sys.read(stream["fd"])
            if data is None:
                break
            if not data:
                session.sys.close(stream["fd"])
                stream["fd"] = -1
                break
            _pass_on(session, stream, data)
    session.state["streams"] = [stream for stream in streams if stream["fd"] >= 0]
    waiting = tuple(stream["fd"] for stream in session.state["streams"])
    return Wait(readable=waiting) if waiting else 0


def _pass_on(session: Session, stream: dict[str, Any], data: bytes) -> None:
    if not stream["prefix"]:
        write_all(session.sys, 1, data)
        return
    *lines, stream["rest"] = (stream["rest"] + data).split(b"\n")
    session.out("".join(f"{stream['prefix']}{line.decode(errors='replace')}\n" for line in lines))


COMMAND = Command(
    "logs",
    "Print the logs for a container in a pod",
    run,
    "[-f] [-p] (POD | TYPE/NAME) [-c CONTAINER] [options]",
    declare(
        "--all-containers=false --all-pods=false -c --container= -f --follow=false --ignore-errors=false",
        "--insecure-skip-tls-verify-backend=false --limit-bytes=0 --max-log-requests=5 --pod-running-timeout=20s --prefix=false",
        "-p --previous=false --since=0s --since-time= --tail=-1 --timestamps=false",
        ONE_SELECTOR,
    ),
    group="Troubleshooting and Debugging Commands",
)
