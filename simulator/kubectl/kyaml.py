"""KYAML: YAML that looks like JSON with bare keys (models sigs.k8s.io/yaml/kyaml)."""

import json
import re
from typing import Any

BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
TAKEN = ("true", "false", "null", "yes", "no", "on", "off", "y", "n")


def dump(value: Any) -> str:
    """A value as a document of KYAML."""
    return f"---\n{_value(value, 0)}\n"


def _value(value: Any, level: int) -> str:
    inner, outer = "  " * (level + 1), "  " * level
    if isinstance(value, dict) and value:
        fields = "".join(f"{inner}{_key(key)}: {_value(each, level + 1)},\n" for key, each in sorted(value.items()))
        return f"{{\n{fields}{outer}}}"
    if isinstance(value, list) and value:
        if all(isinstance(each, dict) and each for each in value):
            return "[" + ", ".join(_value(each, level) for each in value) + "]"
        return "[\n" + "".join(f"{inner}{_value(each, level + 1)},\n" for each in value) + f"{outer}]"
    return json.dumps(value, ensure_ascii=False)


def _key(key: str) -> str:
    return key if BARE.fullmatch(key) and key.lower() not in TAKEN else json.dumps(key, ensure_ascii=False)
