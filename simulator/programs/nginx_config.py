"""The part of nginx's configuration that is simulated: listen, server_name, root, index, location with root, alias, return, index."""

from functools import lru_cache
from typing import NamedTuple

import re2

from simulator.programs.nginx_directives import problem
from simulator.programs.nginx_variables import unknown
from simulator.programs.walk import join
from simulator.runtime.syscalls import Sys, UnixError

DEFAULT_ROOT = "/usr/share/nginx/html"
MOST_TOKENS = 5_000
DEEPEST = 8
MOST_INCLUDES = 50
INCLUDE = re2.compile(r"(?m)^\s*include\s+([^;\s]+)\s*;")


class Location(NamedTuple):
    """What is served below a path."""

    prefix: str = "/"
    exact: bool = False
    root: str = DEFAULT_ROOT
    alias: str = ""
    indexes: tuple[str, ...] = ("index.html", "index.htm")
    returns: tuple[int, str] | None = None

    def file(self, path: str) -> str:
        """The file behind *path*; dots do not lead out of the root."""
        clean: list[str] = []
        for part in path.split("/"):
            if part == "..":
                clean = clean[:-1]
            elif part not in ("", "."):
                clean.append(part)
        whole = "/" + "/".join(clean) + ("/" if path.endswith("/") and clean else "")
        if self.alias:
            return self.alias + whole[len(self.prefix) :]
        return self.root.rstrip("/") + whole


class Server(NamedTuple):
    """A server block."""

    ports: tuple[int, ...] = (80,)
    name: str = "localhost"
    locations: tuple[Location, ...] = (Location(),)

    def location_for(self, path: str) -> Location:
        """The exact location, or the one with the longest prefix."""
        fitting = [
            place
            for place in self.locations
            if (path == place.prefix if place.exact else path.startswith(place.prefix))
        ]
        return max(
            fitting,
            key=lambda place: (place.exact, len(place.prefix)),
            default=Location(root=self.locations[0].root if self.locations else DEFAULT_ROOT),
        )


class Config(NamedTuple):
    """All server blocks, or what is wrong."""

    servers: tuple[Server, ...] = (Server(),)
    problem: str = ""

    @property
    def ports(self) -> list[int]:
        """Where to listen."""
        return sorted({port for server in self.servers for port in server.ports})

    def server_for(self, port: int, name: str) -> Server:
        """The server block that answers."""
        here = [server for server in self.servers if port in server.ports] or list(self.servers)
        return next((server for server in here if name in server.name.split()), here[0] if here else Server())


Directive = tuple[list[str], "list[Directive] | None", int]


class Broken(Exception):
    """The configuration cannot be read."""


def tokens(text: str) -> list[tuple[str, int]]:
    """Words, `;`, `{` and `}` with the number of their line; quoted words are marked by a leading NUL."""
    found: list[tuple[str, int]] = []
    for number, line in enumerate(text.split("\n"), 1):
        place = 0
        while place < len(line):
            letter = line[place]
            if letter == "#":
                break
            if letter.isspace():
                place += 1
            elif letter in ";{}":
                found.append((letter, number))
                place += 1
            elif letter in "\"'":
                end = line.find(letter, place + 1)
                end = len(line) if end < 0 else end
                found.append(("\0" + line[place + 1 : end].replace("\\n", "\n"), number))
                place = end + 1
            else:
                end = place
                while end < len(line) and not line[end].isspace() and line[end] not in ";{}":
                    end += 1
                found.append((line[place:end], number))
                place = end
        if len(found) > MOST_TOKENS:
            raise Broken(f"too many words in {{path}}:{number}")
    return found


def parse_block(words: list[tuple[str, int]], place: int, depth: int) -> tuple[list[Directive], int]:
    """The directives from *place* to the end of the block, and where that is."""
    found: list[Directive] = []
    current: list[str] = []
    line = 1
    while place < len(words):
        word, line = words[place]
        place += 1
        if word == ";":
            if not current:
                raise Broken(f'unexpected ";" in {{path}}:{line}')
            found.append((current, None, line))
            current = []
        elif word == "{":
            if depth >= DEEPEST:
                raise Broken(f"blocks are nested too deep in {{path}}:{line}")
            inside, place = parse_block(words, place, depth + 1)
            found.append((current, inside, line))
            current = []
        elif word == "}":
            if depth == 0 or current:
                raise Broken(f'unexpected "}}}}" in {{path}}:{line}')
            return found, place
        else:
            current.append(word.removeprefix("\0"))
    if current or depth:
        raise Broken(
            f'unexpected end of file, expecting "{"}}" if depth and not current else ";"}" or "}}}}" in {{path}}:{line}'
        )
    return found, place


