"""crictl: the node's container runtime, asked directly (kubernetes-sigs/cri-tools)."""

from collections.abc import Mapping
from typing import Any

from simulator.api import yamls
from simulator.kernel.units import SECOND
from simulator.programs import crictl_exec, crictl_stats
from simulator.programs import crictl_json as form
from simulator.programs.calendar import strftime
from simulator.programs.crictl_view import named, newest, one, short, size_text, table
from simulator.programs.options import Dialect, Options, Refused, grammar, parse, refuse
from simulator.runtime.cri_api import Cri, CriError
from simulator.runtime.syscalls import Step, Sys, UnixError, Wait

LIST = grammar(
    "aqlo:n:s:p:v",
    {
        "all": "a", "quiet": "q", "latest": "latest", "last=": "last", "name=": "name", "state=": "s", "pod=": "p", "output=": "o", "namespace=": "namespace",
        "image=": "image", "id=": "id", "label=": "label", "no-trunc": "no-trunc", "verbose": "v", "digests": "digests", "prune": "prune", "force": "force", "tail=": "tail", "follow": "follow",
        "timeout=": "timeout", "stdin": "i", "tty": "t",
    },
)  # fmt: skip
LOGS = grammar("fptl:", {"follow": "f", "previous": "p", "timestamps": "t", "tail=": "tail"})
STATES = {"running": "Running", "exited": "Exited", "created": "Created", "ready": "Ready", "notready": "NotReady"}
PULL_POLL = SECOND // 5


def ago(sys: Sys, created: int) -> str:
    """`5 minutes ago`, as go-units' HumanDuration says it."""
    seconds = max(0, sys.unix - created) // SECOND
    if seconds < 1:
        return "Less than a second ago"
    if seconds < 60:
        return f"{seconds} second{'s' if seconds != 1 else ''} ago"
    minutes = (seconds + 30) // 60
    if minutes < 60:
        return "About a minute ago" if minutes == 1 else f"{minutes} minutes ago"
    hours = (seconds + 1800) // 3600
    if hours < 48:
        return "About an hour ago" if hours == 1 else f"{hours} hours ago"
    days = hours // 24
    return f"{days} days ago" if days < 14 else f"{days // 7} weeks ago" if days < 60 else f"{days // 30} months ago"


