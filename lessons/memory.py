"""What a lesson remembers of what happened: which of its checks were true at some moment.

The memory of a check is a plain value that is kept with the learner's progress: True once it has come true; for `then` the
number of parts that have come true; for `all` and `any` a list with the memory of each part.
"""

from typing import Any

from lessons.checks import PAST, Check, happened, holds, kind, remembers
from simulator.lab import Change, Lab


def noted(check: Check, memory: Any, change: Change, lab: Lab, host: str) -> Any:
    """The memory of *check* after *change*."""
    if memory is True or not remembers(check):
        return memory
    match kind(check):
        case "then":
            return then_noted(check, memory or 0, change)
        case "all" | "any" as name:
            parts = memory if isinstance(memory, list) else [None] * len(check[name])
            after = [
                noted(part, part_memory, change, lab, host)
                for part, part_memory in zip(check[name], parts, strict=True)
            ]
            return after if not check.get("ever") else settled(check, after, lab, host)
    return True if happened(check, change) else memory


def settled(check: Check, memory: list[Any], lab: Lab, host: str) -> Any:
    """True where an `all` or `any` that is to be true at some moment is true at this one."""
    name = kind(check)
    truths = (fulfilled(part, part_memory, lab, host) for part, part_memory in zip(check[name], memory, strict=True))
    return True if (all(truths) if name == "all" else any(truths)) else memory


def then_noted(check: Check, reached: int, change: Change) -> Any:
    """How far a sequence has come: True at its end, 0 again where something came in between that must not."""
    parts: list[Check] = check["then"]
    if reached < len(parts) and happened(parts[reached], change):
        reached += 1
    elif reached and "without" in check and happened(check["without"], change):
        reached = 0
    return True if reached == len(parts) else reached


def fulfilled(check: Check, memory: Any, lab: Lab, host: str) -> bool:
    """Whether *check* counts as passed: by what is remembered, or by what is so now."""
    if memory is True:
        return True
    name = kind(check)
    if name in ("all", "any"):
        parts = memory if isinstance(memory, list) else [None] * len(check[name])
        # One after the other, and none in vain: a page is asked for only if what is written before it is so.
        truths = (fulfilled(part, part_memory, lab, host) for part, part_memory in zip(check[name], parts, strict=True))
        return all(truths) if name == "all" else any(truths)
    return name not in PAST and holds(check, lab, host)
