"""The images that the registries of the world serve, and the trees that hosts and containers stand on: data files, compiled once.

A file `images/<family>.yaml` has: repositories; tags (tag: facts); what all its images share: entrypoint, cmd, env, workdir,
user, stop_signal, ports, userland (from userlands.yaml), folders, files, links, programs (see `basetree`), users (name: uid, gid, home,
shell, and the folders that it `owns`). A tag's facts may be
size (bytes), digest, alias (another tag), version (replaces {version} in texts, its first two parts {minor}), built (Unix seconds: the
time of its files), userland, system (the distribution and its version, from systems.yaml, if not the userland's), and any of the
shared ones.
"""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

from simulator.runtime.basetree import compile_tree
from simulator.runtime.references import Reference
from simulator.runtime.trees import NO_BASE, Base

PACKAGE = files("simulator.runtime")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MERGED = ("folders", "files", "links", "links_first", "env", "users")
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
DEFAULT_SIZE = 30_000_000
BARE = "bare:"
NO_WORDS: Mapping[str, str] = {}


class Image(NamedTuple):
    """What a registry serves under one tag; *key* names it in this catalogue (`docker.io/library/nginx:1.14`)."""

    key: str
    digest: str
    id: str
    size: int
    config: Mapping[str, Any]


@lru_cache(maxsize=256)
def load(name: str) -> dict[str, Any]:
    """A YAML file of this package, such as `host.yaml`."""
    found: dict[str, Any] = yaml.load(PACKAGE.joinpath(name).read_text(encoding="utf-8"), Loader=LOADER)
    return found


@lru_cache(maxsize=1)
def repositories() -> Mapping[str, str]:
    """The file of each repository that is known."""
    return {str(name): f"images/{file}.yaml" for name, file in load("images/index.yaml").items()}


@lru_cache(maxsize=1024)
def find(repository: str, version: str) -> Image | None:
    """The image under a tag (or with a digest) of a repository, such as `docker.io/library/nginx`; None if there is none."""
    file = repositories().get(repository)
    if file is None:
        return None
    tags = load(file)["tags"]
    if version.startswith("sha256:"):
        named = (find(repository, str(tag)) for tag in tags)
        return next((image for image in named if image is not None and image.digest == version), None)
    return make(repository, version, load(file)) if version in tags else None


def tags(repository: str) -> list[str]:
    """The tags of a repository; none if it is not known."""
    file = repositories().get(repository)
    return [str(tag) for tag in load(file)["tags"]] if file else []


def make(repository: str, tag: str, family: Mapping[str, Any]) -> Image:
    """The image of a tag that exists."""
    facts = family["tags"][tag] or {}
    while "alias" in facts:
        tag = str(facts["alias"])
        facts = family["tags"][tag] or {}
    key = f"{repository}:{tag}"
    config = {**family, **facts} | {name: {**(family.get(name) or {}), **(facts.get(name) or {})} for name in MERGED}
    filled: Mapping[str, Any] = substituted(config, str(facts.get("version", tag)))
    digest = facts.get("digest") or made_up(key)
    return Image(
        key, digest, made_up(f"config of {key}"), int(facts.get("size") or family.get("size", DEFAULT_SIZE)), filled
    )


def made_up(text: str) -> str:
    """A digest that belongs to *text*."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def substituted(value: Any, version: str, words: Mapping[str, str] = NO_WORDS) -> Any:
    """*value* with the version, its first two parts, and other *words*, put into its texts."""
    if isinstance(value, str):
        for word, text in {"version": version, "minor": ".".join(version.split(".")[:2]), **words}.items():
            value = value.replace(f"{{{word}}}", text)
        return value
    if isinstance(value, dict):
        put = ((substituted(key, version, words), substituted(item, version, words)) for key, item in value.items())
        return {key: item for key, item in put if key != "tags"}
    if isinstance(value, list):
        return [substituted(item, version, words) for item in value]
    return value


@lru_cache(maxsize=256)
def base_tree(key: str) -> Base:
    """The tree with this key: empty, `host`, `scratch`, or the key of an image, before which BARE stands if no container is made of it."""
    if not key:
        return NO_BASE
    if key == "host":
        return compile_tree(load("host.yaml"))
    repository, _, tag = key.removeprefix(BARE).rpartition(":")
    image = find(repository, tag)
    spec = with_userland(image.config) if image is not None else {"static": True}
    return compile_tree(spec, furnished=not key.startswith(BARE))


def with_userland(config: Mapping[str, Any]) -> dict[str, Any]:
    """What an image brings, over the programs and files of its userland."""
    name, _, family = str(config.get("userland") or "").partition("=")
    land = load("images/userlands.yaml").get(name) or {}
    system = system_of(str(config.get("system") or land.get("system") or ""))
    layers = (land, system, config)
    merged = {part: {path: it for each in layers for path, it in (each.get(part) or {}).items()} for part in MERGED}
    merged["files"] = with_users(merged["files"], merged["users"])
    programs: dict[str, list[str]] = {}
    for folder, names in (land.get("programs") or {}).items():
        programs[folder] = [dialected(str(word), family or land.get("dialect", "")) for word in names]
    for folder, names in (config.get("programs") or {}).items():
        programs[folder] = programs.get(folder, []) + list(names)
    later = {**(system.get("added") or {}), **(land.get("added") or {})}
    found = {**merged, "added": later, "absent": system.get("absent")}
    return found | {"programs": programs, "built": config.get("built"), "static": name in ("", "static")}


def system_of(name: str) -> Mapping[str, Any]:
    """What a distribution, such as `debian 12`, has in /etc to say which it is; nothing for an image that is of none."""
    family, _, version = name.partition(" ")
    found = load("images/systems.yaml").get(family) or {}
    words = (found.get("releases") or {}).get(version) or {}
    parts = {part: found[part] for part in ("files", "added", "absent") if part in found}
    filled: Mapping[str, Any] = substituted(parts, version, words)
    return filled


def with_users(files: Mapping[str, Any], users: Mapping[str, Any]) -> dict[str, Any]:
    """The files of an image, with its own users in /etc/passwd and /etc/group."""
    passwd = "".join(
        f"{name}:x:{each['uid']}:{each['gid']}::{each.get('home', '/nonexistent')}:{each.get('shell', '/bin/sh')}\n"
        for name, each in users.items()
    )
    group = "".join(f"{name}:x:{each['gid']}:\n" for name, each in users.items())
    return (
        {
            **files,
            "/etc/passwd": files.get("/etc/passwd", "") + passwd,
            "/etc/group": files.get("/etc/group", "") + group,
        }
        if users
        else dict(files)
    )


def dialected(name: str, family: str) -> str:
    """A program's entry with the dialect it speaks: `ls` becomes `ls=busybox:ls`."""
    return f"{name}={family}:{name}" if family and "=" not in name else name


def known(reference: Reference) -> bool:
    """Whether some tag of the repository exists."""
    return reference.repository in repositories()
