"""What a learner types and what kubectl answers, against a real API server, in the words that were recorded."""

import pytest

POD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  labels: {app: web}\nspec:\n  containers:\n  - {name: c, image: nginx}\n"
OFF = "; if you choose to ignore these errors, turn validation off with --validate=false"


@pytest.fixture
def web(bench):
    bench.write("web.yaml", POD)
    assert bench.kubectl("apply -f web.yaml") == "pod/web created\n"
    return bench


def test_apply_creates_then_leaves_alone_then_configures(web):
    assert web.kubectl("apply -f web.yaml") == "pod/web unchanged\n"
    web.write("web.yaml", POD.replace("app: web", "app: db"))
    assert web.kubectl("apply -f web.yaml") == "pod/web configured\n"
    assert web.get("pods", "web")["metadata"]["labels"] == {"app": "db"}


def test_apply_takes_out_what_is_no_longer_in_the_file(web):
    web.write("web.yaml", POD.replace("  labels: {app: web}\n", ""))
    assert web.kubectl("apply -f web.yaml") == "pod/web configured\n"
    assert "labels" not in web.get("pods", "web")["metadata"]


def test_apply_warns_of_what_was_made_by_create(bench):
    bench.write("web.yaml", POD)
    assert bench.kubectl("create -f web.yaml") == "pod/web created\n"
    text = bench.kubectl("apply -f web.yaml")
    assert text.startswith(
        "Warning: resource pods/web is missing the kubectl.kubernetes.io/last-applied-configuration annotation"
    )
    assert text.endswith("pod/web configured\n")
    assert bench.kubectl("apply -f web.yaml") == "pod/web unchanged\n"


def test_apply_reads_standard_input_and_folders(bench):
    bench.write("web.yaml", POD)
    assert bench.kubectl("apply -f - < web.yaml") == "pod/web created\n"
    bench.write("dir/a.yaml", POD.replace("name: web", "name: a"))
    bench.write("dir/b.json", '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b"}}')
    assert bench.kubectl("apply -f dir") == "pod/a created\nconfigmap/b created\n"