@lru_cache(maxsize=64)
def _parse(text: str) -> list[Directive]:
    return parse_block(tokens(text), 0, 0)[0]


def read_config(sys: Sys, path: str) -> Config:
    """The configuration as it is now."""
    try:
        found = _load(sys, path, [])
    except Broken as broken:
        return Config(problem=str(broken))
    except UnixError as error:
        return Config(problem=f'open() "{path}" failed (2: {error.message})')
    for words, inside, _ in found:
        if words[:1] == ["http"] and inside is not None:
            servers = tuple(_server(block) for words, block, _ in inside if words == ["server"] and block is not None)
            return Config(servers)
    return Config(())


def _load(sys: Sys, path: str, seen: list[str]) -> list[Directive]:
    """A file's directives, its includes done."""
    seen.append(path)
    if len(seen) > MOST_INCLUDES:
        raise Broken(f"too many files are included in {path}")
    try:
        found = _parse(sys.read_file(path).decode("utf-8", "replace"))
        _check(found, table=False)
    except Broken as broken:
        raise Broken(str(broken).replace("{path}", path).replace("}}", "}")) from None
    return _expand(sys, found, path, seen)


def _check(directives: list[Directive], *, table: bool) -> None:
    """Refuse what is not simulated, and what nobody knows; raises Broken."""
    for words, inside, line in directives:
        found = problem(words[0], table) if words else ""
        if found:
            raise Broken(f"{found.replace('{', '{{')} in {{path}}:{line}")
        if words[:1] == ["return"] and (name := unknown(words[-1])):
            raise Broken(f'unknown "{name}" variable')
        _check(inside or [], table=words[:1] == ["types"])


def _expand(sys: Sys, directives: list[Directive], path: str, seen: list[str]) -> list[Directive]:
    out: list[Directive] = []
    for words, inside, line in directives:
        if words[:1] == ["include"] and len(words) == 2:
            out += _include(sys, words[1], seen)
        else:
            out.append((words, None if inside is None else _expand(sys, inside, path, seen), line))
    return out


def _include(sys: Sys, pattern: str, seen: list[str]) -> list[Directive]:
    # Tables of types and of parameters say nothing that is simulated.
    files = [file for file in _named(sys, pattern) if sys.exists(file) and not file.endswith(("mime.types", "_params"))]
    return [item for file in files for item in _load(sys, file, seen)]


def included(sys: Sys, path: str) -> list[str]:
    """A file of the configuration, and those that it includes, in their order, each once (ngx_conf_add_dump)."""
    found: dict[str, None] = {}
    waiting = [path]
    while waiting:
        each = waiting.pop()
        if each in found or not sys.exists(each):
            continue
        found[each] = None
        patterns = dict.fromkeys(INCLUDE.findall(sys.read_file(each).decode("utf-8", "replace")))
        waiting += reversed([file for pattern in patterns for file in _named(sys, pattern)])
    return list(found)


def _named(sys: Sys, pattern: str) -> list[str]:
    """The files that an include means."""
    whole = pattern if pattern.startswith("/") else f"/etc/nginx/{pattern}"
    folder, _, name = whole.rpartition("/")
    if "*" not in name:
        return [whole]
    ending = name.rpartition("*")[2]
    names = sys.listdir(folder) if sys.exists(folder) else []
    return [join(folder, file) for file in names if file.endswith(ending) and not file.startswith(".")]


def _server(block: list[Directive]) -> Server:
    plain = {words[0]: words[1:] for words, inside, _ in block if inside is None and words}
    ports = [
        _port(words[1]) for words, inside, _ in block if inside is None and words[0] == "listen" and len(words) > 1
    ]
    base = _location("/", False, plain, Location())
    locations = [base]
    for words, inside, _ in block:
        if words[:1] == ["location"] and inside is not None and len(words) > 1:
            own = {inner[0]: inner[1:] for inner, deeper, _ in inside if deeper is None and inner}
            locations.append(_location(words[-1], words[1] == "=", own, base))
    return Server(
        tuple(port for port in ports if port) or (80,), " ".join(plain.get("server_name", [""])), tuple(locations)
    )


def _port(text: str) -> int:
    number = text.rpartition(":")[2] if not text.endswith("]") else "80"
    return int(number) if number.isdecimal() and 0 < int(number[:6]) < 65536 else 80


def _location(prefix: str, exact: bool, own: dict[str, list[str]], base: Location) -> Location:
    returns = base.returns if prefix == "/" and not own else None
    if own.get("return"):
        code, *rest = own["return"]
        returns = (int(code) if code.isdecimal() else 302, " ".join(rest) if code.isdecimal() else code)
    return Location(
        prefix, exact, (own.get("root") or [base.root])[0], (own.get("alias") or [""])[0], tuple(own.get("index", base.indexes)), returns
    )  # fmt: skip
