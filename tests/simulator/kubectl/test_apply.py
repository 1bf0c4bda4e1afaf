"""`kubectl apply --prune` and `--force`: what goes because it stands in no file, and what is made anew."""

import pytest

from simulator.api.requests import Request


def config(name, value="v", extra=""):
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n  labels: {{app: x}}\n{extra}data: {{k: {value}}}\n"


@pytest.fixture
def applied(bench):
    """Two applied ConfigMaps, and one that was only made."""
    bench.write("two.yaml", f"{config('a')}---\n{config('b')}")
    bench.write("one.yaml", config("a", "w"))
    assert bench.kubectl("apply -f two.yaml") == "configmap/a created\nconfigmap/b created\n"
    bench.kubectl("create configmap made --from-literal=k=v")
    bench.kubectl("label configmap made app=x")
    return bench


def names(bench):
    return bench.kubectl("get configmaps -l app=x -o name").split()


# --- prune
def test_what_was_applied_and_stands_in_no_file_goes(applied):
    text = applied.kubectl("apply -f one.yaml --prune -l app=x")
    assert text.startswith("configmap/a configured\nW")
    assert "Deprecated: kubectl apply will no longer prune non-namespaced resources by default" in text
    assert text.count(" pruned\n") == 1
    assert "configmap/b pruned\n" in text
    assert names(applied) == ["configmap/a", "configmap/made"]


def test_only_kinds_that_are_listed_are_looked_through(applied):
    text = applied.kubectl("apply -f one.yaml --prune --all --prune-allowlist=core/v1/Secret")
    assert text == "configmap/a configured\n"
    assert "configmap/b" in names(applied)
    text = applied.kubectl("apply -f one.yaml --prune --all --prune-allowlist=core/v1/ConfigMap")
    assert text == "configmap/a unchanged\nconfigmap/b pruned\n"


@pytest.mark.parametrize("mode", ["client", "server"])
def test_a_dry_run_prunes_for_show(applied, mode):
    text = applied.kubectl(f"apply -f one.yaml --prune --all --dry-run={mode}")
    assert f"configmap/b pruned ({'server ' if mode == 'server' else ''}dry run)\n" in text
    assert "configmap/b" in names(applied)


def test_nothing_is_pruned_when_something_could_not_be_applied(applied):
    applied.write("bad.yaml", f"{config('a', 'w')}---\n{config('Bad_Name')}")
    assert "pruned" not in applied.kubectl("apply -f bad.yaml --prune --all")
    assert "configmap/b" in names(applied)


def test_more_objects_than_one_step_handles_are_pruned_once_each(bench):
    bench.write("many.yaml", "---\n".join(config(f"c{number:02}") for number in range(60)))
    bench.write("one.yaml", config("c00"))
    bench.kubectl("apply -f many.yaml", seconds=5)
    text = bench.kubectl("apply -f one.yaml --prune -l app=x", seconds=5)
    assert text.count(" pruned\n") == 59
    assert names(bench) == ["configmap/c00"]


@pytest.mark.parametrize(
    ("words", "failure"),
    [
        ("", "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. "
         "If you did not mean to prune all resources, specify a label selector"),
        ("--all -l app=x", "cannot set --all and --selector at the same time"),
        ("--all --prune-allowlist=bad", "invalid GroupVersionKind format: bad, please follow <group/version/kind>"),
        ("--all --prune-allowlist=core/v1/Nope", 'no matches for kind "Nope" in version "v1"'),
        ("--all --server-side", "--prune is in alpha and doesn't currently work on objects created by server-side apply"),
    ],
)  # fmt: skip
def test_what_cannot_be_pruned_is_refused_before_anything_is_changed(applied, words, failure):
    assert applied.kubectl(f"apply -f one.yaml --prune {words}") == f"error: {failure}\n[1]\n"
    assert applied.get("configmaps", "a")["data"] == {"k": "v"}


# --- force
FIXED = "immutable: true\n"


def test_what_cannot_be_changed_is_made_anew(bench):
    bench.write("fixed.yaml", config("f") + FIXED)
    bench.kubectl("apply -f fixed.yaml")
    before = bench.get("configmaps", "f")["metadata"]["uid"]
    bench.write("fixed.yaml", config("f", "w") + FIXED)
    assert "field is immutable when `immutable` is set" in bench.kubectl("apply -f fixed.yaml")
    assert bench.kubectl("apply -f fixed.yaml --force") == "configmap/f configured\n"
    after = bench.get("configmaps", "f")
    assert after["data"] == {"k": "w"}
    assert after["metadata"]["uid"] != before


def held(bench):
    """An immutable ConfigMap that a finalizer keeps."""
    bench.write("held.yaml", config("h", extra="  finalizers: [example.com/hold]\n") + FIXED)
    bench.kubectl("apply -f held.yaml")
    bench.write("held.yaml", config("h", "w") + FIXED)


def test_what_does_not_go_is_not_made_anew(bench):
    held(bench)
    text = bench.kubectl("apply -f held.yaml --force")
    assert text.startswith("error: error when applying patch:\n{")
    assert text.endswith('for: "held.yaml": context deadline exceeded\n[1]\n')
    assert bench.get("configmaps", "h")["data"] == {"k": "v"}


def test_there_is_as_much_time_to_go_as_the_flag_says(bench):
    held(bench)
    bench.seen()
    bench.type("kubectl apply -f held.yaml --force --timeout=10s")
    bench.run_for(3_000_000)
    assert bench.seen() == ""
    body = {"metadata": {"finalizers": None}}
    merge = "application/merge-patch+json"
    assert bench.api.handle(Request("patch", "configmaps", "default", "h", body=body, content_type=merge)).code == 200
    bench.run_for(3_000_000)
    assert bench.seen() == "configmap/h configured\n[0]\n"
    assert bench.get("configmaps", "h")["data"] == {"k": "w"}


def test_a_replacement_that_is_refused_brings_back_what_was_there(bench):
    bench.write("fixed.yaml", config("f") + FIXED)
    bench.kubectl("apply -f fixed.yaml")
    bench.write("fixed.yaml", config("f", "w", extra="  annotations: {'bad key!': x}\n") + FIXED)
    assert "is invalid" in bench.kubectl("apply -f fixed.yaml --force")
    assert bench.get("configmaps", "f")["data"] == {"k": "v"}


# --- what is on its way out
def test_it_is_said_that_an_object_is_being_deleted(bench):
    held(bench)
    bench.kubectl("delete configmap h --wait=false")
    bench.write("held.yaml", config("h", extra="  finalizers: [example.com/hold]\n") + FIXED)
    assert bench.kubectl("apply -f held.yaml") == (
        "Warning: Detected changes to resource h which is currently being deleted.\nconfigmap/h unchanged\n"
    )