def test_good_documents_are_applied_though_others_fail(bench):
    bench.write("two.yaml", POD + "---\n" + POD.replace("name: web", "name: Bad_Name"))
    text = bench.kubectl("apply -f two.yaml")
    assert text.startswith('pod/web created\nThe Pod "Bad_Name" is invalid: metadata.name: Invalid value: "Bad_Name"')
    text = bench.kubectl("create -f two.yaml")
    assert text.startswith(
        'Error from server (AlreadyExists): error when creating "two.yaml": pods "web" already exists\n'
        'Error from server (Invalid): error when creating "two.yaml": Pod "Bad_Name" is invalid: metadata.name:'
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("apiVersion: v1\n\tkind: Pod\n", "error: error parsing f.yaml: error converting YAML to JSON: yaml: line 2: "),
        ("", "error: no objects passed to apply\n"),
        ("# nothing\n", "error: no objects passed to apply\n"),
        ("hello world\n", f'error: error validating "f.yaml": error validating data: invalid object to validate{OFF}\n'),
        ("apiVersion: v1\nmetadata: {name: x}\n", f'error: error validating "f.yaml": error validating data: kind not set{OFF}\n'),
        ("kind: Pod\nmetadata: {name: x}\n", f'error: error validating "f.yaml": error validating data: apiVersion not set{OFF}\n'),
        (
            "apiVersion: v1\nkind: Deployment\nmetadata: {name: old}\n",
            'error: resource mapping not found for name: "old" namespace: "" from "f.yaml": no matches for kind "Deployment" '
            'in version "v1"\nensure CRDs are installed first\n',
        ),
        (
            "apiVersion: v1\nkind: Pod\nmetadata: {name: x, labels: {a: 1}}\n",
            'error: unable to decode "f.yaml": json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string\n',
        ),
        (
            "apiVersion: v1\nkind: Pod\nmetadata: x\n",
            'error: unable to decode "f.yaml": json: cannot unmarshal string into Go struct field metadataOnlyObject.metadata '
            "of type v1.ObjectMeta\n",
        ),
        (
            "apiVersion: v1\nkind: Pod\nmetadata: {}\nspec: {}\n",
            'error: error when retrieving current configuration of:\nResource: "/v1, Resource=pods", GroupVersionKind: "/v1, Kind=Pod"\n'
            'Name: "", Namespace: "default"\nfrom server for: "f.yaml": resource name may not be empty\n',
        ),
        (POD.replace("image: nginx", "image: nginx, comand: [x]"), 'Error from server (BadRequest): error when creating "f.yaml": Pod in version'),
        (POD.replace(", image: nginx", ""), 'The Pod "web" is invalid: spec.containers[0].image: Required value\n'),
        ("a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(f"{b}: &{b} [*{a},*{a},*{a},*{a},*{a},*{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
         "error: error parsing f.yaml: error converting YAML to JSON: yaml: "),
        (
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: big}\ndata:\n  a: " + "x" * 2_000_000 + "\n",
            'The ConfigMap "big" is invalid: \n* metadata.annotations: Too long: may not be more than 262144 bytes\n',
        ),
    ],
)  # fmt: skip
def test_mistakes_in_manifests(bench, text, message):
    bench.write("f.yaml", text)
    printed = bench.kubectl("apply -f f.yaml")
    assert printed.startswith(message)
    assert printed.endswith("[1]\n")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("gte pods", 'error: unknown command "gte" for "kubectl"\n\nDid you mean this?\n\tget\n'),
        ("get foo", "error: the server doesn't have a resource type \"foo\"\n"),
        ("get pod nosuch1 nosuch2", 'Error from server (NotFound): pods "nosuch1" not found\nError from server (NotFound): pods "nosuch2" not found\n'),
        ("get deploy nosuch -o yaml", 'Error from server (NotFound): deployments.apps "nosuch" not found\n'),
        ("get pod/", "error: arguments in resource/name form must have a single resource and name\n"),
        ("get pod/a/b", "error: arguments in resource/name form may not have more than one slash\n"),
        ("get pods --foo", "error: unknown flag: --foo\nSee 'kubectl get --help' for usage.\n"),
        ("create -f nosuch.yaml", 'error: the path "nosuch.yaml" does not exist\n'),
        ("create", "error: must specify one of -f and -k\n"),
        ("create secret s1", "error: unknown command \"s1\"\nSee 'kubectl create secret -h' for help and examples\n"),
        ("create cm c --from-literal=ab", "error: invalid literal source ab, expected key=value\n"),
        ("run nginx", 'error: required flag(s) "image" not set\n'),
        ("run x --image=n --port=abc", 'error: strconv.Atoi: parsing "abc": invalid syntax\n'),
        ("delete pod", "error: resource(s) were provided, but no name was specified\n"),
        ("delete pods --all x", "error: name cannot be provided when a selector is specified\n"),
        ("get pods --subresource=status", "error: subresource cannot be used when bulk resources are specified\n"),
        ("edit pods --subresource=status", "error: subresource cannot be used when bulk resources are specified\n"),
        ("patch pod nosuch --subresource=nope -p {}", "Error from server (NotFound): the server could not find the requested resource\n"),
        ("run x --image=n --env=..a=b", "error: invalid env: ..a=b\n"),
        ("set env deploy d .=b", "error: \".\" is not a valid key name: must not be '.'\n"),
        ("set selector svc s a!=b", 'error: "!=" is not a valid label selector operator\n'),
        ("set selector svc s a>1", 'error: "gt" isn\'t supported in label selectors\n'),
        ("set selector svc s a(", "error: couldn't parse the selector string \"a(\": unable to parse requirement: found '(', expected: in, notin, =, ==, !=, gt, lt\n"),
        ("set selector svc s !a,b", "error: match expression [{a DoesNotExist []} {b Exists []}] not supported on this object\n"),
        ("create pdb p --min-available=1 --selector=a>1", 'error: "gt" isn\'t supported in label selectors\n'),
        ("scale deploy d --replicas=-1", "error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0\n"),
        ("scale deploy d --replicas=2", 'error: no objects passed to scale deployments.apps "d" not found\n'),
        ("rollout status", "error: required resource not specified\n"),
        ("auth can-i get pods web", "error: you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.\n"),
        ("auth can-i --list get", "error: list option must be specified with no arguments\n"),
        ("wait pod/x --for=foo", 'error: unrecognized condition: "foo"\n'),
        ("logs nosuch", 'error: error from server (NotFound): pods "nosuch" not found in namespace "default"\n'),
        ("exec web", "error: you must specify at least one command for the container\n"),
        ("exec web date", "error: exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\nSee 'kubectl exec -h' for help and examples\n"),
        ("explain pod.spec.nosuch", 'KIND:       Pod\nVERSION:    v1\n\nerror: field "nosuch" does not exist\n'),
        ("taint nodes a", "error: at least one taint update is required\n"),
        ("drain", "error: USAGE: drain NODE [flags]\nSee 'kubectl drain -h' for help and examples\n"),
        ("config use-context x", 'error: no context exists with the name: "x"\n'),
        ("port-forward web", "error: TYPE/NAME and list of ports are required for port-forward\nSee 'kubectl port-forward -h' for help and examples\n"),
        ("apply --force-conflicts -f x", "error: --force-conflicts only works with --server-side\n"),
    ],
)  # fmt: skip
def test_mistakes_on_the_command_line(bench, words, text):
    assert bench.kubectl(words) == f"{text}[1]\n"


