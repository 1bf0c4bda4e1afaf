"""What the editor is told of a file: what applying it would say, and where that stands."""

from typing import Any

import pytest
from django.test import Client

from labsite.console import manifests, picture, places
from labsite.pages import kinds
from labsite.sandboxes.whatif import TERMINAL
from simulator.lab import Lab

POD = """apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: nginx:1.27
    ports:
    - containerPort: 80
"""
DEFINITION = """apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: crontabs.stable.example.com}
spec:
  group: stable.example.com
  scope: Namespaced
  names: {plural: crontabs, singular: crontab, kind: CronTab}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec: {type: object, properties: {cronSpec: {type: string, description: When it runs.}}}
"""


@pytest.fixture(scope="module")
def lab() -> Lab:
    """A cluster that is there."""
    lab = Lab.boot({}, seed=1, epoch=1_800_000_000_000_000)
    lab.advance(10_000_000)
    return lab


def tried(lab: Lab, text: str, **more: Any) -> dict[str, Any]:
    """What a browser is answered."""
    question = {"type": "manifest.wanted", "id": "q1", "path": "/root/web.yaml", "content": text, **more}
    return picture.answer(question, lab)


@pytest.mark.parametrize(
    ("written", "instead", "marked", "said"),
    [
        ("image: nginx", "imag: nginx", "    imag: nginx:1.27", 'unknown field "spec.containers[0].imag"'),
        ("name: web\n    image", "name: Web_1\n    image", "  - name: Web_1", "spec.containers[0].name: Invalid value"),
        ("    image: nginx:1.27\n", "", "  - name: web", "spec.containers[0].image: Required value"),
        ("containerPort: 80", 'containerPort: "x"', '    - containerPort: "x"', "cannot unmarshal string"),
        ("containerPort: 80", "containerPort: 0", "    - containerPort: 0", "spec.containers[0].ports[0].containerPort"),
        ("kind: Pod", "kind: Pot", "kind: Pot", 'no matches for kind "Pot" in version "v1"'),
        ("apiVersion: v1\n", "", "kind: Pod", "apiVersion not set"),
        ("  name: web\nspec", "   name: web\n  x: y\nspec", "  x: y", "did not find expected key"),
        ("  name: web\nspec", "  name: web\n  namespace: nope\nspec", "  namespace: nope", 'namespaces "nope" not found'),
        ("    ports:", "    resources: {limits: {cpu: 1x}}\n    ports:", "    resources: {limits: {cpu: 1x}}", "quantities"),
    ],
)  # fmt: skip
def test_a_complaint_stands_at_the_line_that_causes_it(
    lab: Lab, written: str, instead: str, marked: str, said: str
) -> None:
    text = POD.replace(written, instead, 1)
    complaint = tried(lab, text)["complaints"][0]
    assert said in complaint["text"]
    assert text.splitlines()[complaint["line"]] == marked


def test_each_of_several_complaints_has_its_own_line(lab: Lab) -> None:
    text = POD.replace("name: web\nspec", "name: Web\nspec").replace("80", "99999") + "---\n# nothing\n---\n" + POD
    answer = tried(lab, text)
    assert [(each["kind"], each["line"]) for each in answer["complaints"]] == [("error", 3), ("error", 9)]
    assert answer["said"] == ["pod/web created"]


def test_a_file_without_faults_is_told_as_applying_it_would_and_nothing_is_kept_of_it(lab: Lab) -> None:
    before = lab.snapshot()
    answer = tried(lab, POD, diff=True)
    assert (answer["complaints"], answer["said"], answer["skipped"]) == ([], ["pod/web created"], "")
    assert "+    image: nginx:1.27\n" in answer["diff"].replace("+  - image", "+    image")
    assert lab.snapshot() == before


def test_the_difference_is_that_to_the_live_object(lab: Lab) -> None:
    other = Lab.restore(lab.snapshot())
    copy = manifests.Trial(other, "/root/web.yaml")
    assert copy.run("apply", POD) == "pod/web created\n"
    answer = tried(copy.lab, POD.replace("1.27", "1.28"), diff=True)
    assert "-  - image: nginx:1.27\n+  - image: nginx:1.28\n" in answer["diff"]
    assert answer["said"] == ["pod/web configured"]
    assert tried(copy.lab, POD, diff=True)["diff"] == ""


def test_what_would_be_too_much_is_not_tried(lab: Lab) -> None:
    assert tried(lab, "a" * 200_001)["skipped"] == manifests.TOO_MUCH
    assert tried(lab, "a: 1\n---\n" * 40)["skipped"] == manifests.TOO_MUCH
    deep = tried(lab, "[" * 5000)
    assert len(deep["complaints"]) == 1


def test_documents_are_cut_as_kubectl_cuts_them() -> None:
    found = places.documents("# a\n---\n\n--- # b\nx: 1\n---y\n---\ny: 2")
    assert [(each.first, each.text) for each in found] == [(4, "x: 1\n---y\n"), (7, "y: 2")]


# --- kinds ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_kinds_are_files_that_browsers_keep_for_good(client: Client) -> None:
    mark = kinds.current()
    listed = client.get(f"/kinds/{mark}/index.json")
    assert ["apps/v1", "Deployment"] in listed.json()
    pod = client.get(f"/kinds/{mark}/v1/Pod.json")
    container = pod.json()["definitions"]["core.v1.Container"]["fields"]
    assert container["imagePullPolicy"]["values"] == ["Always", "IfNotPresent", "Never"]
    assert container["env"]["form"] == "list"
    assert "immutable" in pod["Cache-Control"]
    assert "immutable" not in client.get("/kinds/older/apps/v1/Deployment.json")["Cache-Control"]
    assert client.get(f"/kinds/{mark}/v1/Pot.json").status_code == 404


def test_custom_kinds_are_described_by_their_cluster(lab: Lab) -> None:
    copy = manifests.Trial(lab, "/root/crd.yaml")
    copy.run("apply", DEFINITION)
    copy.lab.advance(copy.lab.now + 5_000_000)
    asked = {"type": "kind.wanted", "id": "q1", "version": "", "kind": ""}
    assert picture.answer(asked, copy.lab)["kinds"] == [("stable.example.com/v1", "CronTab")]
    shape = picture.answer({**asked, "version": "stable.example.com/v1", "kind": "CronTab"}, copy.lab)["shape"]
    spec = shape["definitions"][shape["definitions"][shape["root"]]["fields"]["spec"]["ref"]]
    assert spec["fields"]["cronSpec"]["text"] == "When it runs."
    assert picture.answer({**asked, "version": "v2", "kind": "CronTab"}, copy.lab)["shape"] is None


def test_custom_resources_are_completed_at_the_console(lab: Lab) -> None:
    copy = manifests.Trial(lab, "/root/crd.yaml")
    copy.run("apply", DEFINITION)
    copy.lab.advance(copy.lab.now + 5_000_000)
    assert copy.lab.complete(TERMINAL, "kubectl get cront")["words"] == ["crontabs "]
    copy.run("apply", "apiVersion: stable.example.com/v1\nkind: CronTab\nmetadata: {name: mine}\n")
    assert copy.lab.complete(TERMINAL, "kubectl describe crontab/")["words"] == ["crontab/mine "]
