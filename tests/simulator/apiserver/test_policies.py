"""Rules about rules: what PodSecurity, LimitRanges and roles allow, and in which words they refuse (facts/4_apiserver.md)."""

import pytest

from simulator.api.errors import Forbidden, Invalid
from simulator.api.requests import Request, User
from simulator.apiserver.server import APIServer
from tests.simulator.apiserver.refusals import Obj, server

PREFIX = "pod-security.kubernetes.io/"
JOE = User("joe", ("system:authenticated",))
ROBOT = User("system:serviceaccount:default:robot", ("system:serviceaccounts", "system:authenticated"))
NOBODY = User("system:anonymous", ("system:unauthenticated",))
CAREFUL = {
    "allowPrivilegeEscalation": False,
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
    "capabilities": {"drop": ["ALL"]},
}


@pytest.fixture
def api() -> APIServer:
    return server()


def refusal(api: APIServer, level: str, spec: Obj, version: str = "latest") -> str:
    """What a namespace of a level says of a Pod, after `violates PodSecurity "LEVEL:VERSION": `."""
    labels = {f"{PREFIX}enforce": level, f"{PREFIX}enforce-version": version}
    api.create("namespaces", {"metadata": {"name": "n", "labels": labels}})
    api.create("serviceaccounts", {"metadata": {"name": "default", "namespace": "n"}})
    metadata = {"name": "p", "namespace": "n"}
    try:
        api.create("pods", {"metadata": metadata, "spec": {"containers": [{"name": "c", "image": "i"}], **spec}})
    except Forbidden as error:
        return str(error).removeprefix(f'pods "p" is forbidden: violates PodSecurity "{level}:{version}": ')
    return ""


def c(**more: object) -> Obj:
    return {"containers": [{"name": "c", "image": "i", **more}]}


