"""Registries and what they answer to a pull (containerd core/remotes/docker, in the wording of containerd 2.3)."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from simulator.runtime import catalogue
from simulator.runtime.catalogue import Image
from simulator.runtime.outside import PUBLIC, Outside
from simulator.runtime.references import DEFAULT_REGISTRY, Reference, parse
from simulator.runtime.tables import Data, Tables, copied

WEB_SERVER = "nginx:1.22"  # what serves the page of an image of which a scenario says nothing else
HUB_HOST = "registry-1.docker.io"
FAILED = 'failed to pull and unpack image "{name}": failed to resolve image: {cause}'
NOT_FOUND = 'rpc error: code = NotFound desc = failed to pull and unpack image "{name}": failed to resolve image: {name}: not found'
DENIED = "pull access denied, repository does not exist or may require authorization: "
SCOPE = DENIED + "server message: insufficient_scope: authorization failed"
NO_CREDENTIALS = DENIED + "authorization failed: no basic auth credentials"
TOKEN = (
    "failed to authorize: failed to fetch {kind} token: unexpected status from GET request to {url}: 401 Unauthorized"
)
# Where a registry has its clients ask for a token, by kind; Docker Hub gives one to anybody, but not for every repository.
TOKEN_URLS = {
    "harbor": "https://{domain}/service/token?scope={scope}&service=harbor-registry",
    "hub": "https://auth.docker.io/token?scope={scope}&service=registry.docker.io",
}
HEAD = 'failed to do request: Head "{url}": dial tcp{where}'


class Answer(NamedTuple):
    """What a registry says: an image with what the scenario changes in it, or an error, and *cause*, what is behind that:
    `broken`, `unreachable`, `unauthorized`, `repository` or `tag` (there is none of that name)."""

    image: Image | None
    changes: Mapping[str, Any]
    error: str = ""
    quick: bool = False
    cause: str = ""


class Registries:
    """The registries of a scenario, kept in the table `outside` under "registries", and the public ones of the catalogue."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.outside = Outside(tables)

    def set(self, registries: Mapping[str, Any]) -> None:
        """Put the registries of a scenario there: host (with port) -> kind, private, users, images."""
        self.tables.outside["registries"] = copied({host: dict(entry or {}) for host, entry in registries.items()})
        for host in registries:
            self.outside.name(str(host).partition(":")[0])

    def table(self) -> dict[str, Data]:
        """The registries of the scenario by host."""
        found: dict[str, Data] = self.tables.outside.get("registries", {})
        return found

    def shown(self) -> list[Data]:
        """What a registry's own page shows: each image of the scenario with registry, kind, project, repository, tag, digest, size in
        bytes, pulls, and whether who pulls it must be known."""
        return [
            self.row(host, registry, str(name), entry or {})
            for host, registry in self.table().items()
            for name, entry in (registry.get("images") or {}).items()
        ]

    def row(self, host: str, registry: Data, name: str, entry: Data) -> Data:
        """One image."""
        reference = parse(f"{host}/{name}")
        path, _, tag = name.rpartition(":")
        image = self.serve(reference, {**entry, "tag": tag, "name": name}).image
        return {
            "registry": host,
            "kind": str(registry.get("kind") or ""),
            "project": path.partition("/")[0] if "/" in path else "",
            "repository": path,
            "tag": tag,
            "digest": self.digest(reference, tag, entry),
            "size": image.size if image else 0,
            "pulls": int(entry.get("pulls") or 0),
            "private": bool(registry.get("private") or entry.get("private")),
        }

    def resolve(self, reference: Reference, auths: Sequence[Mapping[str, str]], faults: Sequence[Data]) -> Answer:
        """What comes of asking for an image; *faults* are those that hold now."""
        broken = self.broken(reference, faults)
        if broken:
            return Answer(None, {}, broken, quick=True, cause="broken")
        registry = self.table().get(reference.domain)
        if registry is not None:
            entry = self.entry(registry, reference)
            refused = self.refuse(reference, registry, entry or {}, auths)
            if refused:
                return Answer(None, {}, refused, cause="unauthorized")
            if entry is not None:
                return self.serve(reference, entry)
        elif not self.reachable(reference):
            return Answer(None, {}, self.unreachable(reference), quick=True, cause="unreachable")
        image = catalogue.find(reference.repository, reference.version)
        if image is not None:
            return Answer(image, {})
        cause = "tag" if self.tags(reference) else "repository"
        return Answer(None, {}, self.missing(reference, registry), cause=cause)

    def paths(self, domain: str) -> list[str]:
        """The repositories of a registry, without its name: those of the scenario, then the public ones."""
        mine = [str(name).rpartition(":")[0] for name in self.table().get(domain, {}).get("images") or {}]
        public = [name.removeprefix(f"{domain}/") for name in catalogue.repositories() if name.startswith(f"{domain}/")]
        return list(dict.fromkeys([*mine, *public]))

    def tags(self, reference: Reference) -> list[str]:
        """The tags of a repository: those of the scenario, then the public ones."""
        names = [str(name).rpartition(":") for name in self.table().get(reference.domain, {}).get("images") or {}]
        mine = [tag for path, _, tag in names if path == reference.path]
        return list(dict.fromkeys([*mine, *catalogue.tags(reference.repository)]))

    def entry(self, registry: Data, reference: Reference) -> Data | None:
        """What the scenario says of an image; a digest is looked for among all tags."""
        images = registry.get("images") or {}
        for name, entry in images.items():
            path, _, tag = str(name).rpartition(":")
            if path == reference.path and (
                tag == reference.tag or reference.digest == self.digest(reference, tag, entry)
            ):
                return {**(entry or {}), "tag": tag, "name": name}
        return None

    def digest(self, reference: Reference, tag: str, entry: Data | None) -> str:
        """The digest of an image of the scenario."""
        return catalogue.made_up(f"{reference.repository}:{tag} {(entry or {}).get('like', '')}")

    def serve(self, reference: Reference, entry: Data) -> Answer:
        """An image of the scenario: like one of the catalogue, but for what is said."""
        known = entry.get("like") or (reference.text if catalogue.find(reference.repository, reference.tag) else "")
        pattern = str(known or (WEB_SERVER if "http" in entry else ""))
        like = catalogue.find(*full_name(pattern)) if pattern else None
        digest = self.digest(reference, entry["tag"], entry)
        changes: dict[str, Any] = {
            name: entry[name] for name in ("entrypoint", "cmd", "http", "env", "user") if name in entry
        }
        key, size, config = (like.key, like.size, like.config) if like else ("scratch", 2_000_000, {})
        return Answer(Image(key, digest, catalogue.made_up(f"config of {digest}"), size, config), changes)

    def served(self, reference: Reference) -> None:
        """Count a pull."""
        images = self.table().get(reference.domain, {}).get("images") or {}
        for name, entry in images.items():
            if (
                entry is not None
                and str(name).rpartition(":")[0] == reference.path
                and reference.tag in (str(name).rpartition(":")[2], "")
            ):
                entry["pulls"] = int(entry.get("pulls") or 0) + 1

    # --- refusals
    def broken(self, reference: Reference, faults: Sequence[Data]) -> str:
        """The error of a registry that is out of order."""
        for fault in faults:
            if fault.get("registry") != reference.domain:
                continue
            if fault["type"] == "registry-connection-refused":
                address = self.outside.name(host_of(reference))
                where = f" {address}:{port_of(reference)}: connect: connection refused"
                return FAILED.format(name=reference.text, cause=HEAD.format(url=manifest_url(reference), where=where))
            if fault["type"] == "registry-unavailable":
                return f"RegistryUnavailable: {fault.get('message') or 'the registry does not answer'}"
        return ""

    def refuse(self, reference: Reference, registry: Data, entry: Data, auths: Sequence[Mapping[str, str]]) -> str:
        """The error of a registry, or an image in it, that is private and does not know who asks."""
        if not registry.get("private") and not entry.get("private"):
            return ""
        mine = [auth for auth in auths if registry_of(auth.get("registry", "")) == reference.domain]
        users = registry.get("users") or {}
        if any(users.get(auth.get("username", "")) == auth.get("password") for auth in mine):
            return ""
        return FAILED.format(name=reference.text, cause=denial(reference, registry, known=bool(mine)))

    def taken(self, reference: Reference, auths: Sequence[Mapping[str, str]]) -> int | None:
        """The number of the credentials with which an image is asked for; None if there are none for its registry."""
        mine = [at for at, auth in enumerate(auths) if registry_of(auth.get("registry", "")) == reference.domain]
        users = self.table().get(reference.domain, {}).get("users") or {}
        good = (at for at in mine if users.get(auths[at].get("username", "")) == auths[at].get("password"))
        return next(good, mine[0] if mine else None)

    def reachable(self, reference: Reference) -> bool:
        """Whether there is a registry behind the name."""
        return reference.domain in PUBLIC

    def unreachable(self, reference: Reference) -> str:
        """The error of a registry that does not exist."""
        host = host_of(reference)
        where = f": lookup {host} on {self.tables.outside['dns']}:53: no such host"
        if host == "localhost" or host.startswith("127."):
            where = f" 127.0.0.1:{port_of(reference)}: connect: connection refused"
        return FAILED.format(name=reference.text, cause=HEAD.format(url=manifest_url(reference), where=where))

    def missing(self, reference: Reference, registry: Data | None) -> str:
        """The error of a registry that has no such image; Docker Hub does not say whether the repository exists."""
        hidden = reference.domain == DEFAULT_REGISTRY and not catalogue.known(reference)
        images = (registry or {}).get("images") or {}
        if hidden and not any(str(name).rpartition(":")[0] == reference.path for name in images):
            return FAILED.format(name=reference.text, cause=SCOPE)
        return NOT_FOUND.format(name=reference.text)


