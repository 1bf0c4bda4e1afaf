"""`kubectl edit` and `kubectl apply edit-last-applied`: what stands in the editor, and what comes of what is saved there."""

import pytest

from simulator.api.requests import Request

POD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  labels: {app: web}\nspec:\n  containers:\n  - {name: c, image: nginx}\n"
HEAD = (
    "# Please edit the object below. Lines beginning with a '#' will be ignored,\n"
    "# and an empty file will abort the edit. If an error occurs while saving this file will be\n"
    "# reopened with the relevant failures.\n#\n"
)
KEPT = 'A copy of your changes has been stored to "/tmp/kubectl-edit-'


@pytest.fixture
def web(bench):
    bench.write("web.yaml", POD)
    assert bench.kubectl("apply -f web.yaml") == "pod/web created\n"
    return bench


@pytest.fixture
def maps(bench):
    for name in ("a", "b"):
        assert bench.kubectl(f"create configmap {name} --from-literal=x=1") == f"configmap/{name} created\n"
    return bench


def opened(bench, words):
    """The path of the file that a command opens."""
    bench.seen()
    bench.type(f"kubectl {words}")
    bench.run_for(1_000_000)
    return next(
        change.data["path"] for change in bench.world.drain() if change.kind == "editor" and change.data["open"]
    )


def edited(bench, words, *changes):
    """What is printed when each of the *changes* (old text, new text) is made once; what is opened again is closed as it is."""
    path = opened(bench, words)
    text = bench.read(path)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    bench.write(path, text)
    for _ in range(2):
        bench.machines.editor_closed("master", path)
        bench.run_for(1_000_000)
    return bench.seen()


def test_an_edit_that_is_refused_is_opened_again(web):
    web.seen()
    web.type("kubectl edit pod web")
    web.run_for(1_000_000)
    path = next(change.data["path"] for change in web.world.drain() if change.kind == "editor" and change.data["open"])
    web.write(path, web.read(path).replace("restartPolicy: Always", "restartPolicy: Never"))
    web.machines.editor_closed("master", path)
    web.run_for(1_000_000)
    assert web.seen() == 'error: pods "web" is invalid\n'
    assert '# pods "web" was not valid:' in web.read(path)
    web.write(
        path, web.read(path).replace("restartPolicy: Never", "restartPolicy: Always").replace("app: web", "app: db")
    )
    web.machines.editor_closed("master", path)
    web.run_for(1_000_000)
    assert web.seen() == "pod/web edited\n[0]\n"
    assert web.get("pods", "web")["metadata"]["labels"] == {"app": "db"}


def test_an_edit_of_a_subresource_changes_what_it_covers(web):
    resources = {"requests": {"cpu": "100m"}, "limits": {"cpu": "1"}}
    spec = {"containers": [{"name": "c", "image": "nginx", "resources": resources}]}
    web.api.create("pods", {"metadata": {"name": "sized", "namespace": "default"}, "spec": spec})
    web.seen()
    web.type("kubectl edit pod sized --subresource resize")
    web.run_for(1_000_000)
    path = next(change.data["path"] for change in web.world.drain() if change.kind == "editor" and change.data["open"])
    web.write(path, web.read(path).replace("cpu: 100m", "cpu: 200m"))
    web.machines.editor_closed("master", path)
    web.run_for(1_000_000)
    assert web.seen() == "pod/sized edited\n[0]\n"
    assert web.get("pods", "sized")["spec"]["containers"][0]["resources"]["requests"] == {"cpu": "200m"}


def test_an_edit_without_a_change_is_cancelled(web):
    web.seen()
    web.type("kubectl edit pod web")
    web.run_for(1_000_000)
    path = next(change.data["path"] for change in web.world.drain() if change.kind == "editor" and change.data["open"])
    web.machines.editor_closed("master", path)
    web.run_for(1_000_000)
    assert web.seen() == "Edit cancelled, no changes made.\n[0]\n"


def test_several_objects_are_edited_as_a_list(maps):
    path = opened(maps, "edit configmap a b")
    assert maps.read(path).startswith(HEAD + "apiVersion: v1\nitems:\n- apiVersion: v1\n  data:\n")
    assert maps.read(path).endswith("kind: List\nmetadata: {}\n")
    maps.machines.editor_closed("master", path)
    maps.run_for(1_000_000)
    text = edited(maps, "edit configmap a b", ('x: "1"', 'x: "2"'))
    assert text == "configmap/a edited\nconfigmap/b skipped\n[0]\n"
    assert [maps.get("configmaps", name)["data"] for name in "ab"] == [{"x": "2"}, {"x": "1"}]


def test_the_patch_is_shown_when_it_is_asked_for(maps):
    text = edited(maps, "edit configmap a --output-patch", ('x: "1"', 'x: "2"'))
    assert text == 'Patch: {"data":{"x":"2"}}\nconfigmap/a edited\n[0]\n'


