"""`kubectl config set|unset`: one property of the kubeconfig, by its path (models kubectl/pkg/cmd/config/navigation_step_parser.go)."""

import base64
import binascii
from typing import Any

from simulator.kubectl.failures import Failure
from simulator.kubectl.go_values import BadValue, parse_bool
from simulator.kubectl.kubeconfig_shape import PREFERENCES, WORDS, Field, complete, field_words
from simulator.kubectl.session import Obj, Session
from simulator.kubectl.verbs.config_access import files, save, words
from simulator.runtime.syscalls import Step

TEXTS = ("kind", "apiVersion", "current-context")
# Go shows maps of pointers with their addresses, which differ from run to run.
FIRST_ADDRESS, SIZE = 0xC000213360, 0x50


def set_property(session: Session) -> Step:
    """Set what stands at a path such as `contexts.lab.namespace`."""
    path, value = words(session, 2)
    if not value:
        raise Failure("you cannot use set to unset a property")
    _change(session, path, value)
    session.out(f'Property "{path}" set.\n')
    return 0


def unset_property(session: Session) -> Step:
    """Take away what stands at a path."""
    (path,) = words(session, 1)
    _change(session, path, None)
    session.out(f'Property "{path}" unset.\n')
    return 0


def _change(session: Session, path: str, value: str | None) -> None:
    if not path:
        raise Failure("you must specify a property")
    raw = value is None or bool(session.flag("set-raw-bytes"))
    config = files(session).starting()
    head, *rest = path.split(".")
    if head in WORDS:
        changed = {head: _in_map(config[head], head, rest, value, path, raw=raw)}
    elif head == "preferences":
        changed = {head: _in_preferences(config[head], rest, value, path, raw=raw)}
    elif head in TEXTS and not rest:
        changed = {head: value or ""}
    elif head in TEXTS:
        raise Failure(f"unable to parse one or more field values of {path}")
    else:
        raise Failure(f"unable to parse {path} after [] at api.Config")
    save(session, {**config, **changed}, relative=False)


def _in_map(entries: dict[str, Obj], kind: str, parts: list[str], value: str | None, path: str, *, raw: bool) -> Any:
    """The entries of a kind, changed. A name may hold dots: it ends where a field begins."""
    fields = field_words(kind)
    at = next((number for number, part in enumerate(parts) if number and part in fields), len(parts))
    name, rest = ".".join(parts[:at]), parts[at:]
    if not rest:
        if value is not None:
            raise Failure(f"can't set a map to a value: {_addresses(entries)}")
        return {key: entry for key, entry in entries.items() if parts and key != name}
    if len(rest) > 1:
        raise Failure(f"unable to parse one or more field values of {path}")
    if name not in entries and value is None:
        raise Failure(f"current map key `{name}` is invalid")
    field = fields[rest[0]]
    changed = {**entries.get(name, {}), field.name: _value(field, value, raw=raw)}
    return {**entries, name: complete(kind, changed)}


def _in_preferences(known: Obj, parts: list[str], value: str | None, path: str, *, raw: bool) -> Obj:
    if not parts and value is None:
        return {}
    field = next((each for each in PREFERENCES if parts == [each.name]), None)
    if field is None:
        raise Failure(f"unable to parse one or more field values of {path}")
    found = {**known, field.name: _value(field, value, raw=raw)}
    return {key: each for key, each in found.items() if each}


def _value(field: Field, text: str | None, *, raw: bool) -> Any:
    """What a field becomes; None takes it away."""
    if text is None:
        return None
    if field.kind == "bool":
        return _truth(text)
    if field.kind == "bytes":
        return base64.b64encode(text.encode()).decode() if raw else _encoded(text)
    if field.kind == "strings":
        raise Failure("unrecognized slice type. string")
    if field.kind != "string":
        raise Failure("can't set a map to a value: map[]")
    return text


def _truth(text: str) -> bool:
    try:
        return parse_bool(text)
    except BadValue as error:
        raise Failure(str(error)) from None


def _encoded(text: str) -> str:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Failure(f"error decoding input value: illegal base64 data at input byte {_bad_byte(text)}") from None
    return text


def _bad_byte(text: str) -> int:
    """Where Go's decoder stops: at the first character of a group that is not whole, or at one that cannot stand there."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    wrong = next((at for at, letter in enumerate(text) if letter not in letters), len(text))
    return wrong if wrong < len(text) else len(text) // 4 * 4


def _addresses(entries: dict[str, Obj]) -> str:
    pairs = (f"{name}:{hex(FIRST_ADDRESS + number * SIZE)}" for number, name in enumerate(sorted(entries)))
    return f"map[{' '.join(pairs)}]"
