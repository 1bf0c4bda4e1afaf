"""`$(NAME)` in commands, arguments and values (k8s.io/kubernetes/third_party/forked/golang/expansion)."""

from collections.abc import Mapping


def expand(text: str, values: Mapping[str, str]) -> str:
    """*text* with each `$(NAME)` replaced that *values* knows; `$$` is a dollar sign, what is unknown stays as it is."""
    if "$" not in text:
        return text
    parts: list[str] = []
    at = 0
    while (dollar := text.find("$", at)) >= 0 and dollar + 1 < len(text):
        parts.append(text[at:dollar])
        piece, at = reference(text, dollar, values)
        parts.append(piece)
    return "".join(parts) + text[at:]


def reference(text: str, dollar: int, values: Mapping[str, str]) -> tuple[str, int]:
    """What stands at *dollar*, and where to go on."""
    follows = text[dollar + 1]
    if follows == "$":
        return "$", dollar + 2
    if follows != "(":
        return text[dollar : dollar + 2], dollar + 2
    end = text.find(")", dollar)
    if end < 0:
        return "$(", dollar + 2
    name = text[dollar + 2 : end]
    return values.get(name, f"$({name})"), end + 1
