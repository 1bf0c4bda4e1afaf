"""Rules for probes and hooks (validateProbe, validateHandler in pkg/apis/core/validation)."""

from collections.abc import Callable

from simulator.api import field
from simulator.apiserver.validation.common import Errors, Obj, not_negative, one_of, port_number, port_or_name

NO_HANDLER = "must specify a handler type"
TWO_HANDLERS = "may not specify more than 1 handler type"
NUMBERS = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")
MAX_HEADERS_TEXT = "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')"


def _exec(path: str, action: Obj) -> Errors:
    return [] if action.get("command") else [field.required(f"{path}.command")]


def _http(path: str, action: Obj) -> Errors:
    errors = [] if action.get("path") else [field.required(f"{path}.path")]
    errors += port_or_name(f"{path}.port", action.get("port"))
    errors += one_of(f"{path}.scheme", action.get("scheme"), ("HTTP", "HTTPS"))
    for header in action.get("httpHeaders") or ():
        name = header.get("name", "")
        if not name or not all(char.isascii() and (char.isalnum() or char == "-") for char in name):
            errors.append(field.invalid(f"{path}.httpHeaders", name, MAX_HEADERS_TEXT))
    return errors


def _tcp(path: str, action: Obj) -> Errors:
    return port_or_name(f"{path}.port", action.get("port"))


def _grpc(path: str, action: Obj) -> Errors:
    return port_number(f"{path}.port", action.get("port") or 0)


def _sleep(grace: int) -> Callable[[str, Obj], Errors]:
    def check(path: str, action: Obj) -> Errors:
        seconds = action.get("seconds", 0)
        if 0 <= seconds <= grace:
            return []
        text = f"must be non-negative and less than terminationGracePeriodSeconds ({grace})"
        return [field.invalid(path, seconds, text)]

    return check


Kinds = tuple[tuple[str, Callable[[str, Obj], Errors]], ...]
PROBES: Kinds = (("exec", _exec), ("httpGet", _http), ("tcpSocket", _tcp), ("grpc", _grpc))
HOOKS: Kinds = (("exec", _exec), ("httpGet", _http), ("tcpSocket", _tcp))


def _handler(path: str, holder: Obj, kinds: Kinds) -> Errors:
    errors: Errors = []
    found = 0
    for name, check in kinds:
        if holder.get(name) is None:
            continue
        found += 1
        inner = f"{path}.{name}"
        errors += check(inner, holder[name]) if found == 1 else [field.forbidden(inner, TWO_HANDLERS)]
    return errors if found else [field.required(path, NO_HANDLER)]


def probe(path: str, value: Obj | None, kind: str) -> Errors:
    """What is wrong with a probe; *kind* is its field's name."""
    if not value and value != {}:
        return []
    errors = _handler(path, value, PROBES) + not_negative(path, value, *NUMBERS)
    grace = value.get("terminationGracePeriodSeconds")
    if grace is not None and grace <= 0:
        errors.append(field.invalid(f"{path}.terminationGracePeriodSeconds", grace, "must be greater than 0"))
    if kind == "readinessProbe" and grace is not None:
        errors.append(
            field.invalid(f"{path}.terminationGracePeriodSeconds", grace, "must not be set for readinessProbes")
        )
    if kind != "readinessProbe" and value.get("successThreshold", 1) != 1:
        errors.append(field.invalid(f"{path}.successThreshold", value["successThreshold"], "must be 1"))
    return errors


def lifecycle(path: str, value: Obj | None, grace: int) -> Errors:
    """What is wrong with the hooks of a container in a Pod with so many seconds of grace."""
    errors: Errors = []
    kinds = (*HOOKS, ("sleep", _sleep(grace)))
    for hook in ("postStart", "preStop"):
        if (value or {}).get(hook) is not None:
            errors += _handler(f"{path}.{hook}", (value or {})[hook], kinds)
    return errors
