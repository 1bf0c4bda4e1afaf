"""`$(NAME)` in commands, arguments and values (k8s.io/kubernetes/third_party/forked/golang/expansion)."""

from collections.abc import Callable, Iterable, Mapping

from simulator.kubelet.config_error import ConfigError

# No program could be started with more (E2BIG); a few variables made of one another could stand for more than any memory.
LONGEST = 1 << 20
TOO_LONG = "not simulated here: commands and variables of more than 1 MiB after expansion"


def expand(text: str, values: Mapping[str, str]) -> str:
    """*text* with each `$(NAME)` replaced that *values* knows; `$$` is a dollar sign, what is unknown stays as it is.

    Raises ConfigError if it grows too long."""
    return replaced(text, lambda name: values.get(name, f"$({name})"))


def expand_path(text: str, values: Mapping[str, str]) -> str:
    """A `subPathExpr` with each `$(NAME)` replaced; raises ConfigError where one has no value (ExpandContainerVolumeMounts)."""
    missing: set[str] = set()

    def known(name: str) -> str:
        if not values.get(name):
            missing.add(name)
        return values.get(name, "")

    path = replaced(text, known)
    if missing:
        raise ConfigError(f"missing value for {', '.join(sorted(missing))}")
    return path


def replaced(text: str, value: Callable[[str], str]) -> str:
    """*text* with each `$(NAME)` replaced by what *value* says of the name; raises ConfigError if it grows too long."""
    if "$" not in text:
        return text
    parts: list[str] = []
    at = 0
    size = len(text)
    while (dollar := text.find("$", at)) >= 0 and dollar + 1 < len(text):
        parts.append(text[at:dollar])
        piece, at = reference(text, dollar, value)
        parts.append(piece)
        size += len(piece)
        if size > LONGEST:
            raise ConfigError(TOO_LONG)
    return "".join(parts) + text[at:]


def expand_all(texts: Iterable[str], values: Mapping[str, str]) -> tuple[str, ...]:
    """All *texts* expanded; raises ConfigError if they grow too long together."""
    found: list[str] = []
    size = 0
    for text in texts:
        found.append(expand(text, values))
        size += len(found[-1])
        if size > 2 * LONGEST:
            raise ConfigError(TOO_LONG)
    return tuple(found)


def reference(text: str, dollar: int, value: Callable[[str], str]) -> tuple[str, int]:
    """What stands at *dollar*, and where to go on."""
    follows = text[dollar + 1]
    if follows == "$":
        return "$", dollar + 2
    if follows != "(":
        return text[dollar : dollar + 2], dollar + 2
    end = text.find(")", dollar)
    if end < 0:
        return "$(", dollar + 2
    return value(text[dollar + 2 : end]), end + 1
