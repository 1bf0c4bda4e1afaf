"""CustomResourceDefinitions, and the objects of the resources that they bring."""

import copy
from typing import Any

import pytest

from simulator.api.requests import Request
from simulator.kernel.units import SECOND
from simulator.lab import Lab

EPOCH = 1_795_187_045_000_000
Obj = dict[str, Any]
CRON = {
    "type": "object",
    "properties": {
        "spec": {
            "type": "object",
            "required": ["cronSpec"],
            "properties": {
                "cronSpec": {"type": "string", "pattern": r"^(\d+|\*)(/\d+)?(\s+(\d+|\*)(/\d+)?){4}$"},
                "image": {"type": "string", "default": "busybox"},
                "replicas": {"type": "integer", "minimum": 1, "maximum": 10},
                "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
                "ports": {
                    "type": "array",
                    "x-kubernetes-list-type": "map",
                    "x-kubernetes-list-map-keys": ["name"],
                    "items": {
                        "type": "object",
                        "required": ["name"],
                        "properties": {"name": {"type": "string"}, "port": {"type": "integer", "default": 80}},
                    },
                },
            },
        },
        "status": {
            "type": "object",
            "properties": {"replicas": {"type": "integer"}, "labelSelector": {"type": "string"}},
        },
    },
}
SCALE = {
    "specReplicasPath": ".spec.replicas",
    "statusReplicasPath": ".status.replicas",
    "labelSelectorPath": ".status.labelSelector",
}
COLUMNS = [
    {"name": "Spec", "type": "string", "jsonPath": ".spec.cronSpec"},
    {"name": "Replicas", "type": "integer", "jsonPath": ".spec.replicas", "priority": 1},
    {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
]
VERSION = {
    "name": "v1",
    "served": True,
    "storage": True,
    "schema": {"openAPIV3Schema": CRON},
    "subresources": {"status": {}, "scale": SCALE},
    "additionalPrinterColumns": COLUMNS,
    "selectableFields": [{"jsonPath": ".spec.image"}],
}
NAMES = {"plural": "crontabs", "singular": "crontab", "kind": "CronTab", "shortNames": ["ct"], "categories": ["all"]}
DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "crontabs.stable.example.com"},
    "spec": {"group": "stable.example.com", "scope": "Namespaced", "names": NAMES, "versions": [VERSION]},
}
CRDS, CRONTABS = "customresourcedefinitions.apiextensions.k8s.io", "crontabs.stable.example.com"
SMALL = {"nodes": [{"name": "master", "control_plane": True}]}


class Cluster:
    """A small cluster, stored and woken again between any two requests, as between two workers."""

    def __init__(self) -> None:
        self.lab = Lab.boot(None, seed=1, epoch=EPOCH)

    def ask(self, verb: str, resource: str = CRONTABS, name: str = "", code: int = 0, **more: Any) -> Any:
        namespace = more.pop("namespace", None if resource == CRDS else "default")
        self.lab = Lab.restore(self.lab.snapshot())
        response = self.lab.ask(Request(verb, resource, namespace, name, **more))
        assert response.code == code or (not code and response.code < 400), response.body
        self.warnings = response.warnings
        return response.body

    def wait(self, seconds: int = 2) -> None:
        self.lab.advance(self.lab.now + seconds * SECOND)

    def define(self, definition: Obj = DEFINITION) -> None:
        self.ask("create", CRDS, body=definition)
        self.wait()


@pytest.fixture(scope="module")
def before() -> bytes:
    return Cluster().lab.snapshot()


@pytest.fixture
def cluster(before: bytes) -> Cluster:
    made = Cluster.__new__(Cluster)
    made.lab = Lab.restore(before)
    return made


def crontab(name: str = "one", version: str = "v1", **spec: Any) -> Obj:
    metadata = {"name": name, "namespace": "default"}
    spec = {"cronSpec": "* * * * */5", **spec}
    return {"apiVersion": f"stable.example.com/{version}", "kind": "CronTab", "metadata": metadata, "spec": spec}


