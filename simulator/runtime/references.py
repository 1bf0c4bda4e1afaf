"""Names of images: registry, repository, tag, digest (github.com/distribution/reference, normalize.go and regexp.go)."""

from functools import lru_cache
from typing import NamedTuple

import re2

DEFAULT_REGISTRY = "docker.io"
LEGACY_REGISTRY = "index.docker.io"
OFFICIAL = "library/"
NAME_MAX = 255
INVALID = "invalid reference format"
LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
DOMAIN = rf"{LABEL}(?:\.{LABEL})*(?::[0-9]+)?|\[[a-fA-F0-9:]+\](?::[0-9]+)?"
COMPONENT = r"[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*"
REMOTE = re2.compile(rf"^{COMPONENT}(?:/{COMPONENT})*$")
HOST = re2.compile(rf"^(?:{DOMAIN})$")
TAG = re2.compile(r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$")
DIGEST = re2.compile(r"^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$")
HEX64 = re2.compile(r"^[a-f0-9]{64}$")
CHECKSUM_DIGITS = {"sha256": 64, "sha384": 96, "sha512": 128}


class BadReference(ValueError):
    """The name cannot be that of an image; the text is the reference parser's."""


class Reference(NamedTuple):
    """A complete name."""

    domain: str
    path: str
    tag: str
    digest: str

    @property
    def repository(self) -> str:
        """Registry and repository."""
        return f"{self.domain}/{self.path}"

    @property
    def text(self) -> str:
        """The whole name as containerd writes it."""
        tail = (f":{self.tag}" if self.tag else "") + (f"@{self.digest}" if self.digest else "")
        return self.repository + tail

    @property
    def version(self) -> str:
        """What a registry is asked for: the digest, or else the tag."""
        return self.digest or self.tag


@lru_cache(maxsize=1024)
def parse(name: str) -> Reference:
    """The reference that *name* means, with the default registry and the tag `latest` filled in; raises BadReference."""
    if HEX64.match(name):
        raise BadReference(f"invalid repository name ({name}), cannot specify 64-byte hexadecimal strings")
    domain, rest = split_domain(name)
    remote = rest.partition("@")[0] if "@" in rest else rest
    remote = remote.partition(":")[0]
    if remote != remote.lower():
        raise BadReference(f"{INVALID}: repository name ({remote}) must be lowercase")
    rest, _, digest = rest.partition("@")
    path, colon, tag = rest.partition(":")
    wrong_tag = bool(colon) and not TAG.match(tag)
    if not HOST.match(domain) or not REMOTE.match(path) or wrong_tag or ("@" in name and not DIGEST.match(digest)):
        raise BadReference(INVALID)
    if len(domain) + 1 + len(path) > NAME_MAX:
        raise BadReference("repository name must not be more than 255 characters")
    check_digest(digest)
    return Reference(domain, path, tag or ("" if digest else "latest"), digest)


def check_digest(digest: str) -> None:
    """Whether a digest has a known algorithm and its length; raises BadReference."""
    if not digest:
        return
    algorithm, _, checksum = digest.partition(":")
    if algorithm not in CHECKSUM_DIGITS:
        raise BadReference("unsupported digest algorithm")
    if len(checksum) != CHECKSUM_DIGITS[algorithm]:
        raise BadReference("invalid checksum digest length")


def split_domain(name: str) -> tuple[str, str]:
    """Registry and the rest; what looks like no registry belongs to Docker Hub."""
    first, slash, rest = name.partition("/")
    is_domain = "." in first or ":" in first or first == "localhost" or first != first.lower()
    if not slash or not is_domain:
        first, rest = DEFAULT_REGISTRY, name
    if first == LEGACY_REGISTRY:
        first = DEFAULT_REGISTRY
    if first == DEFAULT_REGISTRY and "/" not in rest:
        rest = OFFICIAL + rest
    return first, rest