def test_no_server_no_answer(bench):
    refused = "The connection to the server {} was refused - did you specify the right host or port?\n[1]\n"
    assert bench.kubectl("get pods --server=https://192.168.10.10:7777") == refused.format("192.168.10.10:7777")
    bench.machines.write_file("master", "/root/.kube/config", b"")
    assert bench.kubectl("get pods") == refused.format("localhost:8080")


def test_tables_in_all_forms(web):
    assert (
        web.kubectl("get pods --show-labels")
        == "NAME   READY   STATUS    RESTARTS   AGE   LABELS\nweb    0/1     Pending   0          1s    app=web\n"
    )
    assert web.kubectl("get po -L app --no-headers").split() == ["web", "0/1", "Pending", "0", "2s", "web"]
    assert web.kubectl("get pods,cm -A").startswith("NAMESPACE   NAME ")
    assert web.kubectl("get pod web -o name") == "pod/web\n"
    assert web.kubectl("get pods -o jsonpath={.items[*].metadata.name}") == "web"
    assert web.kubectl("get pods -o custom-columns=N:.metadata.name,X:.nope") == "N     X\nweb   <none>\n"
    assert web.kubectl("get pods -l app=nope") == "No resources found in default namespace.\n"
    assert web.kubectl("get pods -A -l app=nope") == "No resources found\n"
    assert web.kubectl("get pod nope --ignore-not-found") == ""


def test_a_watch_prints_rows_as_they_come_until_it_is_interrupted(web):
    web.type("kubectl get pods -w --output-watch-events")
    web.run_for(1_000_000)
    web.create(
        "pods",
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "b", "namespace": "default"},
            "spec": {"containers": [{"name": "c", "image": "x"}]},
        },
    )
    web.run_for(1_000_000)
    web.api.delete("pods", "default", "b")
    web.run_for(1_000_000)
    web.keys("\x03")
    web.run_for(1_000_000)
    lines = [line.split()[:3] for line in web.seen().split("\n")]
    assert lines[:5] == [
        ["EVENT", "NAME", "READY"],
        ["ADDED", "web", "0/1"],
        ["ADDED", "b", "0/1"],
        ["MODIFIED", "b", "0/1"],
        ["DELETED", "b", "0/1"],
    ]
    assert ["[130]"] in lines


def test_delete_waits_until_finalizers_let_go(bench):
    metadata = {"name": "c", "namespace": "default", "finalizers": ["lab/hold"]}
    bench.create("configmaps", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})
    assert bench.kubectl("delete cm c") == 'configmap "c" deleted from default namespace\n'  # and waits
    bench.api.patch("configmaps", "default", "c", {"metadata": {"finalizers": None}})
    bench.run_for(1_000_000)
    assert bench.seen() == "[0]\n"


def test_delete_gives_up_at_its_timeout(bench):
    metadata = {"name": "c", "namespace": "default", "finalizers": ["lab/hold"]}
    bench.create("configmaps", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})
    assert bench.kubectl("delete cm c --timeout=2s", seconds=5) == (
        'configmap "c" deleted from default namespace\nerror: timed out waiting for the condition on configmaps/c\n[1]\n'
    )


