"""The stack of a shell and its channels: frames, sources, output that waits for room, complaints, and the way out.

A frame is a dict: which source it reads (`sid`), where its unit begins (`at`, `line`) and the next one (`next`, -1: there is
none), which block of the unit it runs and how far it is (`block`, `pc`), the loops, cases and redirections it is in (`nest`),
whether a failure in it is looked at (`tested`), and what is to be undone when it ends (`undo`).
"""

from typing import Any

from simulator.runtime.syscalls import Sys, UnixError
from simulator.shell.arrays import Array, Items
from simulator.shell.dialects import ASH_APPLETS, SYNTAX_ERRORS, TOKEN_NAMES
from simulator.shell.memory import Memory, ShellError
from simulator.shell.printing import function_text
from simulator.shell.program import Instruction, link
from simulator.shell.syntax import Assign, ShellSyntaxError

FUNCTION_DEPTH = 1_000
SOURCES_LIMIT = 2 << 20  # characters in all sources that a shell holds
OUT_LIMIT = 1 << 20

Frame = dict[str, Any]


class Core(Memory):
    """What all parts of a running shell share."""

    def __init__(self, sys: Sys) -> None:
        super().__init__(sys)
        self.stack: list[Frame] = self.state["stack"]
        self.frame: Frame = {}
        self.code: tuple[Instruction, ...] = ()
        self.pc = 0
        self.charged = 0
        self.lists: dict[str, tuple[Assign, Items]] = {}  # the arrays among the arguments of a declaration

    # --- frames -----------------------------------------------------------------------------------------------------

    def push(self, frame: Frame) -> None:
        """Go on in *frame*; when it ends, where we are now."""
        if len(self.stack) > FUNCTION_DEPTH:
            raise self.error("recursion", FUNCTION_DEPTH)
        if self.stack:
            self.frame["pc"] = self.pc
            frame["tested"] = frame.get("tested", False) or self.frame["tested"]
        self.stack.append(frame)
        self.load()

    def pop(self) -> None:
        """Leave the frame on top."""
        frame = self.stack.pop()
        self.unwind(frame, 0)
        self.undo(frame.get("undo"))
        if frame["next"] >= 0:
            self.drop_source(frame["sid"])
        if self.stack:
            self.load()

    def load(self) -> None:
        """Look at the frame on top."""
        self.frame = self.stack[-1]
        self.pc = self.frame["pc"]
        self.code = self.program(self.frame)

    def program(self, frame: Frame) -> tuple[Instruction, ...]:
        """The instructions of a frame, derived from its source."""
        if frame["block"] < 0:
            return (("end",),)
        source = self.state["sources"][frame["sid"]]
        linked = link(source["text"], frame["at"], frame["line"], self.dialect.name, aliases_of(source))
        return linked.blocks[frame["block"]]

    def unwind(self, frame: Frame, height: int) -> None:
        """Leave the loops, cases and redirections of *frame* down to *height*."""
        nest = frame["nest"]
        while len(nest) > height:
            entry = nest.pop()
            if entry[0] == "fds":
                self.put_back(entry[1])

    def undo(self, undo: dict[str, Any] | None) -> None:
        """Put back what held only for one command: descriptors, variables, parameters."""
        if not undo:
            return
        if "args" in undo:
            self.state["args"] = undo["args"]
        for name, target in undo.get("refs", {}).items():
            self.refer(name, target)
        for name, value, exported, *more in reversed(undo.get("vars", [])):
            self.restore_variable(name, value, exported, more[0] if more else None)
            self.shape(name, more[1] if len(more) > 1 else "")
        if "fds" in undo:
            self.put_back(undo["fds"])

    def refer(self, name: str, target: str | None) -> None:
        """Let *name* stand for the variable *target* from now on; None: for itself again."""
        refs = self.state.setdefault("refs", {})
        refs.pop(name, None)
        refs |= {name: target} if target else {}

    def restore_variable(self, name: str, value: str | None, exported: bool, array: Array | None) -> None:
        self.state["readonly"].pop(name, None)
        self.unset(name)
        if array is not None:
            self.state["arrays"][name] = array
            self.state["size"] += self.array_size(name)
        elif value is not None:
            self.set(name, value)
        if exported:
            self.state["exports"][name] = True
        else:
            self.state["exports"].pop(name, None)

    def put_back(self, saved: dict[str, int | None]) -> None:
        """Give the descriptors in *saved* back what they were before."""
        raise NotImplementedError

    # --- sources ----------------------------------------------------------------------------------------------------

    def source_frame(self, text: str, kind: str, *, line: int = 1, path: str = "", **extra: Any) -> Frame:
        """A frame that runs all units of *text*, which stands in the file *path*."""
        sources = self.state["sources"]
        if sum(len(source["text"]) for source in sources.values()) + len(text) > SOURCES_LIMIT:
            self.sweep_sources()
            if sum(len(source["text"]) for source in sources.values()) + len(text) > SOURCES_LIMIT:
                raise self.error("memory")
        self.state["serial"] += 1
        sid = str(self.state["serial"])
        sources[sid] = {"text": text, "aliases": dict(self.state["aliases"]), "kept": False, "path": path}
        frame = {"kind": kind, "sid": sid, "at": 0, "line": line, "next": 0, "block": -1, "pc": 0, "nest": []}
        return frame | {"tested": False, "undo": None} | extra

    def block_frame(self, block: int, kind: str, **extra: Any) -> Frame:
        """A frame that runs another block of the unit at hand."""
        frame = {key: self.frame[key] for key in ("sid", "at", "line")}
        frame |= {"kind": kind, "next": -1, "block": block, "pc": 0, "nest": [], "tested": False, "undo": None}
        return frame | extra

    def drop_source(self, sid: str) -> None:
        """Forget a source that has been read, unless a function stands in it or a frame still reads it."""
        source = self.state["sources"].get(sid)
        if source and not source["kept"] and not any(frame["sid"] == sid for frame in self.stack):
            del self.state["sources"][sid]

    def sweep_sources(self) -> None:
        """Forget the sources whose functions have been replaced."""
        used = {frame["sid"]: True for frame in self.stack} | {
            body[0]: True for body in self.state["functions"].values()
        }
        for sid in list(self.state["sources"]):
            if sid not in used:
                del self.state["sources"][sid]

    def next_unit(self) -> bool:
        """Go on with the next unit of the frame on top; False if there is none."""
        frame = self.frame
        source = self.state["sources"][frame["sid"]]
        if source["aliases"] != self.state["aliases"]:
            self.renew_aliases(frame, source)
            source = self.state["sources"][frame["sid"]]
        line = frame.get("following", frame["line"])
        linked = link(source["text"], frame["next"], line, self.dialect.name, aliases_of(source))
        self.unwind(frame, 0)
        if linked.empty:
            return False
        frame.update(at=frame["next"], line=line, next=linked.end, following=linked.line, block=0, pc=0)
        self.code, self.pc = linked.blocks[0], 0
        return True

    def function_text(self, name: str) -> str:
        """A function as it could be typed."""
        sid, at, line, block = self.state["functions"][name]
        source = self.state["sources"][sid]
        linked = link(source["text"], at, line, self.dialect.name, aliases_of(source))
        return function_text(name, linked.functions[block], linked.bodies)

    def renew_aliases(self, frame: Frame, source: dict[str, Any]) -> None:
        """Read on with the aliases as they now are; functions keep the text as it was read."""
        if not source["kept"]:
            source["aliases"] = dict(self.state["aliases"])
            return
        self.state["serial"] += 1
        frame["sid"] = str(self.state["serial"])
        self.state["sources"][frame["sid"]] = {**source, "aliases": dict(self.state["aliases"]), "kept": False}

    # --- output -----------------------------------------------------------------------------------------------------

    def write(self, text: str, fd: int = 1) -> None:
        """Put *text* out on the shell's own descriptor *fd*; `flush` sends it."""
        real = self.state["fds"].get(str(fd))
        if real is None:
            raise UnixError("EBADF")
        self.state["out"].append([real, text.encode()])

    def flush(self) -> int | None:
        """Send what waits to be sent; the descriptor that has no room, or None. Raises UnixError."""
        out = self.state["out"]
        while out:
            fd, data = out[0]
            try:
                taken = self.sys.write(fd, data)
            except UnixError as error:
                out.clear()
                if error.name == "EPIPE":
                    return None
                raise
            if taken < len(data):
                out[0] = [fd, data[taken:]]
                return int(fd)
            out.pop(0)
            self.sent(fd)
        return None

    def sent(self, fd: int) -> None:
        """All that was to go to a descriptor has gone; it may have been kept open for that alone."""

    # --- complaints -------------------------------------------------------------------------------------------------

    def prefix(self, builtin: str = "", line: int | None = None) -> str:
        """What stands before a message: the shell's name, and where it is."""
        name = self.state["name"]
        line = self.state["line"] if line is None else line
        if self.dialect.name == "dash":
            return f"{name}: {line}: " + (f"{builtin}: " if builtin else "")
        if self.dialect.name == "bash":
            where = "" if self.state["interactive"] else f"line {line}: "
            if self.state["from"] == "c" and any(frame["kind"] == "call" for frame in self.stack):
                name = "environment"  # bash's name for where such functions come from
            return f"{name}: {where}" + (f"{builtin}: " if builtin else "")
        return self.ash_prefix(builtin, line)

    def ash_prefix(self, builtin: str, line: int) -> str:
        name = str(self.state["name"])
        if builtin in ASH_APPLETS:
            return name.removeprefix("-").rpartition("/")[2] + ": "
        script = self.state["from"] == "file"
        where = (
            f"line {line if script else line - 1}: " if script or (builtin and not self.state["interactive"]) else ""
        )
        return f"{name}: " + (f"{builtin}: " if builtin else "") + where

    def complain(self, message: str, builtin: str = "") -> None:
        """Print a message on standard error."""
        try:
            self.write(self.prefix(builtin) + message + "\n", 2)
        except UnixError:
            return

    def complain_of_syntax(self, error: ShellSyntaxError, text: str, builtin: str = "") -> None:
        """Print a syntax error in the dialect's words."""
        message = self.syntax_message(error)
        if self.dialect.name != "bash":
            self.state["line"] = error.line
            return self.complain(message, builtin)
        inner = f"{builtin}: " if builtin else "-c: " if self.state["from"] == "c" else ""
        # For bash the end of a text comes after one more line break.
        line = error.line + (error.kind == "unexpected" and not error.token and not text.endswith("\n"))
        where = "" if self.state["interactive"] else f"line {line}: "
        start = f"{self.state['name']}: {inner}{where}"
        lines = text.split("\n")
        hint = error.kind == "unexpected" and error.token and not self.state["interactive"]
        shown = f"{start}`{lines[min(error.line, len(lines)) - 1]}'\n" if hint else ""
        self.write(f"{start}{message}\n{shown}", 2)
        return None

    def syntax_message(self, error: ShellSyntaxError) -> str:
        if error.kind in ("memory", "depth"):
            return self.say(error.kind)
        if error.kind == "refused":
            return f"not simulated here: {error.token}"
        if error.kind != "unexpected":
            kind = "quote" if error.kind == "heredoc" else error.kind
            return SYNTAX_ERRORS[self.dialect.name][kind].replace("{token}", error.token)
        name = TOKEN_NAMES.get(error.token, f'"{error.token}"')
        expected = f' (expecting "{error.expected}")' if error.expected else ""
        if self.dialect.name == "dash":
            return f"Syntax error: {name} unexpected{expected}"
        if self.dialect.name == "ash":
            return f"syntax error: unexpected {name}{expected}"
        if not error.token:
            return "syntax error: unexpected end of file"
        return "syntax error near unexpected token `" + {"\n": "newline"}.get(error.token, error.token) + "'"

    # --- the end ----------------------------------------------------------------------------------------------------

    def exit(self, status: int) -> None:
        """Leave the shell, after what is trapped on EXIT."""
        action = self.state["traps"].pop("EXIT", None)
        while self.stack:
            self.leave_frame(self.stack.pop())
        self.state["waiting"] = None
        self.state["expansion"] = None
        self.state["status"] = status
        self.state["exiting"] = status
        if action:
            self.push(self.source_frame(action, "exit"))

    def leave_frame(self, frame: Frame) -> None:
        """Undo what a frame did that is left in haste."""
        try:
            self.unwind(frame, 0)
            self.undo(frame.get("undo"))
        except ShellError:
            return

    def abandon(self) -> None:
        """Drop everything down to the frame that reads commands, and go on behind its unit."""
        while len(self.stack) > 1:
            frame = self.stack.pop()
            self.leave_frame(frame)
            if frame["next"] >= 0:
                self.drop_source(frame["sid"])
        self.undo(self.state.pop("undo", None))
        self.state["waiting"] = None
        self.state["expansion"] = None
        self.load()
        self.unwind(self.frame, 0)
        self.frame["block"] = -1
        self.frame["pc"] = 0
        self.load()


def aliases_of(source: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """The aliases with which a source is read."""
    return tuple(source["aliases"].items()) if source["aliases"] else ()
