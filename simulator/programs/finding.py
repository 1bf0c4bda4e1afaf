"""find: files by what they are (findutils; busybox findutils/find.c)."""

from typing import Any

from simulator.programs.find_syntax import ACTIONS, TYPES, Node, Reader
from simulator.programs.lines import finish, pump, send
from simulator.programs.modes import apply_mode, mode_string
from simulator.programs.names import group_name, group_number, user_name, user_number
from simulator.programs.options import Dialect, complain, is_busybox, refuse
from simulator.programs.patterns import BadPattern, glob, regex
from simulator.programs.walk import MOST_ENTRIES, entries_below
from simulator.runtime.syscalls import Step, Sys, UnixError, Wait

SIZES = {"c": 1, "w": 2, "b": 512, "k": 1024, "M": 1 << 20, "G": 1 << 30, "": 512}
DEEPEST = 100


class Run(Exception):
    """The expression can only go on when a command has run."""

    def __init__(self, argv: list[str]) -> None:
        super().__init__(argv)
        self.argv = argv


class Finder:
    """Asks the expression about one path after another.

    An `-exec` needs its command's exit code: the question is put aside, and asked again when that is known. State: `paths`,
    `at`, the `results` of commands and the number of `effects` (prints, deletions) already done for the path at hand, `many`
    (paths for `-exec ... +`), `child`.
    """

    def __init__(self, sys: Sys, reader: Reader, node: Node) -> None:
        self.sys = sys
        self.reader = reader
        self.node = node
        self.state: dict[str, Any] = sys.state["find"]

    # --- tests ---------------------------------------------------------------------------------------------------
    def ask(self, path: str) -> None:
        """Ask about a path; raises Run."""
        try:
            self.stat = self.sys.stat(path, follow=False)
        except UnixError:
            return
        self.path = path
        self.results = list(self.state["results"])
        self.effects = 0
        self.truth(self.node)

    def truth(self, node: Node) -> bool:
        """Whether *node* holds for the path at hand; its actions happen."""
        match node.kind:
            case "and":
                return all(self.truth(part) for part in node.parts)
            case "or":
                return any(self.truth(part) for part in node.parts)
            case "not":
                return not self.truth(node.parts[0])
            case "-exec":
                return self.command(node.words)
            case "-exec+":
                self.effect(lambda: self.state["many"].append(self.path))
                return True
        word = node.words[0] if node.words else ""
        if node.kind in ACTIONS or node.kind == "-prune":
            return self.act(node.kind, word)
        return self.test(node.kind, word)

    def command(self, words: tuple[str, ...]) -> bool:
        if not self.results:
            raise Run([word.replace("{}", self.path) for word in words])
        return bool(self.results.pop(0))

    def effect(self, action: Any) -> None:
        """Do something, unless it was done before the question was put aside."""
        self.effects += 1
        if self.effects > self.state["effects"]:
            self.state["effects"] = self.effects
            action()

    def act(self, kind: str, word: str) -> bool:
        match kind:
            case "-print":
                self.effect(lambda: self.put(self.path + "\n"))
            case "-print0":
                self.effect(lambda: self.put(self.path + "\0"))
            case "-printf":
                self.effect(lambda: self.put(self.formatted(word)))
            case "-ls":
                self.effect(lambda: self.put(self.listing()))
            case "-prune":
                self.state["pruned"] = [*self.state["pruned"][-500:], self.path + "/"]
            case "-quit":
                self.state["at"] = len(self.state["paths"])
            case "-delete":
                self.effect(self.delete)
        return True

    def put(self, text: str) -> None:
        send(self.sys, text.encode("utf-8", "surrogateescape"))

    def delete(self) -> None:
        try:
            (self.sys.rmdir if self.stat.kind == "dir" else self.sys.unlink)(self.path)
        except UnixError as error:
            complain(
                self.sys,
                f"{self.path}: {error.message}"
                if self.reader.busybox
                else f"cannot delete '{self.path}': {error.message}",
            )
            self.state["code"] = 1

    def listing(self) -> str:
        stat = self.stat
        return f"{stat.inode:>9} {stat.size // 1024:>6} {mode_string(stat)} {stat.links:>3} {user_name(self.sys, stat.uid):<8} {group_name(self.sys, stat.gid):<8} {stat.size:>8} {self.path}\n"

    def formatted(self, form: str) -> str:
        stat, name = self.stat, self.path.rpartition("/")[2]
        values = {
            "p": self.path, "f": name or self.path, "h": self.path.rpartition("/")[0] or ".", "s": str(stat.size), "m": f"{stat.mode:o}", "M": mode_string(stat),
            "u": user_name(self.sys, stat.uid), "g": group_name(self.sys, stat.gid), "y": {"file": "f", "dir": "d", "link": "l"}.get(stat.kind, "?"),
            "i": str(stat.inode), "l": stat.target, "%": "%",
        }  # fmt: skip
        form = form.replace("\\n", "\n").replace("\\t", "\t").replace("\\0", "\0")
        parts = form.split("%")
        out = [parts[0]]
        for part in parts[1:]:
            out.append(values.get(part[:1], "%" + part[:1]) + part[1:] if part else "")
        return "".join(out)

    def test(self, kind: str, word: str) -> bool:
        if kind in ("-name", "-iname", "-path", "-wholename", "-ipath", "-regex"):
            return self.by_name(kind, word)
        if kind in ("-user", "-group", "-uid", "-gid", "-perm", "-readable", "-writable", "-executable"):
            return self.by_owner(kind, word)
        return self.by_stat(kind, word)

    def by_name(self, kind: str, word: str) -> bool:
        name = self.path.rstrip("/").rpartition("/")[2] or "/"
        text = (name if kind in ("-name", "-iname") else self.path).encode("utf-8", "surrogateescape")
        try:
            if kind == "-regex":
                return regex(f"^\\({word}\\)$").search(text) is not None
            return glob(word, ignore_case=kind in ("-iname", "-ipath")).search(text) is not None
        except BadPattern as error:
            raise refuse(self.sys, str(error)) from None

    def by_owner(self, kind: str, word: str) -> bool:
        stat = self.stat
        if kind in ("-readable", "-writable", "-executable"):
            return self.sys.access(self.path, {"-readable": "r", "-writable": "w", "-executable": "x"}[kind])
        if kind == "-perm":
            mode = apply_mode(word.lstrip("-/"), 0, umask=0, is_dir=False)
            if mode is None:
                raise refuse(self.sys, f"invalid mode '{word}'" if self.reader.busybox else f"invalid mode `{word}'")
            return (
                stat.mode & mode == mode
                if word[:1] == "-"
                else bool(stat.mode & mode) or not mode
                if word[:1] == "/"
                else stat.mode == mode
            )
        if kind in ("-uid", "-gid"):
            return compare(stat.uid if kind == "-uid" else stat.gid, word)
        number = user_number(self.sys, word) if kind == "-user" else group_number(self.sys, word)
        if number is None:
            raise refuse(
                self.sys,
                f"unknown {'user' if kind == '-user' else 'group'} {word}"
                if self.reader.busybox
                else f"'{word}' is not the name of a known {kind[1:]}",
            )
        return number == (stat.uid if kind == "-user" else stat.gid)

    def by_stat(self, kind: str, word: str) -> bool:
        stat = self.stat
        match kind:
            case "-type":
                return stat.kind in [TYPES[letter] for letter in word.split(",")]
            case "-size":
                unit = SIZES[word[-1] if word[-1:].isalpha() else ""]
                return compare(-(-stat.size // unit), word.rstrip("cwbkMG"))
            case "-mtime":
                return compare((self.sys.unix - stat.mtime) // (86_400 * 10**6), word)
            case "-mmin":
                return compare(-((stat.mtime - self.sys.unix) // (60 * 10**6)), word)
            case "-newer":
                return stat.mtime > self.sys.stat(word).mtime
            case "-empty":
                return not self.sys.listdir(self.path) if stat.kind == "dir" else stat.kind == "file" and stat.size == 0
            case "-links":
                return compare(stat.links, word)
            case "-inum":
                return compare(stat.inode, word)
        return kind == "-true"


def compare(value: int, text: str) -> bool:
    """`+5` more than, `-5` less than, `5` just so many."""
    number = int(text.lstrip("+-")[:15])
    return value > number if text[:1] == "+" else value < number if text[:1] == "-" else value == number


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    """Where to look, and the expression."""
    words = (
        [word for word in words if word not in ("-L", "-H", "-P")]
        if words[:1] and words[0] in ("-L", "-H", "-P")
        else words
    )
    end = next((place for place, word in enumerate(words) if word.startswith("-") or word in ("(", "!")), len(words))
    return words[:end] or ["."], words[end:]


def _gather(sys: Sys, reader: Reader, starts: list[str]) -> dict[str, Any]:
    """All paths, in the order in which they are asked about."""
    highest, lowest = (
        _level(sys, reader, name, default) for name, default in (("-maxdepth", DEEPEST), ("-mindepth", 0))
    )
    paths: list[str] = []
    code = 0
    for start in starts:
        found: list[str] = []
        try:
            for path, _, depth in entries_below(sys, start, deepest=highest):
                if lowest <= depth:
                    found.append(path)
                if len(paths) + len(found) > MOST_ENTRIES:
                    raise refuse(sys, "not simulated here: so many files")
        except UnixError as error:
            complain(sys, f"{start}: {error.message}" if reader.busybox else f"'{start}': {error.message}")
            code = 1
        if "-depth" in reader.settings or "-delete" in reader.words:
            found.reverse()
        paths += found
    return {
        "paths": paths,
        "at": 0,
        "results": [],
        "effects": 0,
        "many": [],
        "pruned": [],
        "code": code,
        "child": 0,
        "busybox": reader.busybox,
    }


def _level(sys: Sys, reader: Reader, name: str, default: int) -> int:
    text = reader.settings.get(name)
    if text is None:
        return default
    if not text.isdecimal():
        raise refuse(
            sys,
            f"invalid number '{text}'"
            if reader.busybox
            else f"Expected a positive decimal integer argument to {name}, but got '{text}'",
        )
    return min(int(text[:6]), DEEPEST)


def find(sys: Sys, dialect: Dialect) -> Step:
    """Look for files."""
    if not pump(sys):
        return Wait(writable=(1,))
    starts, expression = _split(sys.argv[1:])
    reader = Reader(sys, expression, is_busybox(dialect))
    node = reader.run()
    if "find" not in sys.state:
        sys.state["find"] = _gather(sys, reader, starts)
    finder = Finder(sys, reader, node)
    state = finder.state
    while True:
        if state["child"]:
            ended = sys.wait(state["child"])
            if ended is None:
                return Wait(child=True)
            state["child"] = 0
            state["results"].append(ended.code == 0)
        if state["at"] >= len(state["paths"]):
            return _last(sys, finder, node)
        step = _look(sys, finder)
        if step is not None:
            return step


def _look(sys: Sys, finder: Finder) -> Step | None:
    """Ask about the next path."""
    state = finder.state
    path = state["paths"][state["at"]]
    if not any(path.startswith(pruned) for pruned in state["pruned"]):
        try:
            finder.ask(path)
        except Run as run:
            return _launch(sys, state, run.argv)
    state |= {"at": state["at"] + 1, "results": [], "effects": 0}
    if state["at"] % 500 == 0:
        sys.charge(500)
        return Wait(writable=(1,)) if sys.state.get("unsent") else Wait(until=sys.now)
    return None


def _launch(sys: Sys, state: dict[str, Any], argv: list[str]) -> Step | None:
    if not pump(sys):
        return Wait(writable=(1,))
    try:
        state["child"] = sys.spawn(argv, path=sys.which(argv[0]))
    except UnixError as error:
        complain(sys, f"{argv[0]}: {error.message}" if state["busybox"] else f"'{argv[0]}': {error.message}")
        state["results"].append(False)
        return None
    return Wait(child=True)


def _last(sys: Sys, finder: Finder, node: Node) -> Step:
    """All was asked: run the command of `-exec ... +`, then end."""
    state = finder.state
    words = _plus(node)
    if words and state["many"]:
        paths, state["many"] = state["many"], []
        step = _launch(sys, state, [*words, *paths])
        if step is not None:
            return step
    return finish(sys, int(state["code"]))


def _plus(node: Node) -> list[str]:
    if node.kind == "-exec+":
        return list(node.words)
    return next((words for part in node.parts if (words := _plus(part))), [])