def test_what_was_edited_is_saved_as_the_last_configuration_when_it_is_asked_for(maps):
    edited(maps, "edit configmap a", ('x: "1"', 'x: "2"'))
    assert "annotations" not in maps.get("configmaps", "a")["metadata"]
    edited(maps, "edit configmap a --save-config", ('x: "2"', 'x: "3"'))
    (annotation,) = maps.get("configmaps", "a")["metadata"]["annotations"].values()
    assert '"data":{"x":"3"}' in annotation


def test_a_script_in_a_value_is_no_comment(maps):
    script = "x: |\n    #!/bin/sh\n    # runs\n    true"
    edited(maps, "edit configmap a", ('x: "1"', script))
    assert maps.get("configmaps", "a")["data"] == {"x": "#!/bin/sh\n# runs\ntrue\n"}


@pytest.mark.parametrize(
    ("old", "new", "said", "told"),
    [
        (
            "name: a",
            "name: :::",
            "is invalid",
            'validation": yaml: line 7: mapping values are not allowed in this context',
        ),
        ("apiVersion: v1\n", "", "is invalid", 'The edited file failed validation": apiVersion not set\n'),
        (
            "kind: ConfigMap",
            "kind: ConfigMip",
            "",
            'The edited file had a syntax error: resource mapping not found for name: "a" namespace: "default" from '
            '"edited-file": no matches for kind "ConfigMip" in version "v1"\n# ensure CRDs are installed first\n',
        ),
        ('x: "1"', "x: [1]", "is invalid", 'configmaps "a" was not valid:\n# * '),
    ],
)
def test_what_cannot_be_saved_is_opened_again_until_it_comes_back_unchanged(maps, old, new, said, told):
    text = edited(maps, "edit configmap a", (old, new))
    assert text.startswith(f'error: configmaps "a" {said}\n{KEPT}' if said else KEPT)
    assert text.endswith("error: Edit cancelled, no valid changes were saved.\n[1]\n")
    kept = maps.read(text.partition('stored to "')[2].partition('"')[0])
    assert kept.startswith(HEAD)
    assert told in kept


def test_an_empty_file_is_no_object(maps):
    path = opened(maps, "edit configmap a")
    maps.write(path, "\n")
    for _ in range(2):
        maps.machines.editor_closed("master", path)
        maps.run_for(1_000_000)
    assert 'The edited file failed validation": invalid object to validate\n' in maps.read(path)
    assert maps.seen().endswith("error: Edit cancelled, no valid changes were saved.\n[1]\n")


@pytest.mark.parametrize(
    ("old", "new", "failure"),
    [
        ("name: a", "name: z", "At least one of apiVersion, kind and name was changed"),
        (
            "namespace: default",
            "namespace: other",
            'the namespace from the provided object "other" does not match the namespace "default". '
            "You must pass '--namespace=other' to perform this operation.",
        ),
    ],
)
def test_what_may_not_be_changed_ends_the_edit_and_keeps_the_work(maps, old, new, failure):
    text = edited(maps, "edit configmap a", (old, new))
    assert text.startswith(KEPT)
    assert text.endswith(f"error: {failure}\n[1]\n")


def test_an_object_that_is_gone_when_it_is_saved(maps):
    path = opened(maps, "edit configmap a")
    assert maps.api.handle(Request("delete", "configmaps", "default", "a")).code == 200
    maps.write(path, maps.read(path).replace('x: "1"', 'x: "2"'))
    maps.machines.editor_closed("master", path)
    maps.run_for(1_000_000)
    assert maps.seen() == (
        'error: configmaps "a" could not be found on the server\n'
        f'The edits you made on deleted resources have been saved to "{path}"\n[0]\n'
    )


def test_only_two_forms_are_printed(maps):
    text = "unable to match a printer suitable for the output format"
    assert text in maps.kubectl("edit configmap a -o name")


# --- the annotation of `apply`
def test_the_last_configuration_is_edited_without_the_object(web):
    head = "# Please edit the 'last-applied-configuration' annotations below.\n"
    words = "apply edit-last-applied pod web"
    assert edited(web, words, (head, head), ("app: web", "app: db")) == "pod/web edited\n[0]\n"
    pod = web.get("pods", "web")["metadata"]
    assert pod["labels"] == {"app": "web"}
    assert '"labels":{"app":"db"}' in next(iter(pod["annotations"].values()))


def test_there_is_no_last_configuration_of_what_was_not_applied(maps):
    assert maps.kubectl("apply edit-last-applied configmap a") == (
        "error: no last-applied-configuration annotation found on resources, to create the annotation, use command "
        "`kubectl apply set-last-applied --create-annotation`\n[1]\n"
    )
