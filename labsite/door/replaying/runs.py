"""One command of a transcript, run by a real kubectl in a copy of the learner's folder."""

import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

LARGEST = 3 << 20
Read = Callable[[str], str | None]
Listing = Callable[[str], list[dict[str, Any]]]


class Run:
    """A process, and what it has printed so far."""

    def __init__(self, binary: Path, home: Path, kubeconfig: Path, question: dict[str, Any], top: Path) -> None:
        self.top = top
        folder = top / question["cwd"].lstrip("/")
        folder.mkdir(parents=True, exist_ok=True)
        environment = {"HOME": str(home), "KUBECONFIG": str(kubeconfig), "PATH": os.environ["PATH"], "NO_PROXY": "*"}
        # The editor: a transcript runs it on this machine, so play only what you trust.
        environment |= question["env"]
        own, dashes, others = parted(question["argv"])
        self.laid = stamps(top)
        self.process = subprocess.Popen(
            [str(binary), *map(self.inside, own), *dashes, *others],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if question["joined"] else subprocess.PIPE,
        )
        self.printed = {"out": b"", "err": b""}
        self.lock = threading.Lock()
        self.readers = [
            threading.Thread(target=self.read, args=(name, stream), daemon=True)
            for name, stream in (("out", self.process.stdout), ("err", self.process.stderr))
            if stream is not None
        ]
        for reader in self.readers:
            reader.start()
        threading.Thread(target=self.feed, args=(question["stdin"].encode(),), daemon=True).start()

    def inside(self, word: str) -> str:
        """A word of the command line; an absolute path that was copied is where the copy is."""
        name, sign, path = word.rpartition("=")
        here = self.top / path.lstrip("/")
        return f"{name}{sign}{here}" if path.startswith("/") and here.exists() else word

    def feed(self, data: bytes) -> None:
        """Give the process its input."""
        assert self.process.stdin
        try:
            self.process.stdin.write(data)
            self.process.stdin.close()
        except BrokenPipeError:
            pass

    def read(self, name: str, stream: Any) -> None:
        """Collect what the process prints."""
        while data := os.read(stream.fileno(), 65536):
            with self.lock:
                self.printed[name] += data

    def answer(self) -> dict[str, Any] | None:
        """What is new since the last time, and the exit code at the end; None if nothing is."""
        code = self.process.poll()
        if code is not None:
            for reader in self.readers:
                reader.join()
        with self.lock:
            fresh, self.printed = self.printed, {"out": b"", "err": b""}
        if code is None and not any(fresh.values()):
            return None
        texts = {name: data.decode(errors="replace").replace(f"{self.top}/", "/") for name, data in fresh.items()}
        return {**texts, "code": None if code is None else code % 256}

    def written(self) -> Iterator[tuple[str, str]]:
        """The texts that the process has written below *top*, with their paths in the lab; a kubeconfig is only true out here."""
        for path, stamp in stamps(self.top).items():
            if self.laid.get(path) == stamp or path.stat().st_size > LARGEST:
                continue
            try:
                text = path.read_text()
            except UnicodeDecodeError:
                continue
            if "kind: Config\n" not in text:
                yield f"/{path.relative_to(self.top)}", text

    def stop(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.wait()


def stamps(top: Path) -> dict[Path, int]:
    """When each file below *top* was written last."""
    return {path: path.stat().st_mtime_ns for path in sorted(top.rglob("*")) if path.is_file()}


def parted(words: list[str]) -> tuple[list[str], list[str], list[str]]:
    """The words for kubectl itself, `--`, and those behind it, which are for a program in a container."""
    at = words.index("--") if "--" in words else len(words)
    return words[:at], words[at : at + 1], words[at + 1 :]


def copied(top: Path, question: dict[str, Any], kubeconfig: str, read: Read, files: Listing) -> None:
    """Copy the files that a command may read below *top*: those in its folder, and the absolute paths in its words. A kubeconfig
    leads to where the client really finds the cluster."""
    for path in wanted(question, files):
        text = read(path)
        if text is not None:
            text = kubeconfig if "kind: Config\n" in text else text
            target = top / path.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)


def wanted(question: dict[str, Any], files: Listing) -> Iterator[str]:
    """The paths of those files."""
    for file in files(question["cwd"]):
        if file["kind"] == "file" and file["size"] <= LARGEST:
            yield file["path"]
    for word in parted(question["argv"])[0]:
        path = word.rpartition("=")[2]
        if path.startswith("/"):
            yield path


def asked(text: str) -> dict[str, Any]:
    """What the stand-in wants."""
    question: dict[str, Any] = json.loads(text)
    return question
