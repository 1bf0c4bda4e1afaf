"""Manifests: from `-f` to objects, with the complaints of the real decoder (models cli-runtime/pkg/resource/visitor.go)."""

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from simulator.api import selectors, yamls
from simulator.api.field import message
from simulator.kubectl.discovery import resource_of
from simulator.kubectl.failures import Failure, raise_all
from simulator.kubectl.infos import Info
from simulator.kubectl.kustomize.build import build
from simulator.kubectl.session import Obj, Session
from simulator.runtime.syscalls import UnixError

MAX_BYTES = 3 * 1024 * 1024
MAX_FILES = 1_000
MAX_DOCUMENTS = 1_000
EXTENSIONS = (".json", ".yaml", ".yml")
OFF = "; if you choose to ignore these errors, turn validation off with --validate=false"
NO_VALIDATION = ("false", "ignore")
GO_KINDS = ((bool, "bool"), (int, "number"), (float, "number"), (str, "string"), (list, "array"), (dict, "object"))


def files_named(session: Session) -> bool:
    """Whether -f or -k is given."""
    return bool(session.flag("filename") or session.flag("kustomize"))


def load(session: Session, filenames: Sequence[str]) -> tuple[list[Info], list[Failure]]:
    """The objects of all files, or of the overlay that -k names, in order, and what could not be read."""
    folder = str(session.flag("kustomize") or "")
    if folder and filenames:
        raise Failure("only one of -f or -k can be specified")
    if folder:
        return [_info(session, folder, obj) for obj in build(session.sys, folder)], []
    infos: list[Info] = []
    failures: list[Failure] = []
    for source, data in _all_sources(session, filenames):
        _load_one(session, source, data, infos, failures)
    return infos, failures


def _all_sources(session: Session, filenames: Sequence[str]) -> list[tuple[str, bytes]]:
    """What all words after -f stand for; if one of them stands for nothing, nothing is done at all."""
    found: list[tuple[str, bytes]] = []
    missing: list[Failure] = []
    for filename in filenames:
        try:
            found += _sources(session, filename)
        except Failure as failure:
            missing.append(failure)
    raise_all(missing)
    return found


def infos_of(session: Session, source: str, value: Any) -> list[Info]:
    """The objects of one document that is decoded already; raises Failure for what is none."""
    _validate(session, source, value)
    return [_info(session, source, obj) for obj in _flattened(session, source, value)]


def _load_one(session: Session, source: str, data: bytes, infos: list[Info], failures: list[Failure]) -> None:
    """Read a file up to what is no object at all; what only cannot be told what it is, is passed over (StreamVisitor)."""
    try:
        for document in documents(source, data):
            _validate(session, source, document)
            try:
                infos += [_info(session, source, obj) for obj in _flattened(session, source, document)]
            except Failure as failure:
                failures.append(failure)
    except Failure as failure:
        failures.append(failure)


def _sources(session: Session, filename: str) -> Iterator[tuple[str, bytes]]:
    """What a word after -f stands for: names as errors tell them, and contents."""
    if filename == "-":
        yield "STDIN", _bounded("STDIN", session.stdin(MAX_BYTES))
        return
    if filename.startswith(("http://", "https://")):
        raise Failure(f"not simulated here: reading a manifest from {filename}")
    try:
        if session.sys.stat(filename).kind == "dir":
            yield from _folder(session, filename)
        else:
            yield filename, _bounded(filename, session.sys.read_file(filename))
    except UnixError as error:
        if error.name in ("ENOENT", "ENOTDIR"):
            raise Failure(f'the path "{filename}" does not exist', about=("file", filename)) from None
        raise Failure(f'the path "{filename}" cannot be accessed: open {filename}: {error.message.lower()}') from None


def _bounded(source: str, data: bytes) -> bytes:
    if len(data) > MAX_BYTES:
        raise Failure(
            f"error parsing {source}: the manifest is too large: {len(data)} bytes, the limit here is {MAX_BYTES}"
        )
    return data


def _folder(session: Session, folder: str) -> Iterator[tuple[str, bytes]]:
    paths = list(_files_below(session, folder.rstrip("/") or "/", bool(session.flag("recursive"))))
    if not paths:
        raise Failure(f"error reading [{folder}]: recognized file extensions are [{' '.join(EXTENSIONS)}]")
    for path in paths[:MAX_FILES]:
        yield path, _bounded(path, session.sys.read_file(path))


def _files_below(session: Session, folder: str, recursive: bool) -> Iterator[str]:
    for name in session.sys.listdir(folder):
        path = f"{folder.rstrip('/')}/{name}"
        kind = session.sys.stat(path, follow=False).kind
        if kind == "dir" and recursive:
            yield from _files_below(session, path, recursive)
        elif kind != "dir" and name.endswith(EXTENSIONS):
            yield path


def documents(source: str, data: bytes) -> Iterator[Any]:
    """The documents of a file that are not empty, decoded one after the other; fails in the words of the real decoder."""
    found, complaint = _decoded(data)
    for value in found:
        yield {**value} if isinstance(value, dict) else value
    if complaint:
        raise Failure(f"error parsing {source}: {complaint}")


