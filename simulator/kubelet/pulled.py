"""Who may use an image that this kubelet pulled: whoever has the credentials that it took (pkg/kubelet/images/pullmanager)."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

from simulator.kubelet.deps import Deps

EVERYONE = "*"
MOST_KEPT = 500
Auth = Mapping[str, str]


def remember(deps: Deps, image: dict[str, Any], auth: Auth | None) -> None:
    """Take note that *image* (as `Cri.image_status` tells it) was pulled with *auth*, or by anybody."""
    records = deps.section.setdefault("pulled", {})
    holders: list[str] = records.pop(image["id"], [])
    new = [EVERYONE] if auth is None else keys(auth)
    records[image["id"]] = holders + [key for key in new if key not in holders]
    while len(records) > MOST_KEPT:
        del records[next(iter(records))]


def accessible(deps: Deps, image: dict[str, Any], auths: Sequence[Auth]) -> bool:
    """Whether a Pod with *auths* may use *image*; one that was on the node before is for everybody (NeverVerifyPreloadedImages)."""
    holders: list[str] | None = deps.section.get("pulled", {}).get(image["id"])
    if holders is None or EVERYONE in holders:
        return True
    return any(key in holders for auth in auths for key in keys(auth))


def keys(auth: Auth) -> list[str]:
    """By what credentials are known again: the Secret that they are in, and what they say."""
    said = "\0".join(auth[part] for part in ("registry", "username", "password"))
    return [auth["secret"], blake2b(said.encode(), digest_size=8).hexdigest()]
