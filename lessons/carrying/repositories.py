"""Files of a git repository, by the system's git: bounded in time and size, and nothing of what is in it is run.

No work tree is made: the files are read out of the object store, so there are no hooks, no filters, no links and no submodules.
"""

import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from lessons.carrying import zips
from lessons.carrying.parcels import LIMITS
from lessons.refusals import Refused

SECONDS = 60
# Of one file that git writes, as `ulimit -f` counts, and kibibytes of memory.
BLOCKS, MEMORY = (64 << 20) // 512, 2 << 20
PLAIN = ("100644", "100755")
# Nothing of the machine's or somebody's own configuration counts, and nobody is asked for a password.
ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "true",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "LANG": "C.UTF-8",
}
OPTIONS = (
    ("core.hooksPath", os.devnull),
    ("core.fsmonitor", "false"),
    ("transfer.fsckObjects", "true"),
    ("http.followRedirects", "false"),
    ("protocol.allow", "never"),
)


def is_address(text: str) -> bool:
    """Whether *text* is the address of a repository, and no path."""
    return "://" in text


def fetched(url: str, schemes: frozenset[str], branch: str = "", where: str = "") -> tuple[dict[str, bytes], list[str]]:
    """All plain files of the repository at *url* as *branch* (without one: its default branch) has them, by path, and the paths of its
    links and submodules; raises Refused. Only *schemes* are asked; *where* says to which addresses a name leads, as curl takes it."""
    scheme = urlsplit(url).scheme
    if scheme not in schemes or not url.startswith(f"{scheme}://") or not url.isprintable():
        known = ", ".join(sorted(schemes)) or "–"
        raise Refused(_("Repositories are fetched by these only: %(schemes)s (LESSON_SOURCES).") % {"schemes": known})
    with TemporaryDirectory(prefix="podlab-git-") as place:
        folder = Path(place) / "repository"
        options = [
            *OPTIONS,
            (f"protocol.{scheme}.allow", "always"),
            *([("http.curloptResolve", where)] if where else []),
        ]
        cloning = ["clone", "--quiet", "--bare", "--depth=1", "--single-branch", "--no-tags", "--template="]
        cloning += ["--no-recurse-submodules", *([f"--branch={branch}"] if branch else [])]
        git(Path(place), options, *cloning, "--", url, str(folder))
        return contents(folder)


def contents(folder: Path) -> tuple[dict[str, bytes], list[str]]:
    """The same for the newest commit of a bare repository in *folder*; raises Refused."""
    listed = git(folder, OPTIONS, "ls-tree", "-r", "-z", "--long", "HEAD")
    entries = [entry.decode(errors="replace").split("\t", 1) for entry in listed.split(b"\0") if entry]
    plain = [(facts.split(), path) for facts, path in entries if facts.split()[0] in PLAIN]
    if len(plain) > LIMITS.files or sum(int(facts[3]) for facts, _path in plain) > LIMITS.size:
        most = {"files": LIMITS.files, "most": zips.mebibytes(LIMITS.size)}
        raise Refused(_("The repository is too large: at most %(files)s files and %(most)s.") % most)
    wanted = "".join(f"{facts[2]}\n" for facts, _path in plain).encode()
    answer, at = git(folder, OPTIONS, "cat-file", "--batch", given=wanted), 0
    found = {}
    for facts, path in plain:
        at = answer.index(b"\n", at) + 1
        found[path] = answer[at : at + int(facts[3])]
        at += int(facts[3]) + 1
    return found, [path for facts, path in entries if facts.split()[0] not in PLAIN]


def git(folder: Path, options: Sequence[tuple[str, str]], *words: str, given: bytes = b"") -> bytes:
    """What one git command prints; raises Refused if it fails, or takes too long or too much."""
    command = ["git", *(part for name, value in options for part in ("-c", f"{name}={value}")), *words]
    limited = ["sh", "-c", f'ulimit -f {BLOCKS} -v {MEMORY}; exec "$@"', "git", *command]
    environment = {**ENVIRONMENT, "PATH": os.environ.get("PATH", ""), "HOME": str(folder)}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        limited, cwd=folder, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
    ) as process:
        try:
            out, said = process.communicate(given, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise Refused(_("The repository did not come within %(seconds)s seconds.") % {"seconds": SECONDS}) from None
    if process.returncode:
        last = said.decode(errors="replace").strip().rsplit("\n", 1)[-1][:200]
        raise Refused(_("git says: %(said)s") % {"said": last or process.returncode})
    return out
