"""The image store of a node, and pulls: one at a time, in the time that their size takes (containerd, kubelet serialize-image-pulls).

On a node an image is {"repository", "digest", "id", "size", "key", "changes", "at"} under its full name. A pull is {"node", "uid",
"image", "auths", "asked", "began", "done", "error", "took", "waited", "size"}.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.kernel.units import MILLISECOND, SECOND
from simulator.runtime import catalogue
from simulator.runtime.cri_api import CriError
from simulator.runtime.machinery import Machinery
from simulator.runtime.references import BadReference, Reference, parse
from simulator.runtime.registries import Answer, Registries
from simulator.runtime.tables import COMPONENT, Data, copied

ASKING = (450 * MILLISECOND, 1_100 * MILLISECOND)
NO_ANSWER = (20 * MILLISECOND, 60 * MILLISECOND)
BYTES_PER_SECOND = (9_000_000, 15_000_000)
PULLS_KEPT = 100


class Images:
    """Images and pulls of all nodes."""

    def __init__(self, machinery: Machinery) -> None:
        self.machinery = machinery
        self.tables = machinery.tables
        self.registries = Registries(machinery.tables)

    # --- what is there
    def look_up(self, node: str, name: str) -> tuple[str, Data] | None:
        """The full name and the record of an image on a node; None if it is not there; CriError for a bad name."""
        images: dict[str, Data] = self.tables.hosts[node]["images"]
        by_id = [(full, image) for full, image in images.items() if image["id"] in (name, f"sha256:{name}")]
        if by_id:
            return by_id[0]
        reference = self.parse(name)
        for full, image in images.items():
            same = image["repository"] == reference.repository
            if full == reference.text or (same and reference.digest and image["digest"] == reference.digest):
                return full, image
        return None

    def parse(self, name: str) -> Reference:
        """The reference, or the error that a kubelet reports for a bad name."""
        try:
            return parse(name)
        except BadReference as error:
            raise CriError(f'couldn\'t parse image name "{name}": {error}') from None

    def status(self, node: str, name: str) -> dict[str, Any] | None:
        """What `Cri.image_status` tells."""
        for fault in self.tables.outside.get("faults", ()):
            if (
                fault["type"] == "image-inspect-error"
                and fault.get("node", node) == node
                and fault.get("image") == name
            ):
                raise CriError(
                    f'Failed to inspect image "": rpc error: code = Unknown desc = {fault.get("message", "")}'
                )
        found = self.look_up(node, name)
        return self.describe(*found) if found else None

    def describe(self, full: str, image: Data) -> dict[str, Any]:
        """One image as the runtime shows it."""
        return {
            "id": f"{image['repository']}@{image['digest']}",
            "digest": image["digest"],
            "config": image["id"],
            "tags": [full] if "@" not in full else [],
            "size": image["size"],
            "user": str(self.config(image).get("user") or ""),
        }

    def config(self, image: Data) -> Mapping[str, Any]:
        """entrypoint, cmd, env, workdir, user, stop_signal of an image on a node."""
        repository, _, tag = image["key"].rpartition(":")
        known = catalogue.find(repository, tag)
        return {**(known.config if known else {}), **image["changes"]}

    def list(self, node: str) -> list[dict[str, Any]]:
        """All images of a node, by name."""
        images = self.tables.hosts[node]["images"]
        return [self.describe(full, images[full]) for full in sorted(images)]

    def remove(self, node: str, name: str) -> None:
        """Take an image away; CriError if it is not there."""
        found = self.look_up(node, name)
        if found is None:
            raise CriError(f'rpc error: code = NotFound desc = no such image "{name}"')
        del self.tables.hosts[node]["images"][found[0]]

    def keep(self, node: str, reference: Reference, answer: Answer) -> Data:
        """Store what was pulled; its record."""
        image = answer.image
        assert image is not None
        record = {"repository": reference.repository, "digest": image.digest, "id": image.id, "size": image.size}
        record |= {"key": image.key, "changes": copied(dict(answer.changes))}
        self.tables.hosts[node]["images"][reference.text] = record
        return record

    def bring(self, node: str, name: str) -> None:
        """Put an image on a node without a pull; CriError if no registry has it."""
        reference = self.parse(name)
        if self.look_up(node, name) is not None:
            return
        registry = self.registries.table().get(reference.domain, {})
        users = [
            {"registry": reference.domain, "username": user, "password": word}
            for user, word in (registry.get("users") or {}).items()
        ]
        answer = self.registries.resolve(reference, users, ())
        if answer.image is None:
            raise CriError(answer.error)
        self.keep(node, reference, answer)

    # --- pulls
    def pull(self, node: str, name: str, uid: str, auths: Sequence[Mapping[str, str]]) -> str:
        """Stand in line; the number of the pull."""
        self.parse(name)
        number = str(self.tables.number("pull"))
        now = self.machinery.world.now
        record = {
            "node": node,
            "uid": uid,
            "image": name,
            "auths": [dict(auth) for auth in auths],
            "asked": now,
            "began": None,
        }
        self.tables.pulls[number] = record | {"done": False, "error": "", "took": 0, "waited": 0, "size": 0, "full": ""}
        line: list[str] = self.tables.hosts[node]["pulling"]
        line.append(number)
        if len(line) == 1:
            self.begin(number)
        self.forget_old()
        return number

    def begin(self, number: str) -> None:
        """The registry is asked: how long that will take is known at once, what it says when it is over."""
        pull = self.tables.pulls[number]
        pull["began"] = self.machinery.world.now
        reference = parse(pull["image"])
        answer = self.ask(pull, reference)
        self.machinery.world.agenda.wake(COMPONENT, f"pull:{number}", after=self.duration(pull, reference, answer))

    def ask(self, pull: Data, reference: Reference) -> Answer:
        """What the registry says now."""
        return self.registries.resolve(reference, pull["auths"], self.tables.outside.get("faults", ()))

    def duration(self, pull: Data, reference: Reference, answer: Answer) -> int:
        """How long a pull takes: the questions, and the layers if they are not there yet."""
        dice = self.machinery.world.dice
        slow = sum(
            int(fault.get("seconds") or 0)
            for fault in self.tables.outside.get("faults", ())
            if fault["type"] == "registry-slow" and fault.get("registry") == reference.domain
        )
        took = dice.between(*(NO_ANSWER if answer.quick else ASKING)) + slow * SECOND
        here = self.tables.hosts[pull["node"]]["images"].values()
        if answer.image is None or any(image["digest"] == answer.image.digest for image in here):
            return took
        return took + answer.image.size * SECOND // dice.between(*BYTES_PER_SECOND)

    def finish(self, number: str) -> None:
        """A pull is over; the next in line begins."""
        pull = self.tables.pulls.get(number)
        if pull is None or pull["done"]:
            return
        reference = parse(pull["image"])
        answer = self.ask(pull, reference)
        auth = self.registries.taken(reference, pull["auths"])
        pull |= {"done": True, "error": answer.error, "cause": answer.cause, "auth": auth, "auths": []}
        pull["took"] = self.machinery.world.now - pull["began"]
        pull["waited"] = pull["began"] - pull["asked"]
        if answer.image is not None:
            self.keep(pull["node"], reference, answer)
            self.registries.served(reference)
            pull |= {"size": answer.image.size, "full": reference.text}
        line = self.tables.hosts[pull["node"]]["pulling"]
        line.remove(number)
        if line:
            self.begin(line[0])
        self.machinery.notify(pull["node"], pull["uid"])

    def pull_status(self, number: str) -> dict[str, Any]:
        """What `Cri.pull_status` tells."""
        pull = self.tables.pulls.get(number)
        if pull is None:
            raise CriError("rpc error: code = NotFound desc = no such pull")
        shown = {name: pull[name] for name in ("done", "error", "took", "waited", "size")}
        return shown | {"image": pull["full"], "auth": pull.get("auth")}

    def last_pull(self, node: str, uid: str, name: str) -> Data | None:
        """The record of the last pull of an image for a Pod that has ended, else of one under way; `cause`: what is behind its error."""
        mine = (
            pull
            for pull in self.tables.pulls.values()
            if (pull["node"], pull["uid"], pull["image"]) == (node, uid, name)
        )
        return max(mine, key=lambda pull: (pull["done"], pull["asked"]), default=None)

    def forget_old(self) -> None:
        """Keep the newest pulls only."""
        done = [number for number, pull in self.tables.pulls.items() if pull["done"]]
        for number in done[: max(len(done) - PULLS_KEPT, 0)]:
            del self.tables.pulls[number]
