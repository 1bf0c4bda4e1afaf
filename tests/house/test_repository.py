"""What is in the repository, and what must never be."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOP = {
    "manage.py",
    "labsite",
    "lessons",
    "simulator",
    "templates",
    "static",
    "tests",
    "docker-compose.yml",
    "README.md",
}

# Names of package hosts are put together here, so that this file does not hold them either.
HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("npmmirror", "com"),
        ("registry", "yarnpkg", "com"),
        ("tuna", "tsinghua"),
        ("mirrors", "aliyun"),
    )
]


def tracked() -> list[Path]:
    """The files that git keeps."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("this is no git checkout")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def texts() -> list[tuple[str, str]]:
    """Name and text of every tracked file that is text."""
    return [(str(path.relative_to(ROOT)), path.read_text(errors="replace")) for path in tracked()]


def test_no_file_names_a_package_host() -> None:
    assert [(name, host) for name, text in texts() for host in HOSTS if host in text] == []


def test_no_file_names_the_folder_of_the_checkout() -> None:
    assert [name for name, text in texts() if str(ROOT) in text] == []


def test_what_is_generated_is_not_kept() -> None:
    kept = {str(path.relative_to(ROOT)) for path in tracked()}
    generated = ("static/build/", "staticfiles/", "node_modules/", "simulator/api/schema.json", "var/", "build/")
    assert [name for name in sorted(kept) if name.startswith(generated) or name.endswith(".mo")] == []
    assert {Path(name).parts[0] for name in kept} >= TOP


@pytest.mark.parametrize("lock", ["runtime", "dev", "schema", "node"])
def test_a_lock_file_pins_every_package_by_digest(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.lock").read_text()
    entries = re.split(r"\n(?=\S)", text.strip())
    assert entries
    assert [entry.split("\n")[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {"runtime": project["project"]["dependencies"], **project["dependency-groups"]}
    for lock, requirements in wanted.items():
        text = (ROOT / "requirements" / f"{lock}.lock").read_text()
        names = [re.split(r"[\[<>=~; ]", wish)[0].lower().replace(".", "-") for wish in requirements]
        assert [name for name in names if not re.search(rf"^{re.escape(name)}==", text, re.M)] == [], lock


def test_both_locks_name_the_same_versions() -> None:
    pins = [
        set(re.findall(r"^(\S+==\S+)", (ROOT / "requirements" / f"{name}.lock").read_text(), re.M))
        for name in ("runtime", "dev")
    ]
    assert pins[0] <= pins[1]
