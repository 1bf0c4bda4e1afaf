"""What a kubeconfig may say, field by field (models client-go/tools/clientcmd/api and its v1).

A kubeconfig in its file has lists of named entries; *opened*, it has maps of them by name, as kubectl works with it.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

Obj = dict[str, Any]
# The word for an entry of each map.
WORDS = {"clusters": "cluster", "users": "user", "contexts": "context"}


@dataclass(frozen=True)
class Field:
    """A field: *kind* is `string`, `bool`, `bytes`, `strings`, `lists` (lists of strings by key), `struct` or `extensions`; *always* if it stands
    there also when it is empty; *inner* is what it is called where kubectl names it by its path."""

    name: str
    kind: str = "string"
    always: bool = False
    inner: str = ""

    @property
    def word(self) -> str:
        """How a path names it."""
        return self.inner or self.name


def _fields(text: str) -> tuple[Field, ...]:
    """Read `server! colors:bool as=act-as`: `!` for what always stands there."""
    found = []
    for word in text.split():
        name, _, kind = word.partition(":")
        name, _, inner = name.partition("=")
        found.append(Field(name.rstrip("!"), kind or "string", name.endswith("!"), inner))
    return tuple(found)


PREFERENCES = _fields("colors:bool extensions:extensions")
EXEC = _fields("command! args!:strings env!:strings apiVersion installHint provideClusterInfo!:bool interactiveMode")
ENTRIES = {
    "clusters": _fields(
        "server! tls-server-name insecure-skip-tls-verify:bool certificate-authority certificate-authority-data:bytes "
        "proxy-url disable-compression:bool extensions:extensions"
    ),
    "users": _fields(
        "client-certificate client-certificate-data:bytes client-key client-key-data:bytes token tokenFile as=act-as "
        "as-uid=act-as-uid as-groups=act-as-groups:strings as-user-extra=act-as-user-extra:lists username password "
        "auth-provider:struct exec:struct extensions:extensions"
    ),
    "contexts": _fields("cluster! user! namespace extensions:extensions"),
}
ZERO: dict[str, Any] = {"string": "", "bool": False, "bytes": None, "strings": None, "lists": None}


def opened(data: Obj) -> Obj:
    """A kubeconfig from its file, with maps by name and only what it may say."""
    maps = {kind: _by_name(data.get(kind), kind) for kind in ENTRIES}
    preferences = _kept(data.get("preferences"), PREFERENCES)
    return {"preferences": preferences, **maps, "current-context": str(data.get("current-context") or "")} | (
        {"extensions": data["extensions"]} if data.get("extensions") else {}
    )


def _by_name(entries: Any, kind: str) -> dict[str, Obj]:
    return {
        str(each.get("name", "")): complete(kind, each.get(WORDS[kind]))
        for each in (entries if isinstance(entries, list) else [])
        if isinstance(each, dict)
    }


def complete(kind: str, entry: Any) -> Obj:
    """An entry with all that always stands in it, in the order in which it is written, and nothing unknown."""
    kept = _kept(entry, ENTRIES[kind])
    if isinstance(kept.get("exec"), dict):
        kept["exec"] = _kept(kept["exec"], EXEC)
    return kept


def _kept(value: Any, fields: tuple[Field, ...]) -> Obj:
    value = value if isinstance(value, dict) else {}
    found = {field.name: value.get(field.name) for field in fields if field.always or value.get(field.name)}
    return {
        field.name: ZERO.get(field.kind) if found[field.name] is None else found[field.name]
        for field in fields
        if field.name in found
    }


def written(config: Obj) -> Obj:
    """An opened kubeconfig as it stands in a file: what is empty is null, entries are sorted."""
    data: Obj = {"kind": "Config", "apiVersion": "v1"}
    if config["preferences"]:
        data["preferences"] = config["preferences"]
    for kind, word in WORDS.items():
        data[kind] = [{"name": name, word: config[kind][name]} for name in sorted(config[kind])] or None
    data["current-context"] = config["current-context"]
    return data | ({"extensions": config["extensions"]} if config.get("extensions") else {})


@lru_cache(maxsize=8)
def field_words(kind: str) -> dict[str, Field]:
    """The fields of an entry by the words that name them in a path."""
    return {field.word: field for field in ENTRIES[kind]}