def changed(**parts: Any) -> Obj:
    """The definition with other parts of its version."""
    made = copy.deepcopy(DEFINITION)
    made["spec"]["versions"][0] |= parts
    return made


def conditions(cluster: Cluster, name: str = CRONTABS) -> dict[str, tuple[str, str]]:
    status = cluster.ask("get", CRDS, name)["status"]
    return {each["type"]: (each["status"], each["reason"]) for each in status["conditions"]}


def test_a_definition_brings_a_resource_once_it_is_established(cluster: Cluster) -> None:
    cluster.ask("create", CRDS, body=DEFINITION)
    cluster.ask("list", code=404)
    cluster.wait()
    assert conditions(cluster) == {
        "NamesAccepted": ("True", "NoConflicts"),
        "Established": ("True", "InitialNamesAccepted"),
    }
    status = cluster.ask("get", CRDS, CRONTABS)["status"]
    assert status["acceptedNames"]["listKind"] == "CronTabList"
    assert status["storedVersions"] == ["v1"]
    assert cluster.ask("list")["kind"] == "CronTabList"


def test_objects_gain_defaults_and_lose_what_is_unknown(cluster: Cluster) -> None:
    cluster.define()
    body = crontab(strange=1, free={"any": {"thing": 1}}, ports=[{"name": "web", "x": 1}])
    made = cluster.ask("create", body=body)
    assert cluster.warnings == ('unknown field "spec.ports[0].x"', 'unknown field "spec.strange"')
    assert made["spec"] == {
        "cronSpec": "* * * * */5",
        "free": {"any": {"thing": 1}},
        "ports": [{"name": "web", "port": 80}],
        "image": "busybox",
    }
    assert made["metadata"]["generation"] == 1
    refused = cluster.ask("create", body=crontab("two", strange=1), query={"fieldValidation": ["Strict"]}, code=400)
    text = 'CronTab in version "v1" cannot be handled as a CronTab: strict decoding error: unknown field "spec.strange"'
    assert refused["message"] == text


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ({"cronSpec": "often"}, "should match"),
        ({"replicas": 0}, "spec.replicas in body should be greater than or equal to 1"),
        ({"replicas": 11}, "spec.replicas in body should be less than or equal to 10"),
        (
            {"replicas": "3"},
            'spec.replicas: Invalid value: "string": spec.replicas in body must be of type integer: "string"',
        ),
        (
            {"cronSpec": None},
            'spec.cronSpec: Invalid value: "null": spec.cronSpec in body must be of type string: "null"',
        ),
        ({"ports": [{}]}, "spec.ports[0].name: Required value"),
        ({"ports": [{"name": "a"}, {"name": "a"}]}, 'spec.ports[1]: Duplicate value: {"name":"a"}'),
    ],
)
def test_values_are_held_against_the_schema(cluster: Cluster, spec: Obj, text: str) -> None:
    cluster.define()
    message = cluster.ask("create", body=crontab(**spec), code=422)["message"]
    assert message.startswith('CronTab.stable.example.com "one" is invalid: ')
    assert text in message


def test_status_and_scale_are_written_apart(cluster: Cluster) -> None:
    cluster.define()
    made = cluster.ask("create", body=crontab(replicas=2) | {"status": {"replicas": 9}})
    assert "status" not in made
    told = cluster.ask(
        "update", name="one", subresource="status", body=made | {"status": {"replicas": 2, "labelSelector": "a=b"}}
    )
    assert (told["status"]["replicas"], told["metadata"]["generation"]) == (2, 1)
    scale = cluster.ask("get", name="one", subresource="scale")
    assert (scale["spec"], scale["status"]) == ({"replicas": 2}, {"replicas": 2, "selector": "a=b"})
    merge = "application/merge-patch+json"
    cluster.ask("patch", name="one", subresource="scale", body={"spec": {"replicas": 3}}, content_type=merge)
    one = cluster.ask("get", name="one")
    assert (one["spec"]["replicas"], one["status"]["replicas"], one["metadata"]["generation"]) == (3, 2, 2)
    cluster.ask("patch", name="one", subresource="scale", body={"spec": {"replicas": 30}}, content_type=merge, code=422)


