"""The tokens of service accounts that are put into Pods (pkg/kubelet/token/token_manager.go)."""

import base64
import hashlib
import json

from simulator.api.requests import Obj
from simulator.api.timestamps import parse
from simulator.kernel.units import SECOND
from simulator.kubelet.deps import Deps

RENEWAL = 80  # hundredths of its life, after which a token is replaced by a new one
ISSUER = "https://kubernetes.default.svc.cluster.local"


def encoded(value: bytes) -> str:
    """base64url without padding, as JSON Web Tokens are written."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def issued(deps: Deps, pod: Obj, seconds: int) -> int:
    """When the token that is in force now was issued (Unix seconds): the first with the Pod, each next one in time."""
    born, now = parse(pod["metadata"]["creationTimestamp"]) // SECOND, deps.world.unix // SECOND
    return now - (now - born) % max(seconds * RENEWAL // 100, 1)


def claims(deps: Deps, pod: Obj, audience: str, seconds: int) -> Obj:
    """What the token says: whose it is, for whom, until when, and to which Pod it is bound."""
    meta, now = pod["metadata"], issued(deps, pod, seconds)
    account = pod["spec"].get("serviceAccountName") or "default"
    found = deps.find("serviceaccounts", meta["namespace"], account) or {"metadata": {"uid": ""}}
    return {
        "aud": [audience or ISSUER],
        "exp": now + seconds,
        "iat": now,
        "iss": ISSUER,
        "kubernetes.io": {
            "namespace": meta["namespace"],
            "node": {"name": deps.node},
            "pod": {"name": meta["name"], "uid": meta["uid"]},
            "serviceaccount": {"name": account, "uid": found["metadata"].get("uid", "")},
        },
        "nbf": now,
        "sub": f"system:serviceaccount:{meta['namespace']}:{account}",
    }


def service_account_token(deps: Deps, pod: Obj, audience: str, seconds: int) -> str:
    """A token in the form of the real one. Nobody can check its signature: the cluster's API takes it by its claims."""
    header = encoded(b'{"alg":"RS256","kid":"podlab"}')
    body = encoded(json.dumps(claims(deps, pod, audience, seconds), separators=(",", ":")).encode())
    signature = hashlib.sha512(f"{header}.{body}".encode()).digest()
    return f"{header}.{body}.{encoded(signature)}"