@lru_cache(maxsize=2)  # a program that pauses between two objects reads its files again
def _decoded(data: bytes) -> tuple[list[Any], str]:
    """The documents, to look at only, and why there are no more of them."""
    found: list[Any] = []
    try:
        for part in yamls.split(data.decode()):
            value = yamls.load(part)
            if value is None or value == {}:
                continue
            if len(found) == MAX_DOCUMENTS:
                return found, f"not simulated here: more than {MAX_DOCUMENTS} documents in one file"
            found.append(value)
    except UnicodeDecodeError:
        return found, "error converting YAML to JSON: yaml: invalid leading UTF-8 octet"
    except yamls.BadYaml as error:
        return found, f"error converting YAML to JSON: yaml: {error}"
    return found, ""


def _flattened(session: Session, source: str, value: Any) -> Iterator[Obj]:
    _check_schema(source, value)
    if (listed := _listed(value)) is not None:
        for each in listed:
            yield from _flattened(session, source, each)
        return
    _check_metadata(source, value)
    yield value


def validating(session: Session) -> bool:
    """Whether objects are looked at before they are sent."""
    return session.flag("validate") not in (None, *NO_VALIDATION)


def schema_problem(value: Any) -> str:
    """Why a value is no object of any kind, in the words of the validation on this side; empty if it may be one."""
    if not isinstance(value, dict):
        return "invalid object to validate"
    missing = [f"{key} not set" for key in ("apiVersion", "kind") if not value.get(key)]
    return message(missing) if missing else ""


def _validate(session: Session, source: str, value: Any) -> None:
    problem = schema_problem(value)
    if problem and validating(session):
        raise Failure(f'error validating "{source}": error validating data: {problem}{OFF}')
    for each in _listed(value) or ():
        _validate(session, source, each)


def _listed(value: Any) -> list[Any] | None:
    """What a list of objects holds; None for what is no list."""
    is_list = isinstance(value, dict) and str(value.get("kind", "")).endswith("List")
    return value["items"] if is_list and isinstance(value.get("items"), list) else None


def _check_schema(source: str, value: Any) -> None:
    if not isinstance(value, dict):
        raise Failure(
            f'unable to decode "{source}": json: cannot unmarshal {_go_kind(value)} into Go value of type unstructured.detector'
        )
    missing = [key for key in ("apiVersion", "kind") if not value.get(key)]
    if missing:
        what = "Kind" if "kind" in missing else missing[0]
        text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        raise Failure(f"unable to decode \"{source}\": Object '{what}' is missing in '{text}'")


def _check_metadata(source: str, value: Obj) -> None:
    metadata = value.get("metadata")
    if metadata is None:
        value["metadata"] = {}
        return
    if not isinstance(metadata, dict):
        kind = _go_kind(metadata)
        raise Failure(
            f'unable to decode "{source}": json: cannot unmarshal {kind} into Go struct field metadataOnlyObject.metadata of type v1.ObjectMeta'
        )
    for field in ("labels", "annotations"):
        for each in (metadata.get(field) or {}).values() if isinstance(metadata.get(field), dict) else ():
            if each is not None and not isinstance(each, str):
                kind = _go_kind(each)
                raise Failure(
                    f'unable to decode "{source}": json: cannot unmarshal {kind} into Go struct field ObjectMeta.metadata.{field} of type string'
                )


def _go_kind(value: Any) -> str:
    return next((name for kind, name in GO_KINDS if isinstance(value, kind)), "null")


def _info(session: Session, source: str, obj: Obj) -> Info:
    metadata = obj["metadata"]
    kind, api_version = str(obj["kind"]), str(obj["apiVersion"])
    name, namespace = str(metadata.get("name") or ""), str(metadata.get("namespace") or "")
    resource = resource_of(session, api_version, kind)
    if resource is None:
        raise Failure(
            f'resource mapping not found for name: "{name}" namespace: "{namespace}" from "{source}": '
            f'no matches for kind "{kind}" in version "{api_version}"\nensure CRDs are installed first'
        )
    if not resource.namespaced:
        return Info(resource, None, name, obj, source)
    if namespace and session.namespace_enforced and namespace != session.namespace:
        raise Failure(
            f'the namespace from the provided object "{namespace}" does not match the namespace "{session.namespace}". '
            f"You must pass '--namespace={namespace}' to perform this operation."
        )
    if not namespace and not session.flag("local"):
        namespace = session.namespace
        obj = {**obj, "metadata": {**metadata, "namespace": namespace}}
    return Info(resource, namespace, name, obj, source)


def selected(session: Session, info: Info) -> bool:
    """Whether the labels of an object of a file fit `-l`."""
    text = str(session.flag("selector") or "")
    try:
        return selectors.matches(selectors.parse(text), info.object["metadata"].get("labels"))
    except selectors.BadSelector as error:
        raise Failure(f'the provided selector "{text}" is not valid: {error}') from None