def test_columns_are_those_of_the_definition(cluster: Cluster) -> None:
    cluster.define()
    cluster.ask("create", body=crontab(replicas=2))
    cluster.wait(10)
    table = cluster.ask("list", accept="table")
    assert [(each["name"], each["priority"]) for each in table["columnDefinitions"]] == [
        ("Name", 0),
        ("Spec", 0),
        ("Replicas", 1),
        ("Age", 0),
    ]
    assert table["rows"][0]["cells"] == ["one", "* * * * */5", 2, "10s"]


def test_objects_are_selected_by_the_fields_that_the_definition_names(cluster: Cluster) -> None:
    cluster.define()
    cluster.ask("create", body=crontab("one"))
    cluster.ask("create", body=crontab("two", image="alpine"))
    found = cluster.ask("list", query={"fieldSelector": ["spec.image=alpine"]})["items"]
    assert [each["metadata"]["name"] for each in found] == ["two"]
    cluster.ask("list", query={"fieldSelector": ["spec.cronSpec=x"]}, code=400)


def test_strategic_merge_is_not_for_custom_objects_but_apply_is(cluster: Cluster) -> None:
    cluster.define()
    cluster.ask("create", body=crontab(ports=[{"name": "a", "port": 1}]))
    strategic, apply = "application/strategic-merge-patch+json", "application/apply-patch+yaml"
    refused = cluster.ask("patch", name="one", body={}, content_type=strategic, code=415)
    assert refused["message"].endswith(
        "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml"
    )
    wanted = crontab(ports=[{"name": "b", "port": 2}])
    query = {"fieldManager": ["me"]}
    done = cluster.ask("patch", name="one", body=wanted, content_type=apply, query=query)
    assert [each["name"] for each in done["spec"]["ports"]] == ["a", "b"]
    other = crontab(cronSpec="1 1 1 1 1")
    query = {"fieldManager": ["you"]}
    refused = cluster.ask("patch", name="one", body=other, content_type=apply, query=query, code=409)
    assert ".spec.cronSpec" in refused["message"]


def test_discovery_and_openapi_tell_of_it(cluster: Cluster) -> None:
    cluster.define()
    groups = cluster.ask("get", "", path="/apis", accept="aggregated")["items"]
    found = groups[-1]["versions"][0]["resources"][0]
    assert (found["resource"], found["shortNames"], found["categories"]) == ("crontabs", ["ct"], ["all"])
    assert [each["subresource"] for each in found["subresources"]] == ["status", "scale"]
    listed = cluster.ask("get", "", path="/apis/stable.example.com/v1")["resources"]
    assert [each["name"] for each in listed] == ["crontabs", "crontabs/status", "crontabs/scale"]
    paths = cluster.ask("get", "", path="/openapi/v3")["paths"]
    address = paths["apis/stable.example.com/v1"]["serverRelativeURL"].partition("?")[0]
    document = cluster.ask("get", "", path=address)
    properties = document["components"]["schemas"]["com.example.stable.v1.CronTab"]["properties"]
    assert properties["spec"]["properties"]["image"]["default"] == "busybox"
    patch = document["paths"]["/apis/stable.example.com/v1/namespaces/{namespace}/crontabs/{name}"]["patch"]
    assert "application/strategic-merge-patch+json" not in patch["requestBody"]["content"]


