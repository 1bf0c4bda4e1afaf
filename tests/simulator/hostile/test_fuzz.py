"""Whatever a learner types, stores or asks: no mistake of ours, bounded work for each wake-up, a bounded value, and the laws hold."""

import json
import time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.kernel.units import SECOND
from simulator.lab import Lab
from tests.fuzzing import rounds

EXAMPLES = rounds(8)
EPOCH = 1_795_165_200_000_000
STEPS = 3_000  # wake-ups that are looked at after each input
SLOWEST = 2.0  # seconds of processor time for one wake-up, on a busy machine
LARGEST = 24 << 20  # bytes of a snapshot
SCENARIO = {"nodes": [{"name": "master", "roles": ["control-plane"]}, {"name": "node01", "images": ["busybox:1.28"]}]}
BORN = Lab.boot(SCENARIO, seed=1, epoch=EPOCH).snapshot()

hostile = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))

# --- shell programs: pieces of the grammar, put together in and out of order
WORDS = [
    "x", "$x", '"$x$x"', "$(echo a)", "`ls /`", "$((x*x+1))", "$((9**9**9))", "${x:-$(f)}", "${x//a/$x}", "${x#*a*}", "{1..99}",
    "{a,b}{c,d}{e,f}", "/*/*", "'\\''", "<<E", "*", "~root", "$@", "$!", "$$", "\\", "-rf", "/", "-", "--", "\x1b[2J", "<script>",
    "\u0000", "\ud7ff", "'", '"', "$(", "((", "[[", "1e300", "999999999999999999999", "-1", "%s%99999d",
]  # fmt: skip
PROGRAMS = [
    "echo", "printf", "cat", "seq", "yes", "head -c 99999", "sort", "grep -E '(a*)*b'", "sed 's/a*/aa/g'", "awk '{print $1}'", "tr a-z A-Z",
    "find /", "ls -laR", "sleep", "date -d", "test", "[", "read", "eval", "exec", "trap", "set --", "export", "cd", "kill", "wait", "f", ":",
    "sh -c", "nc -l -p", "wget -O-", "nslookup", "ps", "tee", "xargs", "cut -c", "kubectl get pods -A -o", "kubectl run", "dd", "touch",
    "mkdir -p", "rm", "ln -s", "chmod", "base64", "md5sum", "wc", "tail -f", "uniq", "diff", "expr", "test", "env", "top", "vi",
]  # fmt: skip
GLUE = [
    " ",
    " | ",
    "; ",
    " & ",
    " && ",
    " || ",
    " > o ",
    " >> o ",
    " < o ",
    " 2>&1 ",
    "\n",
    " ( ",
    " ) ",
    " { ",
    "; } ",
    " ! ",
]
FRAMES = [
    "{}", "while :; do {}; done", "for x in a b c; do {}; done", "f() {{ {}; }}; f", "if {}; then {}; fi", "case $x in *) {};; esac",
    "( {} )", "x=$({}); echo \"$x\"", "{} | {} | {}", ":(){{ :|:& }};: {}", "cat <<E\n{}\nE\n", "until {}; do {}; done &", "x={}; x=$x$x",
]  # fmt: skip
commands = st.builds(
    lambda program, words: " ".join([program, *words]),
    st.sampled_from(PROGRAMS),
    st.lists(st.sampled_from(WORDS), max_size=4),
)
pieces = st.builds(
    lambda parts: "".join(f"{a}{b}" for a, b in parts),
    st.lists(st.tuples(commands, st.sampled_from(GLUE)), min_size=1, max_size=4),
)
scripts = st.builds(
    lambda frame, piece: frame.replace("{}", piece).replace("{{", "{").replace("}}", "}"),
    st.sampled_from(FRAMES),
    pieces,
)

# --- manifests: good ones with anything put anywhere
GOOD = [
    {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "labels": {"a": "b"}}, "spec": {"restartPolicy": "Always",
     "volumes": [{"name": "v", "emptyDir": {"sizeLimit": "1Mi"}}], "initContainers": [{"name": "i", "image": "busybox:1.28", "command": ["true"]}],
     "containers": [{"name": "c", "image": "busybox:1.28", "command": ["sh", "-c", "sleep 9"], "env": [{"name": "A", "value": "$(A)"}],
     "resources": {"requests": {"cpu": "1m"}, "limits": {"memory": "1Gi"}}, "ports": [{"containerPort": 80}],
     "livenessProbe": {"exec": {"command": ["true"]}, "periodSeconds": 1}, "volumeMounts": [{"name": "v", "mountPath": "/v"}]}]}},
    {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"}, "spec": {"replicas": 2, "selector": {"matchLabels": {"a": "d"}},
     "strategy": {"rollingUpdate": {"maxSurge": "25%"}}, "template": {"metadata": {"labels": {"a": "d"}}, "spec": {"containers": [{"name": "c", "image": "nginx:1.27"}]}}}},
    {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "j"}, "spec": {"schedule": "* * * * *", "jobTemplate": {"spec": {"completions": 2,
     "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox:1.28", "command": ["false"]}]}}}}}},
    {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}, "spec": {"type": "NodePort", "selector": {"a": "b"}, "ports": [{"port": 80, "targetPort": "x"}]}},
    {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m", "finalizers": ["a.b/c"], "ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "1"}]}, "data": {"a": "b"}},
]  # fmt: skip
ODD = [
    None,
    "",
    "x" * 300,
    -1,
    0,
    2**31,
    2**70,
    True,
    [],
    {},
    [None],
    {"a": None},
    "1e99999",
    "\x00",
    "<b>",
    "../..",
    "100%",
    "$(A)",
    [[]],
    "999999999999h",
    1.5,
]


