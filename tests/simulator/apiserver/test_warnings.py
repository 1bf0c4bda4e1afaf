"""What the API server warns of, and who may ask about oneself."""

from typing import Any

import pytest

from simulator.api.requests import Request, User
from simulator.apiserver.server import APIServer
from simulator.kernel.world import World

STRATEGIC = "application/strategic-merge-patch+json"
LEVEL = "pod-security.kubernetes.io/enforce"


@pytest.fixture
def api() -> APIServer:
    server = APIServer(World.create(seed=1, epoch=1_795_187_045_000_000))
    server.create("namespaces", {"metadata": {"name": "default"}})
    server.create("serviceaccounts", {"metadata": {"name": "default", "namespace": "default"}})
    return server


def pod(
    container: dict[str, Any] | None = None, annotations: dict[str, str] | None = None, **spec: Any
) -> dict[str, Any]:
    containers = [{"name": "c", "image": "nginx", **(container or {})}]
    metadata = {"name": "p", "annotations": annotations or {}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": containers, **spec}}


@pytest.mark.parametrize(
    ("body", "warning"),
    [
        (
            pod(annotations={"security.alpha.kubernetes.io/sysctls": "a=b"}),
            "metadata.annotations[security.alpha.kubernetes.io/sysctls]: non-functional in v1.11+; "
            'use the "sysctls" field instead',
        ),
        (
            pod(nodeSelector={"beta.kubernetes.io/os": "linux"}),
            'spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
        ),
        (
            pod({"resources": {"requests": {"memory": "100m"}}}),
            'spec.containers[0].resources.requests[memory]: fractional byte value "100m" is invalid, must be an integer',
        ),
        (
            pod({"env": [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]}),
            'spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
        ),
    ],
)
def test_a_pod_is_warned_of_what_does_not_do_what_it_says(api: APIServer, body: dict[str, Any], warning: str) -> None:
    response = api.handle(Request("create", "pods", "default", "p", body=body))
    assert (response.code, response.warnings) == (201, (warning,))


def test_a_variable_that_builds_on_what_it_was_hides_nothing(api: APIServer) -> None:
    env = [{"name": "A", "value": "1"}, {"name": "A", "value": "$(A)2"}]
    assert api.handle(Request("create", "pods", "default", "p", body=pod({"env": env}))).warnings == ()


def test_every_answer_about_endpoints_is_a_warning_too(api: APIServer) -> None:
    text = "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"
    assert api.handle(Request("list", "endpoints", "default")).warnings == (text,)


def test_a_stricter_level_names_the_pods_that_violate_it_and_a_laxer_one_none(api: APIServer) -> None:
    api.create(
        "pods", {**pod({"securityContext": {"privileged": True}}), "metadata": {"name": "p", "namespace": "default"}}
    )

    def level(name: str) -> tuple[str, ...]:
        patch = {"metadata": {"labels": {LEVEL: name}}}
        return api.handle(Request("patch", "namespaces", None, "default", body=patch, content_type=STRATEGIC)).warnings

    assert level("restricted")[0] == (
        'existing pods in namespace "default" violate the new PodSecurity enforce level "restricted:latest"'
    )
    assert level("baseline") == ()


def test_everybody_may_ask_about_oneself(api: APIServer) -> None:
    robot = User("system:serviceaccount:default:robot", ("system:serviceaccounts", "system:authenticated"))
    spec = {"resourceAttributes": {"verb": "get", "resource": "pods", "namespace": "default"}}
    body = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": spec}
    response = api.handle(
        Request("create", "selfsubjectaccessreviews.authorization.k8s.io", None, body=body, user=robot)
    )
    assert (response.code, response.body["status"]["allowed"]) == (201, False)