def test_a_watch_hears_of_custom_objects(cluster: Cluster) -> None:
    cluster.define()
    watch = cluster.lab.ask(Request("watch", CRONTABS, "default", query={"resourceVersion": ["0"]})).upgrade
    assert watch is not None
    _, watch["rv"] = cluster.lab.events(watch)
    cluster.ask("create", body=crontab())
    events, _ = cluster.lab.events(watch)
    assert [(each["type"], each["object"]["kind"]) for each in events] == [("ADDED", "CronTab")]


def test_the_objects_go_with_their_definition(cluster: Cluster) -> None:
    cluster.define()
    cluster.ask("create", body=crontab())
    doomed = cluster.ask("delete", CRDS, CRONTABS)
    assert doomed["metadata"]["finalizers"] == ["customresourcecleanup.apiextensions.k8s.io"]
    refused = cluster.ask("create", body=crontab("late"), code=405)
    assert refused["message"] == "create not allowed while custom resource definition is terminating"
    cluster.wait()
    cluster.ask("get", CRDS, CRONTABS, code=404)
    cluster.ask("list", code=404)
    assert not cluster.lab.cluster.api.store.count(CRONTABS)


def test_a_definition_waits_for_objects_that_others_hold(cluster: Cluster) -> None:
    cluster.define()
    body = crontab()
    body["metadata"]["finalizers"] = ["example.com/held"]
    cluster.ask("create", body=body)
    cluster.ask("delete", CRDS, CRONTABS)
    cluster.wait()
    assert conditions(cluster)["Terminating"] == ("True", "InstanceDeletionInProgress")
    merge = "application/merge-patch+json"
    cluster.ask("patch", name="one", body={"metadata": {"finalizers": None}}, content_type=merge)
    cluster.wait()
    cluster.ask("get", CRDS, CRONTABS, code=404)


def test_a_namespace_takes_its_custom_objects_with_it(cluster: Cluster) -> None:
    cluster.define()
    cluster.ask("create", "namespaces", body={"metadata": {"name": "mine"}}, namespace=None)
    body = crontab()
    body["metadata"]["namespace"] = "mine"
    cluster.ask("create", body=body, namespace="mine")
    cluster.ask("delete", "namespaces", "mine", namespace=None)
    cluster.wait(10)
    assert cluster.ask("list", namespace=None)["items"] == []
    cluster.ask("get", "namespaces", "mine", namespace=None, code=404)