def paths(value, at=()):
    """All places in a manifest."""
    yield at
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from paths(item, (*at, key))


def put(value, at, odd):
    """The manifest with *odd* at a place."""
    if not at:
        return odd
    if isinstance(value, list):
        return [put(item, at[1:], odd) if place == at[0] else item for place, item in enumerate(value)]
    return {key: put(item, at[1:], odd) if key == at[0] else item for key, item in value.items()}


@st.composite
def manifests(draw):
    """A good manifest with up to three places made odd."""
    found = draw(st.sampled_from(GOOD))
    for _ in range(draw(st.integers(0, 3))):
        found = put(
            found,
            draw(st.sampled_from(list(paths(found)))) if isinstance(found, dict | list) else (),
            draw(st.sampled_from(ODD)),
        )
    return json.dumps(found)


# --- lines of kubectl
VERBS = [
    "get",
    "describe",
    "delete --wait=false",
    "apply -f",
    "create -f",
    "run",
    "logs",
    "exec",
    "scale",
    "patch",
    "label",
    "annotate",
    "explain",
    "rollout status",
    "expose",
    "set image",
    "top",
    "wait",
    "edit",
    "cp",
    "auth can-i",
    "api-resources",
    "config view",
]
TARGETS = [
    "pods",
    "pod/p",
    "all",
    "deploy/d",
    "svc,cm",
    "nodes master",
    "events -A",
    "p",
    "/root/m.json",
    "-",
    "",
    "crd",
    "x/y/z",
    "'<x>'",
    "jobs.batch",
]
FLAGS = [
    "-o yaml",
    "-o jsonpath='{..}'",
    "-o jsonpath='{range .items[*]}{.metadata[?(@.a)]}{end}'",
    "-o go-template='{{range .items}}{{.}}{{end}}'",
    "-o custom-columns=A:.a,B:..b",
    "--sort-by=.x",
    "-l 'a in (b,c),!d'",
    "--replicas=999999",
    "--image=a:b:c",
    "-n '\x1b'",
    "--all",
    "-A",
    "-w",
    "--timeout=1s",
    "--for=condition=Ready",
    "-p '{\"a\":[1]}' --type=json",
    "a=b c-",
    "-- sh -c 'exit 3'",
    "--tail=-5",
    "--dry-run=server",
    "--field-selector=a=b",
    "--as=x",
    "--chunk-size=-1",
    "-c c",
    "--since=1h",
    "--force --grace-period=0",
]
lines = st.builds(
    lambda verb, target, flags: " ".join(["kubectl", verb, target, *flags]),
    st.sampled_from(VERBS),
    st.sampled_from(TARGETS),
    st.lists(st.sampled_from(FLAGS), max_size=3),
)
keys = st.text(max_size=40)


def begin():
    """A cluster with one terminal. Mistakes of components are raised here; a program's ends it alone."""
    lab = Lab.restore(BORN)
    lab.submit({"type": "terminal.open", "terminal": "t", "host": "master", "columns": 100, "rows": 30})
    return lab


def pass_time(lab, span):
    """Let time pass, one wake-up after the other, none of which may take long."""
    end = lab.now + span
    for _ in range(STEPS):
        began = time.process_time()
        done = lab.advance(end, steps=1)
        assert time.process_time() - began < SLOWEST, lab.now
        if done:
            return


def survives(inputs):
    """Play *inputs* twice: nothing is raised, it stays small, and both times it is the same."""
    states = []
    for save in (False, True):
        lab = begin()
        for entry in inputs:
            lab.submit(entry)
            pass_time(lab, 3 * SECOND)
            if save:
                lab = Lab.restore(lab.snapshot())
        states.append(lab.snapshot())
    assert len(states[0]) < LARGEST
    assert states[0] == states[1]


def line(text):
    return {"type": "line", "terminal": "t", "text": text}


@hostile
@given(st.lists(scripts, min_size=1, max_size=3), keys)
def test_no_shell_program_breaks_the_cluster(programs, pressed):
    survives([*map(line, programs), {"type": "keys", "terminal": "t", "data": "\x03" + pressed}, line("echo on")])


@hostile
@given(st.lists(manifests(), min_size=1, max_size=3))
def test_no_manifest_breaks_the_cluster(texts):
    file = {"type": "file.save", "host": "master", "path": "/root/m.json", "content": "\n---\n".join(texts)}
    survives(
        [
            file,
            line("kubectl apply -f m.json; kubectl create -f m.json; kubectl get -f m.json -o yaml"),
            line("kubectl delete -f m.json --wait=false"),
        ]
    )


@hostile
@given(manifests(), st.lists(lines, min_size=1, max_size=4))
def test_no_line_of_kubectl_breaks_the_cluster(text, asked):
    file = {"type": "file.save", "host": "master", "path": "/root/m.json", "content": text}
    survives(
        [
            file,
            line("kubectl apply -f m.json"),
            *(entry for text in asked for entry in (line(text), {"type": "keys", "terminal": "t", "data": "\x03"})),
        ]
    )


@hostile
@given(st.dictionaries(st.sampled_from(["type", "terminal", "text", "data", "host", "path", "content", "columns", "rows", "request", "stream"]),
       st.sampled_from(["line", "keys", "file.save", "api", "stream.open", "terminal.resize", "editor.close", "t", "master", "/root/x", "../x", -1, 2**70, None, [], {}, {"verb": "get"}, {"verb": "create", "resource": "pods", "body": []}, "\x00", "x" * 300])))  # fmt: skip
def test_no_input_is_too_odd(entry):
    lab = begin()
    assert isinstance(lab.submit(entry), dict)
    pass_time(lab, SECOND)
