"""What is simulated, what is refused and what deviates, as tables made from the code's own: for a page and for the documentation."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from simulator.api.resources import RESOURCES, Resource
from simulator.apiserver.admission import chain
from simulator.apiserver.deviations import DEVIATIONS as APISERVER
from simulator.cluster.fault_kinds import FAULTS
from simulator.controllers.deviations import DEVIATIONS as CONTROLLERS
from simulator.controllers.table import CONTROLLERS as CONTROLLER_CLASSES
from simulator.kubectl.cli import Command
from simulator.kubectl.commands import COMMANDS
from simulator.kubectl.deviations import DEVIATIONS as KUBECTL
from simulator.kubectl.verbs import refused
from simulator.kubelet.deviations import DEVIATIONS as KUBELET
from simulator.kubelet.payloads import PAYLOADS
from simulator.kubelet.volumes import PLUGINS
from simulator.programs.deviations import DEVIATIONS as PROGRAMS
from simulator.programs.refused import REFUSED as REFUSED_PROGRAMS
from simulator.programs.table import BOTH, BUSYBOX_ONLY, SINGLE
from simulator.runtime import catalogue
from simulator.runtime.limits import DEVIATIONS as LIMITS
from simulator.scheduler.profile import DEVIATIONS as SCHEDULER
from simulator.shell.builtins import info
from simulator.shell.builtins.table import BUILTINS
from simulator.shell.deviations import DEVIATIONS as SHELL

Row = tuple[str, ...]
Deviations = Mapping[str, str] | tuple[str, ...]


class Section(NamedTuple):
    """One table: its *title*, the titles of its *columns* and the cells of the columns in *prose* are to be translated."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    prose: tuple[int, ...] = ()


# What each component does otherwise than the real one.
ROOMS: tuple[tuple[str, Deviations], ...] = (
    ("kube-apiserver", APISERVER),
    ("kube-scheduler", SCHEDULER),
    ("kube-controller-manager", CONTROLLERS),
    ("kubelet", KUBELET),
    ("machines", LIMITS),
    ("shell", SHELL),
    ("programs", PROGRAMS),
    ("kubectl", KUBECTL),
)
# The columns that people wrote, and that others have to read in their own language, by the table's name.
PROSE = {"deviations": (0, 1), "admission": (1,), "faults": (1,), "kubectl-refused": (1,), "programs-refused": (1,)}


def inventory() -> tuple[Section, ...]:
    """All tables; the deviations first."""
    return tuple(
        Section(name, title, columns, tuple(rows), PROSE.get(name, ())) for name, title, columns, rows in tables()
    )


def tables() -> Iterator[tuple[str, str, tuple[str, ...], Iterable[Row]]]:
    """Name, title, columns and rows of each table."""
    yield "deviations", "What deviates from a real cluster", ("Component", "What is different"), deviations()
    yield "resources", "Resources", ("Resource", "Kind", "API version", "Verbs", "Subresources"), resources()
    yield "controllers", "Controllers", ("Controller",), controllers()
    yield "admission", "Admission plugins", ("Plugin", "When"), admission()
    yield "volumes", "Volumes", ("Type",), ((kind,) for kind in sorted([*PLUGINS, *PAYLOADS]))
    yield "images", "Images", ("Repository", "Tags"), images()
    yield "faults", "Faults that can be switched on", ("Fault", "What goes wrong", "Keys"), faults()
    yield "kubectl", "kubectl", ("Command", "Flags"), kubectl()
    yield "kubectl-refused", "kubectl: what is refused", ("Command", "What it would do"), kubectl_refused()
    yield "builtins", "Shell builtins", ("Simulated", "Refused"), builtins()
    yield "programs", "Programs", ("Simulated",), ((name,) for name in programs())
    yield "programs-refused", "Programs: what is refused", ("Program", "What is not simulated"), program_refusals()


def deviations() -> Iterator[Row]:
    """Component, sentence."""
    for room, found in ROOMS:
        sentences = found.values() if isinstance(found, Mapping) else found
        yield from ((room, sentence) for sentence in sentences)


def resources() -> Iterator[Row]:
    """What `kubectl api-resources` lists, with the subresources."""
    for resource in RESOURCES.values():
        yield resource.name, resource.kind, versions(resource), ", ".join(resource.verbs), subresources(resource)


def versions(resource: Resource) -> str:
    """All versions that are served."""
    group = f"{resource.group}/" if resource.group else ""
    return ", ".join(group + version for version in resource.versions)


def subresources(resource: Resource) -> str:
    """Their names."""
    return ", ".join(each.name for each in resource.subresources)


def controllers() -> Iterator[Row]:
    """The controllers that run, by their names."""
    return ((name,) for name in sorted(controller.__name__ for controller in CONTROLLER_CLASSES))


def admission() -> Iterator[Row]:
    """The admission plugins, and whether a scenario has to name them."""
    yield from ((name, "always") for name in sorted(chain.DEFAULT))
    yield from ((name, "where a lesson switches it on") for name in sorted(chain.OPTIONAL))


def images() -> Iterator[Row]:
    """The images of the public registries."""
    for repository in sorted(catalogue.repositories()):
        tags = catalogue.load(catalogue.repositories()[repository])["tags"]
        yield repository, ", ".join(str(tag) for tag in tags)


def faults() -> Iterator[Row]:
    """What can be broken, and what has to be said of it."""
    return ((name, kind.what, " ".join((*kind.needs, *kind.takes))) for name, kind in FAULTS.items())


def kubectl() -> Iterator[Row]:
    """Each command, subcommands included, with its flags."""
    for command in COMMANDS:
        if command.run is not refused.run:
            yield from described(command, "")


def described(command: Command, above: str) -> Iterator[Row]:
    """A command and those below it."""
    name = f"{above}{command.name}"
    yield name, " ".join(f"--{flag.name}" for flag in command.flags)
    for child in command.commands:
        yield from described(child, f"{name} ")


def kubectl_refused() -> Iterator[Row]:
    """Commands that say that they are not simulated."""
    return ((command.name, command.short) for command in COMMANDS if command.run is refused.run)


def builtins() -> Iterator[Row]:
    """The shell's builtins: those that work, those that are refused."""
    refused_names = [name for name, builtin in BUILTINS.items() if builtin is info.refused]
    yield " ".join(name for name in BUILTINS if name not in refused_names), " ".join(refused_names)


def programs() -> list[str]:
    """All programs that do something."""
    return sorted({*BOTH, *SINGLE, *BUSYBOX_ONLY} - {*REFUSED_PROGRAMS})


def program_refusals() -> Iterator[Row]:
    """Programs that are there only to say what serves instead."""
    return iter(sorted(REFUSED_PROGRAMS.items()))
