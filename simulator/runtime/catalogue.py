"""The base trees that hosts and containers stand on, compiled once from the YAML files beside this module."""

from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from simulator.runtime.basetree import compile_tree
from simulator.runtime.trees import NO_BASE, Base

PACKAGE = files("simulator.runtime")


@lru_cache(maxsize=256)
def load(name: str) -> dict[str, Any]:
    """A YAML file of this package, such as `host.yaml`."""
    found: dict[str, Any] = yaml.safe_load(PACKAGE.joinpath(name).read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=256)
def base_tree(key: str) -> Base:
    """The tree with this key: empty, or `host`."""
    if not key:
        return NO_BASE
    return compile_tree(load("host.yaml"))
