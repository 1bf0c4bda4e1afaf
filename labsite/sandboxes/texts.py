"""Files that the editor saves: over the text that it knew, and no other."""

import zlib
from typing import Any

from labsite.console import hosts
from labsite.sandboxes.turn import Turn

OVERTAKEN = "The file was changed meanwhile."  # static/js/editor.js asks the learner then


def sum_of(text: str | None) -> str:
    """By which a text is told from another, as static/js/differences.js reckons it; no file is as an empty one."""
    return str(zlib.crc32((text or "").encode()))


def save(message: dict[str, Any], turn: Turn) -> str:
    """Save what an editor has written, unless the host has another text by now than the editor knew: why it was refused, or an empty text."""
    entry = {key: value for key, value in message["entry"].items() if key != "over"}
    known = message["entry"].get("over")
    if known is not None and sum_of(hosts.text(turn.lab, entry["path"])) not in (known, sum_of(entry["content"])):
        return OVERTAKEN
    error = turn.put(message["id"], entry, message.get("by", ""))
    if not error:
        turn.answers.append({"type": "file.stored", "id": message["id"], "path": entry["path"]})
    return error
