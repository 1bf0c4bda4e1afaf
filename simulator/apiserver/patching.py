"""What is said of a patch that does not fit its object (models apiserver/pkg/endpoints/handlers/patch.go and runtime/converter.go)."""

import json
import re
from typing import Any

from simulator.api import field
from simulator.api.errors import BadRequest, Invalid
from simulator.api.go_text import go_text

# What a JSON decoder says, and what the converter from a map, that a strategic merge patch goes through, says instead.
CANNOT = re.compile(r"json: cannot unmarshal (string|number|bool|object|array) into Go .* of type (\S+)$")
KINDS = {"number": "int64", "object": "map", "array": "slice"}
PLAIN = re.compile(r"u?int\d*|float\d+|string|bool")


def refusal(error: BadRequest, kind: str, patch: Any, patched: dict[str, Any]) -> Invalid:
    """The error for an object that a patch of some *kind* has made unreadable."""
    text = error.message.partition(" cannot be handled as a ")[2].partition(": ")[2] or error.message
    if kind == "strategic":
        shown, text = go_text(patch), converted(text)
    else:
        shown = json.dumps(patched, separators=(",", ":"), ensure_ascii=False)
    wrong = [field.invalid("patch", shown, text)]
    return Invalid(f' "" is invalid: {field.message(wrong)}', details={"causes": field.causes(wrong)})


def converted(text: str) -> str:
    """What the converter says in the place of a JSON decoder; other texts as they are."""
    found = CANNOT.match(text)
    if found is None:
        return text
    given, wanted = KINDS.get(found[1], found[1]), found[2]
    if wanted.startswith("[]"):
        return f"cannot restore slice from {given}"
    if wanted.startswith("map["):
        return f"cannot restore map from {given}"
    if not PLAIN.fullmatch(wanted):
        return f"cannot restore struct from: {given}"
    return (
        f"cannot convert {given} to string"
        if (given, wanted) == ("int64", "string")
        else f"unrecognized type: {wanted}"
    )
