"""Reading a kustomization and what it names (models kustomize's api/internal/target)."""

from posixpath import join, normpath
from typing import Any

from simulator.api import yamls
from simulator.kubectl.failures import Failure
from simulator.runtime.syscalls import Sys, UnixError

Obj = dict[str, Any]
NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
MOST_BYTES = 1 << 20
KNOWN = frozenset(
    (
        *(
            "apiVersion",
            "kind",
            "metadata",
            "resources",
            "bases",
            "namePrefix",
            "nameSuffix",
            "namespace",
            "commonLabels",
        ),
        *(
            "labels",
            "commonAnnotations",
            "images",
            "replicas",
            "configMapGenerator",
            "secretGenerator",
            "generatorOptions",
        ),
        *("patches", "patchesStrategicMerge", "patchesJson6902"),
    )
)


def kustomization(sys: Sys, folder: str) -> Obj:
    """The kustomization in *folder*; fails in kustomize's words."""
    names = [name for name in NAMES if sys.exists(join(folder, name))]
    if not sys.exists(folder):
        raise Failure(
            f"must build at directory: not a valid directory: evalsymlink failure on '{folder}' : "
            f"lstat {normpath(join(sys.cwd, folder))}: no such file or directory"
        )
    if not names:
        where, listed = normpath(join(sys.cwd, folder)), "', '".join(NAMES[:2])
        raise Failure(f"unable to find one of '{listed}' or '{NAMES[2]}' in directory '{where}'")
    if len(names) > 1:
        raise Failure(f"Found multiple kustomization files: {', '.join(names)}")
    found = documents(sys, join(folder, names[0]))
    value = found[0] if found else {}
    unknown = [key for key in value if key not in KNOWN] if isinstance(value, dict) else []
    if unknown:
        raise Failure(f"not simulated here: `{unknown[0]}` in {join(folder, names[0])}")
    if not isinstance(value, dict) or not value:
        raise Failure("kustomization.yaml is empty")
    return value


def text(sys: Sys, path: str) -> str:
    """The text of a file."""
    try:
        return sys.read_file(path)[:MOST_BYTES].decode(errors="replace")
    except UnixError as error:
        raise Failure(f"open {normpath(join(sys.cwd, path))}: {error.message.lower()}") from None


def documents(sys: Sys, path: str) -> list[Any]:
    """The documents of a YAML file."""
    return parsed(text(sys, path), path)


def parsed(content: str, where: str) -> list[Any]:
    """The documents of a piece of YAML."""
    try:
        values = [yamls.load(part) for part in yamls.split(content)]
    except yamls.BadYaml as error:
        raise Failure(
            f"accumulating resources: accumulation err='accumulating resources from '{where}': yaml: {error}'"
        ) from None
    return [value for value in values if value]