def test_an_object_is_seen_in_each_served_version(cluster: Cluster) -> None:
    definition = copy.deepcopy(DEFINITION)
    old = copy.deepcopy(VERSION) | {"name": "v1beta1", "storage": False}
    old["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]["old"] = {"type": "string", "default": "yes"}
    definition["spec"]["versions"].append(old)
    cluster.define(definition)
    made = cluster.ask("create", body=crontab(version="v1beta1", old="no"), version="v1beta1")
    assert made["apiVersion"] == "stable.example.com/v1beta1"
    assert made["spec"]["old"] == "no"
    assert cluster.lab.find(CRONTABS, "default", "one")["apiVersion"] == "stable.example.com/v1"
    assert "old" not in cluster.ask("get", name="one", version="v1")["spec"]
    wrong = cluster.ask("create", body=crontab("two"), version="v1beta1", code=400)
    assert "does not match the expected API version (stable.example.com/v1beta1)" in wrong["message"]
    cluster.ask("list", version="v2", code=404)
    assert cluster.ask("list", version="v1beta1")["apiVersion"] == "stable.example.com/v1beta1"


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ({"schema": None}, "spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required"),
        ({"storage": False}, "must have exactly one version marked as storage version"),
        (
            {"schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {}}}}},
            "spec.validation.openAPIV3Schema.properties[spec].type: Required value: must not be empty for specified object fields",
        ),
        (
            {"schema": {"openAPIV3Schema": {"type": "array", "items": {"type": "string"}}}},
            'openAPIV3Schema.type: Invalid value: "array": must be object at the root',
        ),
        (
            {"schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "array"}}}}},
            "openAPIV3Schema.properties[a].items: Required value: must be specified",
        ),
        (
            {
                "schema": {
                    "openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "string", "pattern": "("}}}
                }
            },
            "must be a valid regular expression",
        ),
        (
            {
                "schema": {
                    "openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "integer", "default": "x"}}}
                }
            },
            "properties[a].default: Invalid value",
        ),
        (
            {"additionalPrinterColumns": [{"name": "x", "type": "text", "jsonPath": ".a"}]},
            "must be one of boolean,date",
        ),
        (
            {"additionalPrinterColumns": [{"name": "x", "type": "string", "jsonPath": "a"}]},
            "must be a simple json path",
        ),
    ],
)
def test_a_definition_must_be_a_good_one(cluster: Cluster, parts: Obj, text: str) -> None:
    assert text in cluster.ask("create", CRDS, body=changed(**parts), code=422)["message"]


def test_names_and_groups_of_a_definition_are_checked(cluster: Cluster) -> None:
    body = copy.deepcopy(DEFINITION)
    body["metadata"]["name"] = "wrong"
    assert 'must be spec.names.plural+"."+spec.group' in cluster.ask("create", CRDS, body=body, code=422)["message"]
    body = copy.deepcopy(DEFINITION)
    body["metadata"]["name"], body["spec"]["group"] = "crontabs.x.k8s.io", "x.k8s.io"
    assert "protected groups must have approval" in cluster.ask("create", CRDS, body=body, code=422)["message"]


def test_a_name_that_is_taken_is_not_accepted(cluster: Cluster) -> None:
    cluster.define()
    other = copy.deepcopy(DEFINITION)
    other["metadata"]["name"] = "crons.stable.example.com"
    other["spec"]["names"] = {"plural": "crons", "singular": "cron", "kind": "CronTab", "shortNames": ["ct"]}
    cluster.define(other)
    found = conditions(cluster, "crons.stable.example.com")
    assert found == {"NamesAccepted": ("False", "ListKindConflict"), "Established": ("False", "NotAccepted")}
    cluster.ask("list", "crons.stable.example.com", code=404)
    cluster.ask("delete", CRDS, CRONTABS)
    cluster.wait(5)
    assert conditions(cluster, "crons.stable.example.com")["Established"] == ("True", "InitialNamesAccepted")


def test_rules_in_cel_are_stored_with_a_warning(cluster: Cluster) -> None:
    schema = copy.deepcopy(CRON) | {"x-kubernetes-validations": [{"rule": "self.spec.replicas > 0"}]}
    cluster.ask("create", CRDS, body=changed(schema={"openAPIV3Schema": schema}))
    assert cluster.warnings == (
        "not simulated here: x-kubernetes-validations are stored with the CustomResourceDefinition, but not evaluated",
    )


def test_defaults_cannot_grow_beyond_what_can_be_stored(cluster: Cluster) -> None:
    each = {"type": "object", "properties": {"fat": {"type": "string", "default": "x" * 10_000}}}
    schema = {
        "type": "object",
        "properties": {"spec": {"type": "object", "properties": {"many": {"type": "array", "items": each}}}},
    }
    cluster.define(changed(schema={"openAPIV3Schema": schema}))
    body = crontab() | {"spec": {"many": [{}] * 1_000}}
    assert cluster.ask("create", body=body, code=500)["message"] == "etcdserver: request is too large"


def test_looking_at_an_object_takes_a_bounded_time(cluster: Cluster) -> None:
    choices = [{"properties": {"a": {"enum": [number]}}} for number in range(500)]
    schema = {
        "type": "object",
        "properties": {
            "many": {
                "type": "array",
                "items": {"type": "object", "x-kubernetes-preserve-unknown-fields": True, "anyOf": choices},
            }
        },
    }
    cluster.define(changed(schema={"openAPIV3Schema": schema}))
    body = crontab() | {"many": [{"a": 499}] * 5_000}
    assert "not simulated here: more than" in cluster.ask("create", body=body, code=400)["message"]
