"""The file with which kubectl finds a learner's cluster."""

import base64
from typing import Any
from urllib.parse import urlsplit

import yaml
from django.conf import settings

from labsite.door import certificates
from labsite.sandboxes.models import Sandbox

NAME = "podlab"


def written(sandbox: Sandbox, token: str, base: str) -> str:
    """The kubeconfig of a sandbox for whoever reaches the site at *base* (`http://127.0.0.1:8000`)."""
    cluster, user = access(sandbox, token, base)
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": NAME, "cluster": cluster}],
            "users": [{"name": "learner", "user": user}],
            "contexts": [{"name": NAME, "context": {"cluster": NAME, "user": "learner", "namespace": "default"}}],
            "current-context": NAME,
        },
        sort_keys=False,
    )


def access(sandbox: Sandbox, token: str, base: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """How to get there, and who one is. Over plain http clients send no token, so there it is part of the address."""
    parts = urlsplit(base)
    if parts.scheme == "https":
        return {"server": f"{base}/clusters/{sandbox.id}"}, {"token": token}
    if not settings.TLS_PORT:
        return {"server": f"{base}/clusters/{sandbox.id}/t/{token}"}, {}
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    authority = base64.b64encode(certificates.authority(settings.VAR_DIR)).decode()
    server = f"https://{host}:{settings.TLS_PORT}/clusters/{sandbox.id}"
    return {"server": server, "certificate-authority-data": authority}, {"token": token}
