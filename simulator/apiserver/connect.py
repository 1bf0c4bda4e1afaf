"""Requests that end at a kubelet: logs, exec, attach, port-forward (pkg/registry/core/pod/rest/{log,subresources}.go).

What passes is answered with an `upgrade` for the gateway: kind, node, namespace, pod, container, and the options:
log: follow, previous, timestamps (bool), tailLines, limitBytes, sinceSeconds (whole numbers or None), sinceTime (text);
exec: command (list), stdin, stdout, stderr, tty (bool); attach: the same without command; portforward: ports (list).
"""

from collections.abc import Callable
from typing import Any

from simulator.api.errors import BadRequest, Invalid
from simulator.api.requests import Request, Response
from simulator.apiserver.backend import Backend

Obj = dict[str, Any]
DIGITS = 18


def _names(pod: Obj, kind: str) -> list[str]:
    return [each["name"] for each in pod["spec"].get(kind) or ()]


def chosen_container(pod: Obj, asked: str, *, stream: bool) -> str:
    """The container that is meant; raises BadRequest if it is not said, or there is none of that name."""
    ordinary, first, extra = (_names(pod, kind) for kind in ("containers", "initContainers", "ephemeralContainers"))
    name = pod["metadata"]["name"]
    if asked:
        if asked not in (*ordinary, *first, *extra):
            raise BadRequest(f"container {asked} is not valid for pod {name}")
        return asked
    if len(ordinary) == 1 and (stream or not first) and (stream or not extra):
        return ordinary[0]
    if not ordinary:
        raise BadRequest(f"a container name must be specified for pod {name}")
    text = f"a container name must be specified for pod {name}, choose one of: [{' '.join(ordinary)}]"
    if first:
        text += f" or one of the init containers: [{' '.join(first)}]"
    if extra:
        text += f" or one of the ephemeral containers: [{' '.join(extra)}]"
    raise BadRequest(text)


def _target(pod: Obj, kind: str, container: str) -> Obj:
    metadata = pod["metadata"]
    address = {"namespace": metadata["namespace"], "pod": metadata["name"], "container": container}
    return {"kind": kind, "node": pod["spec"].get("nodeName", ""), **address, "uid": metadata["uid"]}


def _whole(request: Request, name: str, *, least: int = 0) -> int | None:
    text = request.option(name)
    if not text:
        return None
    if not text.lstrip("-").isdigit() or len(text) > DIGITS:
        raise BadRequest(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    if int(text) < least:
        bound = f"must be greater than {least - 1}" if least else "must be greater than or equal to 0"
        raise Invalid(f'PodLogOptions "{request.name}" is invalid: {name}: Invalid value: {text}: {bound}')
    return int(text)


def log(backend: Backend, request: Request) -> Response:
    """What the kubelet shall read of a container's log; nothing for a Pod that no node has yet."""
    pod = backend.get("pods", request.namespace, request.name)
    options: Obj = {name: request.flag(name) for name in ("follow", "previous", "timestamps")}
    options |= {name: _whole(request, name, least=least) for name, least in LOG_NUMBERS}
    options["sinceTime"] = request.option("sinceTime")
    if options["sinceTime"] and options["sinceSeconds"] is not None:
        path = f'PodLogOptions "{request.name}" is invalid: sinceSeconds'
        raise Invalid(f"{path}: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified")
    container = chosen_container(pod, request.option("container"), stream=False)
    if not pod["spec"].get("nodeName"):
        return Response(200, "")
    return Response(200, None, upgrade=_target(pod, "log", container) | options)


LOG_NUMBERS = (("tailLines", 0), ("limitBytes", 1), ("sinceSeconds", 1))


def _streaming(kind: str) -> Callable[[Backend, Request], Response]:
    def connect(backend: Backend, request: Request) -> Response:
        pod = backend.get("pods", request.namespace, request.name)
        container = chosen_container(pod, request.option("container"), stream=True)
        _check_host(pod)
        options: Obj = {name: request.flag(name) for name in ("stdin", "stdout", "stderr", "tty")}
        if kind == "exec":
            options["command"] = list(request.query.get("command", ()))
            if not options["command"]:
                raise Invalid(f'PodExecOptions "{request.name}" is invalid: command: Required value')
        return Response(101, None, upgrade=_target(pod, kind, container) | options)

    return connect


def _check_host(pod: Obj) -> None:
    if not pod["spec"].get("nodeName"):
        raise BadRequest(f"pod {pod['metadata']['name']} does not have a host assigned")


def port_forward(backend: Backend, request: Request) -> Response:
    """Connections to ports of a Pod."""
    pod = backend.get("pods", request.namespace, request.name)
    _check_host(pod)
    ports = [int(text[:5]) for text in request.query.get("ports", ()) if text.isdigit()]
    return Response(101, None, upgrade=_target(pod, "portforward", "") | {"ports": ports})


CONNECTORS: dict[str, Callable[[Backend, Request], Response]] = {
    "log": log,
    "exec": _streaming("exec"),
    "attach": _streaming("attach"),
    "portforward": port_forward,
}
