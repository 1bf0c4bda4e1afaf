"""Tab completion: what the last word of a line could become. It looks only, and changes nothing."""

import re
from collections.abc import Callable
from typing import Any

from simulator.runtime.syscalls import Sys, UnixError
from simulator.shell.builtins.table import BUILTINS
from simulator.shell.tokens import KEYWORDS

LIMIT = 200  # words that are offered
TEXT_LIMIT = 4_096
# Behind these a new command begins.
STARTERS = re.compile(r"(?:^|[;&|(\n`]|\$\()\s*(?:(?:then|do|else|elif|if|while|until|!|\{|sudo|time)\s+)*$")
ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=\S*\s+")
SPECIAL = re.compile(r"([\s'\"\\$`;&|<>()*?\[!#])")
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

# Programs that complete their own arguments: given the words so far (the last one may be empty), they return candidates.
Hook = Callable[[Sys, list[str]], list[str]]
Hooks = dict[str, Hook]


def complete(sys: Sys, text: str, hooks: Hooks | None = None) -> dict[str, Any]:
    """What the last word of *text* can become: {"start": where it begins, "words": candidates}.

    A candidate that ends the word has a blank behind it; a directory ends with a slash instead.
    """
    text = text[-TEXT_LIMIT:] if len(text) > TEXT_LIMIT else text
    start = word_start(text)
    word = text[start:]
    before = command_before(text[:start])
    if variable := re.search(r"\$(\{?)(\w*)$", word):
        return offer(start + variable.start(), variables(sys, variable.group(2), variable.group(1)))
    if STARTERS.search(before) and "/" not in word:
        return offer(start, commands(sys, word))
    words = [*before.split(), word]
    hook = (hooks or {}).get(words[0].rpartition("/")[2]) if len(words) > 1 else None
    redirected = re.search(r"[<>]\s*$", text[:start])
    if hook and not redirected:
        return offer(start, [each if each.endswith(("=", "/", ":")) else each + " " for each in hook(sys, words)])
    return offer(start, files(sys, word, only_folders=words[0] == "cd"))


def offer(start: int, words: list[str]) -> dict[str, Any]:
    return {"start": start, "words": list(dict.fromkeys(sorted(words)))[:LIMIT]}


def word_start(text: str) -> int:
    """Where the last word begins: behind the last blank or operator that is not quoted."""
    start, quote, pos = 0, "", 0
    while pos < len(text):
        char = text[pos]
        if quote:
            quote = "" if char == quote else quote
        elif char == "\\":
            pos += 1
        elif char in "'\"":
            quote = char
        elif char.isspace() or char in ";&|<>(`":
            start = pos + 1
        pos += 1
    return min(start, len(text))


def command_before(text: str) -> str:
    """The words of the command at hand that stand before the last one."""
    begin = max(text.rfind(char) for char in ";&|(\n`") + 1
    rest = text[begin:].lstrip()
    while match := ASSIGNMENT.match(rest):
        rest = rest[match.end() :]
    return rest


def variables(sys: Sys, prefix: str, brace: str) -> list[str]:
    names = sys.state.get("vars", sys.env)
    return [f"${brace}{name}{'}' if brace else ''}" for name in names if name.startswith(prefix)]


def commands(sys: Sys, prefix: str) -> list[str]:
    """Builtins, keywords, functions, aliases, and the programs on PATH."""
    state = sys.state
    found = [*state.get("builtins", BUILTINS), *state.get("functions", ()), *state.get("aliases", ())]
    found += [word for word in sorted(KEYWORDS) if len(word) > 1]
    for folder in state.get("vars", sys.env).get("PATH", DEFAULT_PATH).split(":")[:50]:
        found += names_in(sys, folder)
    return [f"{name} " for name in found if name.startswith(prefix) and name[0] not in "[.:"]


def names_in(sys: Sys, folder: str) -> list[str]:
    try:
        return list(sys.listdir(folder or "."))
    except UnixError:
        return []


def files(sys: Sys, word: str, *, only_folders: bool) -> list[str]:
    """Files whose names begin like *word*, quoted as they would have to be typed."""
    plain = re.sub(r"\\(.)|['\"]", lambda match: match.group(1) or "", word)
    folder, slash, prefix = plain.rpartition("/")
    kept = word[: word.rfind("/") + 1] if slash else ""
    place = folder + slash
    if place.startswith("~/"):
        place = sys.state.get("vars", sys.env).get("HOME", "") + place[1:]
    found: list[str] = []
    for name in names_in(sys, place or "."):
        if not name.startswith(prefix) or (name.startswith(".") and not prefix):
            continue
        is_folder = kind(sys, (place or "./") + name) == "dir"
        if is_folder or not only_folders:
            found.append(kept + SPECIAL.sub(r"\\\1", name) + ("/" if is_folder else " "))
    return found


def kind(sys: Sys, path: str) -> str:
    try:
        return sys.stat(path).kind
    except UnixError:
        return ""
