"""Values as Go's fmt prints them."""

import json
from typing import Any


def go_syntax(value: Any) -> str:
    """A value as Go's `%#v` prints it: `map[string]interface {}{"a":1}`."""
    if value is None:
        return "interface {}(nil)"
    if isinstance(value, dict):
        pairs = ", ".join(f"{go_syntax(key)}:{go_syntax(each)}" for key, each in sorted(value.items()))
        return f"map[string]interface {{}}{{{pairs}}}"
    if isinstance(value, list):
        return f"[]interface {{}}{{{', '.join(go_syntax(each) for each in value)}}}"
    return json.dumps(value, ensure_ascii=False)


def go_text(value: Any, missing: str = "<nil>") -> str:
    """A value as Go's `%v` (and `%+v`) prints it: `map[a:1 b:[x y]]`."""
    if value is None:
        return missing
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "map[" + " ".join(f"{key}:{go_text(each)}" for key, each in sorted(value.items())) + "]"
    if isinstance(value, list):
        return "[" + " ".join(go_text(each) for each in value) + "]"
    return str(value)
