"""Texts as they could be typed: how bash quotes what it shows."""

import re

SPECIAL_CHARS = re.compile(r"[\x00-\x1f\x7f]")
ANSI_NAMES = {"\a": "\\a", "\b": "\\b", "\x1b": "\\E", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}
DOUBLE_SPECIALS = re.compile(r'(["\\$`])')
# What makes bash put the key of an element in quotes (sh_contains_shell_metas).
META = re.compile(r"[ '\"\\|&;()<>!{}*\[\]?^$`]|^[~#]|[=:]~")


def single_quoted(text: str) -> str:
    """*text* between single quotes, or as `$'...'` where it has control characters."""
    if SPECIAL_CHARS.search(text):
        return ansi_quoted(text)
    return "'" + text.replace("'", "'\\''") + "'"


def double_quoted(text: str) -> str:
    """*text* between double quotes, or as `$'...'` where it has control characters."""
    return ansi_quoted(text) if SPECIAL_CHARS.search(text) else '"' + DOUBLE_SPECIALS.sub(r"\\\1", text) + '"'


def ansi_quoted(text: str) -> str:
    """*text* as `$'...'`."""
    inner = text.replace("\\", "\\\\").replace("'", "\\'")
    return "$'" + SPECIAL_CHARS.sub(lambda found: escape(found.group()), inner) + "'"


def escape(char: str) -> str:
    return ANSI_NAMES.get(char) or f"\\{ord(char):03o}"


def elements_shown(kind: str, items: dict[str, str]) -> str:
    """The elements of an array as `declare -p` shows them."""
    pairs = [f"[{key_shown(key)}]={double_quoted(value)}" for key, value in items.items()]
    return "(" + " ".join(pairs) + (" " if pairs and kind == "A" else "") + ")"


def key_shown(key: str) -> str:
    plain = key and key != "@" and not META.search(key) and not SPECIAL_CHARS.search(key)
    return key if plain else double_quoted(key)