@pytest.mark.parametrize(
    ("level", "spec", "text"),
    [
        ("privileged", {"hostNetwork": True, "hostPID": True}, ""),
        ("baseline", {}, ""),
        ("baseline", {"hostNetwork": True, "hostIPC": True}, "host namespaces (hostNetwork=true, hostIPC=true)"),
        ("baseline", {"volumes": [{"name": "v", "hostPath": {"path": "/x"}}]}, 'hostPath volumes (volume "v")'),
        (
            "baseline",
            c(ports=[{"containerPort": 80, "hostPort": 80}, {"containerPort": 81, "hostPort": 81}]),
            'hostPort (container "c" uses hostPorts 80, 81)',
        ),
        (
            "baseline",
            c(securityContext={"privileged": True}),
            'privileged (container "c" must not set securityContext.privileged=true)',
        ),
        (
            "baseline",
            c(securityContext={"capabilities": {"add": ["SYS_TIME", "NET_ADMIN", "CHOWN"]}}),
            'non-default capabilities (container "c" must not include "NET_ADMIN", "SYS_TIME" in securityContext.capabilities.add)',
        ),
        (
            "baseline",
            {"securityContext": {"appArmorProfile": {"type": "Unconfined"}}},
            'forbidden AppArmor profile (pod must not set AppArmor profile type to "Unconfined")',
        ),
        (
            "baseline",
            c(securityContext={"seLinuxOptions": {"type": "spc_t", "user": "u"}}),
            'seLinuxOptions (container "c" set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set)',
        ),
        (
            "baseline",
            c(livenessProbe={"httpGet": {"host": "10.0.0.1", "port": 80}}, readinessProbe={"tcpSocket": {"host": "h", "port": 1}}),
            'probe or lifecycle host (container "c" uses probe or lifecycle hosts "10.0.0.1", "h")',
        ),
        (
            "baseline",
            {"securityContext": {"seccompProfile": {"type": "Unconfined"}}},
            'seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined")',
        ),
        (
            "baseline",
            {"securityContext": {"sysctls": [{"name": "kernel.msgmax", "value": "1"}]}},
            "forbidden sysctls (kernel.msgmax)",
        ),
        ("restricted", c(securityContext=CAREFUL), ""),
        (
            "restricted",
            c(securityContext=CAREFUL | {"runAsUser": 0}),
            'runAsUser=0 (container "c" must not set runAsUser=0)',
        ),
        (
            "restricted",
            c(securityContext=CAREFUL | {"capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}}),
            "",
        ),
        (
            "restricted",
            {**c(securityContext=CAREFUL), "volumes": [{"name": "v", "nfs": {"server": "s", "path": "/"}}]},
            'restricted volume types (volume "v" uses restricted volume type "nfs")',
        ),
        (
            "restricted",
            {**c(securityContext=CAREFUL | {"runAsNonRoot": None}), "securityContext": {"runAsNonRoot": False}},
            "runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false)",
        ),
    ],
)  # fmt: skip
def test_levels_name_what_they_do_not_allow(api: APIServer, level: str, spec: Obj, text: str) -> None:
    assert refusal(api, level, spec) == text


@pytest.mark.parametrize(
    ("version", "spec", "text"),
    [
        ("v1.22", c(securityContext=CAREFUL | {"runAsUser": 0}), ""),
        ("v1.23", c(securityContext=CAREFUL | {"runAsUser": 0}), 'runAsUser=0 (container "c" must not set runAsUser=0)'),
        ("v1.21", c(securityContext=CAREFUL | {"capabilities": {}}), ""),
        ("v1.7", c(securityContext={"runAsNonRoot": True}), ""),
        ("v1.99", c(securityContext=CAREFUL), ""),
        (
            "v1.28",
            {**c(securityContext=CAREFUL), "securityContext": {"sysctls": [{"name": "net.ipv4.tcp_fin_timeout", "value": "1"}]}},
            "forbidden sysctls (net.ipv4.tcp_fin_timeout)",
        ),
        (
            "v1.29",
            {**c(securityContext=CAREFUL), "securityContext": {"sysctls": [{"name": "net.ipv4.tcp_fin_timeout", "value": "1"}]}},
            "",
        ),
    ],
)  # fmt: skip
def test_a_level_is_as_it_was_in_the_version_that_is_asked_for(
    api: APIServer, version: str, spec: Obj, text: str
) -> None:
    assert refusal(api, "restricted", spec, version) == text


@pytest.mark.parametrize(
    ("label", "value", "text"),
    [
        ("warn", "bogus", "must be one of privileged, baseline, restricted"),
        ("audit-version", "1.25", 'must be "latest" or "v1.x"'),
        ("enforce-version", "v1.025", 'must be "latest" or "v1.x"'),
    ],
)
def test_namespaces_cannot_ask_for_levels_that_there_are_not(api: APIServer, label: str, value: str, text: str) -> None:
    body = {"metadata": {"name": "n", "labels": {f"{PREFIX}{label}": value}}}
    with pytest.raises(Invalid) as caught:
        api.create("namespaces", body)
    said = f'metadata.labels[{PREFIX}{label}]: Invalid value: "{value}": {text}'
    assert str(caught.value) == f'Namespace "n" is invalid: {said}'


def test_limits_that_are_missing_follow_from_the_others(api: APIServer) -> None:
    limit = {"type": "Container", "max": {"cpu": "2", "memory": "1Gi"}, "min": {"cpu": "50m", "ephemeral-storage": "1Mi"},
             "default": {"cpu": "500m"}}  # fmt: skip
    found = api.create("limitranges", {"metadata": {"name": "l", "namespace": "default"}, "spec": {"limits": [limit]}})
    assert found["spec"]["limits"][0] == {
        **limit,
        "default": {"cpu": "500m", "memory": "1Gi"},
        "defaultRequest": {"cpu": "500m", "memory": "1Gi", "ephemeral-storage": "1Mi"},
    }


@pytest.mark.parametrize(
    ("requests", "limits", "text"),
    [
        ({"cpu": "100m"}, {"cpu": "200m"}, ""),
        ({"cpu": "10m"}, {"cpu": "20m"}, "minimum cpu usage per Container is 50m, but request is 10m"),
        ({"cpu": "500m"}, {"cpu": "3"}, "[maximum cpu usage per Container is 2, but limit is 3, "
            "cpu max limit to request ratio per Container is 4, but provided ratio is 6.000000]"),
        ({"cpu": "100m"}, {"cpu": "500m"}, "cpu max limit to request ratio per Container is 4, but provided ratio is 5.000000"),
    ],
)  # fmt: skip
def test_who_asks_for_too_little_or_too_much_is_refused(api: APIServer, requests: Obj, limits: Obj, text: str) -> None:
    limit = {"type": "Container", "max": {"cpu": "2"}, "min": {"cpu": "50m"}, "maxLimitRequestRatio": {"cpu": "4"}}
    api.create("limitranges", {"metadata": {"name": "l", "namespace": "default"}, "spec": {"limits": [limit]}})
    spec = c(resources={"requests": requests, "limits": limits})
    answer = api.handle(
        Request(
            "create",
            "pods",
            "default",
            body={"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec},
        )
    )
    assert (answer.body.get("message") or "") == (f'pods "p" is forbidden: {text}' if text else "")


@pytest.mark.parametrize(
    ("user", "path", "allowed"),
    [
        (JOE, "/version", True),
        (JOE, "/apis/apps/v1", True),
        (JOE, "/metrics", False),
        (JOE, "/openid/v1/jwks", False),
        (ROBOT, "/openid/v1/jwks", True),
        (NOBODY, "/version", True),
        (NOBODY, "/api", False),
        (User("ann"), "/metrics", True),
    ],
)
def test_paths_that_are_no_resources_have_rules_too(api: APIServer, user: User, path: str, allowed: bool) -> None:
    rbac = "rbac.authorization.k8s.io"
    api.create(f"clusterroles.{rbac}", {"metadata": {"name": "m"}, "rules": [{"verbs": ["get"], "nonResourceURLs": ["/metr*"]}]})  # fmt: skip
    subjects = [{"kind": "User", "apiGroup": rbac, "name": "ann"}]
    reference = {"apiGroup": rbac, "kind": "ClusterRole", "name": "m"}
    api.create(f"clusterrolebindings.{rbac}", {"metadata": {"name": "m"}, "subjects": subjects, "roleRef": reference})
    asked = {"user": user.name, "groups": list(user.groups), "nonResourceAttributes": {"path": path, "verb": "get"}}
    body = {"kind": "SubjectAccessReview", "apiVersion": "authorization.k8s.io/v1", "spec": asked}
    review = api.handle(Request("create", "subjectaccessreviews.authorization.k8s.io", body=body))
    assert review.body["status"]["allowed"] is allowed
    answer = api.handle(Request("get", path=path, user=user))
    refused = f'forbidden: User "{user.name}" cannot get path "{path}"'
    assert ((answer.body or {}).get("message") == refused) is not allowed


def test_a_pod_that_has_its_node_needs_no_nomination(api: APIServer) -> None:
    pod = api.create("pods", {"metadata": {"name": "p", "namespace": "default"}, "spec": c()})
    api.update_status("pods", {**pod, "status": {**pod["status"], "nominatedNodeName": "n"}})
    assert "nominatedNodeName" not in api.bind("default", "p", "n")["status"]