class Crictl:
    """One command."""

    def __init__(self, sys: Sys, cri: Cri, dialect: Dialect) -> None:
        self.sys = sys
        self.cri = cri
        self.dialect = dialect

    def options(self, words: list[str]) -> Options:
        return parse(self.sys, self.dialect, LIST, words)

    def pods_by_id(self) -> dict[str, dict[str, Any]]:
        return {pod["id"]: pod for pod in self.cri.list_pod_sandboxes()}

    # --- commands ------------------------------------------------------------------------------------------------
    def ps(self, words: list[str]) -> int:
        """Containers."""
        options = self.options(words)
        pods = self.pods_by_id()
        rows = sorted(self.cri.list_containers(), key=newest)
        if "s" in options:
            rows = [row for row in rows if row["state"] == options.value("s").lower()]
        elif "a" not in options and not options.value("latest"):
            rows = [row for row in rows if row["state"] == "running"]
        if "name" in options:
            rows = named(rows, options.value("name"))
        if "p" in options:
            rows = [row for row in rows if row["sandbox"].startswith(options.value("p"))]
        if "q" in options:
            self.sys.out("".join(row["id"] + "\n" for row in rows))
            return 0
        if "o" in options:
            return self.dump(
                form.listed("containers", rows, lambda row: form.container(row, self.config_of(row))), options
            )
        cells = [
            (short(row["id"]), short(self.config_of(row)), ago(self.sys, row["created"]), STATES[row["state"]], row["name"], str(row["attempt"]), short(row["sandbox"]), pods.get(row["sandbox"], {}).get("name", "unknown"), pods.get(row["sandbox"], {}).get("namespace", "unknown"))
            for row in rows
        ]  # fmt: skip
        return table(
            self.sys, ("CONTAINER", "IMAGE", "CREATED", "STATE", "NAME", "ATTEMPT", "POD ID", "POD", "NAMESPACE"), cells
        )

    def pods(self, words: list[str]) -> int:
        """Sandboxes."""
        options = self.options(words)
        rows = sorted(self.cri.list_pod_sandboxes(), key=newest)
        if "name" in options:
            rows = named(rows, options.value("name"))
        if "namespace" in options:
            rows = [row for row in rows if options.value("namespace") in row["namespace"]]
        if "s" in options:
            rows = [row for row in rows if row["state"] == options.value("s").lower()]
        if "q" in options:
            self.sys.out("".join(row["id"] + "\n" for row in rows))
            return 0
        if "o" in options:
            return self.dump(form.listed("items", rows, form.pod), options)
        cells = [
            (short(row["id"]), ago(self.sys, row["created"]), STATES.get(row["state"], row["state"]), row["name"], row["namespace"], str(row.get("attempt", 0)), row.get("handler") or "(default)")
            for row in rows
        ]  # fmt: skip
        return table(self.sys, ("POD ID", "CREATED", "STATE", "NAME", "NAMESPACE", "ATTEMPT", "RUNTIME"), cells)

    def images(self, words: list[str]) -> int:
        """Images, one line for each name."""
        options = self.options(words)
        rows: list[tuple[str, ...]] = []
        images = self.cri.list_images()
        if "o" in options:
            return self.dump(form.listed("images", images, form.image), options)
        for image in images:
            for name in image["tags"] or ["<none>:<none>"]:
                repository, _, tag = name.rpartition(":")
                if not options.words or options.words[0] in (name, repository):
                    rows.append((repository, tag, short(image.get("config") or image["id"]), size_text(image["size"])))
        if "q" in options:
            self.sys.out("".join(str(image.get("config") or image["id"]) + "\n" for image in images))
            return 0
        return table(self.sys, ("IMAGE", "TAG", "IMAGE ID", "SIZE"), sorted(rows))

    def rmi(self, words: list[str]) -> int:
        """Remove images."""
        code = 0
        for name in self.options(words).words:
            image = self.image(name)
            if image is None:
                self.sys.err(
                    f'E error of the status of image "{name}": no such image\nFATA[0000] unable to remove the image(s): no such image {name}\n'
                )
                code = 1
                continue
            self.cri.remove_image(image["id"])
            self.sys.out("".join(f"Deleted: {tag}\n" for tag in image["tags"] or [image["id"]]))
        return code

    def image(self, name: str) -> dict[str, Any] | None:
        """An image by name or by the beginning of its id."""
        try:
            found = self.cri.image_status(name)
        except CriError:
            found = None
        by_id = [
            image
            for image in self.cri.list_images()
            if str(image.get("config") or image["id"]).rpartition(":")[2].startswith(name.removeprefix("sha256:"))
        ]
        return found or (by_id[0] if by_id else None)

    def pull(self, words: list[str]) -> Step:
        """Pull an image."""
        state = self.sys.state
        names = self.options(words).words
        if len(names) != 1:
            raise Refused("FATA[0000] image name cannot be empty\n")
        try:
            if "pull" not in state:
                state["pull"] = self.cri.pull_image(names[0], uid="")
            status = self.cri.pull_status(state["pull"])
        except CriError as error:
            raise Refused(f"FATA[0000] pulling image: {error}\n") from None
        if not status["done"]:
            return Wait(until=self.sys.now + PULL_POLL)
        if status["error"]:
            raise Refused(f"FATA[{status.get('took', 0) // SECOND:04}] pulling image: {status['error']}\n")
        image = self.image(names[0])
        self.sys.out(f"Image is up to date for {image['id'] if image else names[0]}\n")
        return 0

    def logs(self, words: list[str]) -> int:
        """The log of a container."""
        options = parse(self.sys, self.dialect, LOGS, words)
        if "f" in options:
            raise refuse(self.sys, "not simulated here: logs -f; use kubectl logs -f")
        if not options.words:
            raise Refused("FATA[0000] ID cannot be empty\n")
        container = one(self.sys, self.cri.list_containers(), options.words[0], "ContainerStatus")
        entries = self.cri.logs(container["id"])
        if options.value("tail").isdecimal():
            entries = entries[-int(options.value("tail")[:9]) :]
        for at, stream, line in entries:
            stamp = strftime("%Y-%m-%dT%H:%M:%S.", at) + f"{at % 10**6:06}000Z " if "t" in options else ""
            text = stamp + line.decode("utf-8", "surrogateescape").rstrip("\n") + "\n"
            (self.sys.out if stream == "stdout" else self.sys.err)(text)
        return 0

    def inspect(self, words: list[str]) -> int:
        """All that is known of a container."""
        options = self.options(words)
        for name in options.words:
            row = one(self.sys, self.cri.list_containers(), name, "ContainerStatus")
            self.dump(form.container_status(row, self.config_of(row), form.log_path(row)), options, ordered=True)
        return 0

    def config_of(self, row: Mapping[str, Any]) -> str:
        """The id of a container's image."""
        found = self.cri.image_status(row["image"])
        return str(found["config"] if found else row["image_id"])

    def inspectp(self, words: list[str]) -> int:
        """All that is known of a sandbox."""
        options = self.options(words)
        for name in options.words:
            row = one(self.sys, self.cri.list_pod_sandboxes(), name, "PodSandboxStatus")
            self.dump(form.pod_status(self.cri.sandbox_status(row["id"])), options, ordered=True)
        return 0

    def inspecti(self, words: list[str]) -> int:
        """All that is known of an image."""
        options = self.options(words)
        for name in options.words:
            image = self.image(name)
            if image is None:
                raise Refused(f'FATA[0000] no such image "{name}" present\n')
            self.dump({"status": form.image(image)}, options, ordered=True)
        return 0

    def exec(self, words: list[str]) -> Step:
        """A program in a container."""
        return crictl_exec.run(self.sys, self.cri, self.dialect, words)

    def stats(self, words: list[str]) -> Step:
        """What containers use."""
        return crictl_stats.containers(self.sys, self.cri, self.dialect, words)

    def statsp(self, words: list[str]) -> Step:
        """What Pods use."""
        return crictl_stats.pods(self.sys, self.cri, self.dialect, words)

    def stop(self, words: list[str]) -> int:
        """Stop containers; the kubelet will start them again."""
        for name in self.options(words).words:
            row = one(self.sys, self.cri.list_containers(), name, "StopContainer")
            self.cri.stop_container(row["id"], 0)
            self.sys.out(f"{name}\n")
        return 0

    def rm(self, words: list[str]) -> int:
        """Remove containers that have ended."""
        for name in self.options(words).words:
            row = one(self.sys, self.cri.list_containers(), name, "RemoveContainer")
            if row["state"] == "running" and "force" not in self.options(words):
                raise Refused(
                    f'FATA[0000] unable to remove container(s): removing the container "{name}": container is running, please stop first\n'
                )
            self.cri.remove_container(row["id"])
            self.sys.out(f"{name}\n")
        return 0

    def info(self, words: list[str]) -> int:
        """The state of the runtime."""
        return self.dump(form.info(self.cri.status()), self.options(words), ordered=True)

    def version(self, words: list[str]) -> int:
        """Versions."""
        self.sys.out("Version:  0.1.0\nRuntimeName:  containerd\nRuntimeVersion:  v2.3.4\nRuntimeApiVersion:  v1\n")
        return 0

    def dump(self, value: Any, options: Options, *, ordered: bool = False) -> int:
        """Print a message as the option says; JSON if it says nothing."""
        wanted = options.value("o", "json")
        if wanted not in ("json", "yaml"):
            raise refuse(self.sys, f"not simulated here: output format {wanted}; json and yaml are")
        self.sys.out(yamls.dump(value) if wanted == "yaml" else form.text(value, ordered=ordered))
        return 0