def denial(reference: Reference, registry: Data, *, known: bool) -> str:
    """How a registry turns somebody away, who gave it a name and a password (*known*) or did not."""
    kind = "hub" if reference.domain == DEFAULT_REGISTRY else str(registry.get("kind") or "")
    if kind not in TOKEN_URLS or (kind == "hub" and not known):
        return SCOPE if known or kind == "hub" else NO_CREDENTIALS
    scope = f"repository%3A{reference.path.replace('/', '%2F')}%3Apull"
    url = TOKEN_URLS[kind].format(domain=reference.domain, scope=scope)
    return TOKEN.format(kind="oauth" if known else "anonymous", url=url)


def full_name(name: str) -> tuple[str, str]:
    """Repository and tag of a name written short."""
    reference = parse(name)
    return reference.repository, reference.version


def registry_of(server: str) -> str:
    """The registry that an entry of a docker config is for."""
    host = server.removeprefix("https://").removeprefix("http://").partition("/")[0]
    return DEFAULT_REGISTRY if host in ("index.docker.io", HUB_HOST) else host


def host_of(reference: Reference) -> str:
    """The registry's host without its port."""
    return reference.domain.partition(":")[0]


def port_of(reference: Reference) -> str:
    """The registry's port."""
    return reference.domain.partition(":")[2] or "443"


def manifest_url(reference: Reference) -> str:
    """Where the manifest of an image is asked for."""
    host = HUB_HOST if reference.domain == DEFAULT_REGISTRY else reference.domain
    scheme = "http" if host_of(reference) == "localhost" or reference.domain.startswith("127.") else "https"
    return f"{scheme}://{host}/v2/{reference.path}/manifests/{reference.version}"