def test_forced_deletion_warns(web):
    assert web.kubectl("delete pod web --force").endswith(
        'continue to run on the cluster indefinitely.\npod "web" force deleted from default namespace\n'
    )


def test_wait_ends_when_the_condition_is_met(web):
    web.type("kubectl wait --for=condition=Ready pod/web --timeout=20s")
    web.run_for(2_000_000)
    assert web.seen() == ""
    pod = web.get("pods", "web")
    web.api.update_status(
        "pods", {**pod, "status": {**pod["status"], "conditions": [{"type": "Ready", "status": "True"}]}}
    )
    web.run_for(1_000_000)
    assert web.seen() == "pod/web condition met\n[0]\n"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("label pod web tier=x", "pod/web labeled\n"),
        ("label pod web app=x", "error: 'app' already has a value (web), and --overwrite is false\n[1]\n"),
        ("label pod web app=x --overwrite", "pod/web labeled\n"),
        ("label pod web app-", "pod/web unlabeled\n"),
        ("label pod web nope-", 'label "nope" not found.\npod/web not labeled\n'),
        ("annotate pod web a=b", "pod/web annotated\n"),
        ("set image pod/web c=nginx:2", "pod/web image updated\n"),
        ("set image pod/web z=nginx:2", 'error: unable to find container named "z"\n[1]\n'),
        ("expose pod web --port=80", "service/web exposed\n"),
        ("expose pod web", "error: couldn't find port via --port flag or introspection\n[1]\n"),
        ("patch pod web -p {metadata:{labels:{x:y}}}", "Error from server (BadRequest): invalid character 'm' looking for"),
        ("set env pod/web A=b", 'error: failed to patch env update to pod template: Pod "web" is invalid: spec: Forbidden: '),
        ("create service nodeport n --tcp=80 --node-port=11111", 'error: failed to create NodePort service: Service "n" is invalid: '),
        ("create secret generic No", 'error: failed to create secret Secret "No" is invalid: '),
        ("create namespace No", 'The Namespace "No" is invalid: '),
        ("get pod web --dry-run", "error: unknown flag: --dry-run"),
    ],
)  # fmt: skip
def test_changes_of_an_object(web, words, text):
    printed = web.kubectl(words)
    assert printed.startswith(text) if not text.endswith("\n") else printed == text


def test_dry_runs_change_nothing(bench):
    assert bench.kubectl("run x --image=nginx --dry-run=client") == "pod/x created (dry run)\n"
    assert bench.kubectl("run x --image=nginx --dry-run=server") == "pod/x created (server dry run)\n"
    assert bench.kubectl("get pods") == "No resources found in default namespace.\n"


def test_a_context_can_be_given_another_namespace(bench):
    assert (
        bench.kubectl("config set-context --current --namespace=foo")
        == 'Context "kubernetes-admin@kubernetes" modified.\n'
    )
    assert bench.kubectl("get pods") == "No resources found in foo namespace.\n"


def test_every_command_has_help(bench):
    for words in ("", "get --help", "create -h", "rollout status --help", "options"):
        assert bench.kubectl(words).count("\n") > 3


def test_a_recorded_command_line_is_the_cause_of_a_change(bench):
    warning = "Flag --record has been deprecated, --record will be removed in the future\n"
    bench.kubectl("create deployment web --image=nginx:1.25")
    assert (
        bench.kubectl("set image deploy/web nginx=nginx:1.26 --record")
        == f"{warning}deployment.apps/web image updated\n"
    )
    cause = "kubernetes.io/change-cause"
    found = bench.get("deployments.apps", "web")
    assert found["metadata"]["annotations"][cause] == "kubectl set image deploy/web nginx=nginx:1.26 --record=true"
    assert bench.kubectl("scale --replicas 2 deploy web --record=true") == f"{warning}deployment.apps/web scaled\n"
    found = bench.get("deployments.apps", "web")
    assert found["metadata"]["annotations"][cause] == "kubectl scale deploy web --replicas=2 --record=true"
    assert bench.kubectl("delete deploy web --record").startswith("error: unknown flag: --record\n")
    assert "--record" not in bench.kubectl("scale --help")