COMMANDS = (
    "exec",
    "ps",
    "pods",
    "stats",
    "statsp",
    "images",
    "image",
    "rmi",
    "pull",
    "logs",
    "inspect",
    "inspectp",
    "inspecti",
    "stop",
    "rm",
    "info",
    "version",
)
OTHERS = (
    "attach",
    "create",
    "run",
    "runp",
    "start",
    "stopp",
    "rmp",
    "port-forward",
    "update",
    "events",
    "config",
    "checkpoint",
    "imagefsinfo",
)


def main(sys: Sys, dialect: Dialect) -> Step:
    """Ask the runtime."""
    words = sys.argv[1:]
    while words and words[0] in (
        "-r",
        "--runtime-endpoint",
        "-i",
        "--image-endpoint",
        "-c",
        "--config",
        "-t",
        "--timeout",
    ):
        words = words[2:]
    words = [word for word in words if not word.startswith(("--runtime-endpoint=", "--image-endpoint="))]
    if not words or words[0] in ("help", "-h", "--help"):
        sys.out("NAME:\n   crictl - client for CRI\n\nCOMMANDS:\n" + "".join(f"   {name}\n" for name in COMMANDS))
        return 0
    if words[0] in ("-v", "--version"):
        sys.out("crictl version v1.36.0\n")
        return 0
    name = {"img": "images", "image": "images", "i": "images"}.get(words[0], words[0])
    if name not in COMMANDS:
        raise (
            refuse(sys, f"not simulated here: crictl {name}")
            if name in OTHERS
            else Refused(f"No help topic for '{name}'\n", 3)
        )
    try:
        cri = sys.cri()
        step: Step = getattr(Crictl(sys, cri, dialect), name)(words[1:])
    except UnixError as error:
        reason = "no such file or directory" if error.name == "ENOENT" else "permission denied"
        raise Refused(
            f'FATA[0000] validate service connection: validate CRI v1 runtime API for endpoint "unix:///run/containerd/containerd.sock": rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: {reason}"\n'
        ) from None
    except CriError as error:
        raise Refused(f"FATA[0000] {error}\n") from None
    return step
