"""An image that was pulled with credentials is there only for Pods that have them."""

import base64
import json

import pytest

from simulator.api.requests import Obj
from tests.simulator.kubelet.one_node import OneNode

IMAGE = "hub.example.com/team/app:1"
NEVER = "is present with pull policy of Never but does not have the proper credentials to access the image"


def secret(name: str, server: str, password: str) -> Obj:
    auths = {"auths": {server: {"username": "ada", "password": password}}}
    data = {".dockerconfigjson": base64.b64encode(json.dumps(auths).encode()).decode()}
    return {"kind": "Secret", "metadata": {"name": name}, "type": "kubernetes.io/dockerconfigjson", "data": data}


@pytest.fixture
def node() -> OneNode:
    node = OneNode()
    entry = {"like": "nginx:1.14", "private": True}
    node.machines.set_registries(
        {
            "hub.example.com": {"users": {"ada": "right"}, "images": {"team/app:1": entry}},
            "docker.io": {
                "users": {"ada": "right"},
                "images": {"private/app:1": entry, "open/app:1": {"like": "nginx:1.14"}},
            },
        }
    )
    for server in ("hub.example.com", "https://index.docker.io/v1/"):
        for password in ("right", "wrong"):
            node.create(secret(f"{password}-{server[0]}{server[4]}", server, password))
    return node


def pod(node: OneNode, name: str, secret: str = "", image: str = IMAGE, policy: str = "IfNotPresent") -> str:
    """What becomes of a Pod that may use *secret*, after a while."""
    spec: Obj = {"imagePullSecrets": [{"name": secret}]} if secret else {}
    node.pod(name, {"image": image, "imagePullPolicy": policy}, **spec)
    node.run(20)
    return node.reason(name)


def test_a_pod_without_credentials_may_not_use_what_another_pulled_with_them(node: OneNode) -> None:
    assert pod(node, "first", "right-he") == "Running"
    assert pod(node, "same", "right-he") == "Running"
    assert any("already present on machine" in text for _, text, _ in node.events("same"))
    assert pod(node, "none") in ("ErrImagePull", "ImagePullBackOff")
    assert pod(node, "wrong", "wrong-he") in ("ErrImagePull", "ImagePullBackOff")
    assert pod(node, "never", policy="Never") == "ErrImageNeverPull"
    assert node.status("never")["state"]["waiting"]["message"].endswith(NEVER)


def test_an_image_that_was_there_before_is_for_everybody(node: OneNode) -> None:
    node.bring(IMAGE)
    assert pod(node, "none") == "Running"


def test_an_image_that_anybody_may_pull_is_for_everybody(node: OneNode) -> None:
    assert pod(node, "none", image="open/app:1") == "Running"
    assert pod(node, "wrong", "wrong-hs", image="open/app:1") == "Running"


@pytest.mark.parametrize(
    ("secret", "cause"),
    [
        ("", "server message: insufficient_scope: authorization failed"),
        (
            "wrong-hs",
            "failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://auth.docker.io/token"
            "?scope=repository%3Aprivate%2Fapp%3Apull&service=registry.docker.io: 401 Unauthorized",
        ),
    ],
)
def test_docker_hub_refuses_in_words_of_its_own(node: OneNode, secret: str, cause: str) -> None:
    pod(node, "p", secret, image="private/app:1")
    assert any(text.endswith(cause) for _, text, _ in node.events("p"))
