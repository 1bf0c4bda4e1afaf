"""Each of the scheduler's filters is made to refuse: the chain names the term, the Pods, the label, the volume, with its line."""

from typing import Any

import pytest

from simulator.why.filters import FILTERS
from simulator.why.verdicts import NAMES
from tests.simulator.why.asker import BUSYBOX, SLEEPS, Asker, pod
from tests.simulator.why.test_volumes import CLASSES, claim, uses, volume

ZONE = "topology.kubernetes.io/zone"
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
SPREAD = f"""  topologySpreadConstraints:
  - topologyKey: {ZONE}
    maxSkew: 1
    whenUnsatisfiable: DoNotSchedule
    labelSelector:
      matchLabels:
        app: many
"""
HERE = "  - name: c\n    image: busybox:1.28\n    command: [sleep, '9999']\n"


def labelled(name: str, labels: str, rest: str = "", containers: str = SLEEPS) -> str:
    return pod(name, containers, rest).replace("spec:\n", f"  labels: {{{labels}}}\nspec:\n", 1)


def term(kind: str, *terms: tuple[str, str], rest: str = "") -> str:
    """A required podAffinity or podAntiAffinity: each term a label `key: value` and a topologyKey."""
    found = f"  affinity:\n    {kind}:\n      {REQUIRED}:\n"
    for label, key in terms:
        found += (
            f"      - topologyKey: {key}\n{rest}        labelSelector:\n          matchLabels:\n            {label}\n"
        )
    return found


def nodes(*expressions: str) -> str:
    """A required node affinity of one term."""
    lines = "".join(f"          - {{{each}}}\n" for each in expressions)
    return (
        f"  affinity:\n    nodeAffinity:\n      {REQUIRED}:\n        nodeSelectorTerms:\n"
        f"        - matchExpressions:\n{lines}"
    )


def ports(name: str, port: str) -> str:
    return pod(name, f"\n  - name: c\n    {BUSYBOX}\n    command: [sleep, '9999']\n    ports:\n    - {port}")


FIRST = {
    "base": CLASSES
    + volume("near", rest="  nodeAffinity:\n    required:\n      nodeSelectorTerms:\n      - matchExpressions:\n"
             "        - key: kubernetes.io/hostname\n          operator: In\n          values: [node01]\n")
    + claim("near")
    + volume("zoned").replace("labels: {disk: fast}", f"labels:\n    disk: fast\n    {ZONE}: c")
    + claim("zoned"),
    "solo": claim("solo", modes="ReadWriteOncePod", kind="standard") + uses("solo", "solo"),
    "cache": labelled("cache", "app: cache, tier: back", "  nodeSelector: {kubernetes.io/hostname: node01}\n"),
    "shy1": labelled("shy1", "app: shy", term("podAntiAffinity", ("app: loud", ZONE)) + "  nodeName: node01\n"),
    "shy2": labelled("shy2", "app: shy", term("podAntiAffinity", ("app: loud", ZONE)) + "  nodeName: node02\n"),
    "homeless": labelled("homeless", "app: homeless", "  nodeSelector: {disk: ssd}\n"),
    "port1": ports("port1", "{containerPort: 80, hostPort: 8080, hostIP: 127.0.0.1}").replace(
        "spec:\n", "spec:\n  nodeName: node01\n", 1),
    "port2": ports("port2", "{containerPort: 80, hostPort: 8080}").replace("spec:\n", "spec:\n  nodeName: node02\n", 1),
    "many1": labelled("many1", "app: many", "  nodeName: node01\n"),
    "many2": labelled("many2", "app: many", "  nodeName: node02\n"),
}  # fmt: skip
THEN = {
    # --- NodeAffinity
    "value": pod("value", SLEEPS, nodes("key: kubernetes.io/os, operator: In, values: [windows]")),
    "less": pod("less", SLEEPS, nodes("key: kubernetes.io/os, operator: Exists", "key: cores, operator: Gt, values: ['4']")),
    "typo": pod("typo", SLEEPS, nodes("key: topology.kubernetes.io/zonee, operator: Exists")),
    "empty": pod("empty", SLEEPS, f"  affinity:\n    nodeAffinity:\n      {REQUIRED}:\n        nodeSelectorTerms:\n        - matchExpressions: []\n"),
    # --- PodTopologySpread
    "skewed": labelled("skewed", "app: many", SPREAD),
    "stranger": labelled("stranger", "app: other", SPREAD),
    "few": labelled("few", "app: many", SPREAD.replace("maxSkew: 1", "maxSkew: 1\n    minDomains: 5\n    nodeTaintsPolicy: Honor")),
    "nokey": labelled("nokey", "app: many", SPREAD.replace(ZONE, "rack")),
    "nearkey": labelled("nearkey", "app: many", SPREAD.replace(ZONE, ZONE + "s")),
    # --- InterPodAffinity
    "apart": pod("apart", SLEEPS, term("podAffinity", ("app: cache", ZONE)) + "  nodeSelector: {kubernetes.io/hostname: node02}\n"),
    "nobody": pod("nobody", SLEEPS, term("podAffinity", ("role: queue", ZONE))),
    "alike": pod("alike", SLEEPS, term("podAffinity", ("app: cach", ZONE))),
    "waits": pod("waits", SLEEPS, term("podAffinity", ("app: homeless", ZONE))),
    "foreign": pod("foreign", SLEEPS, term("podAffinity", ("app: away", ZONE))),
    "notall": pod("notall", SLEEPS, term("podAffinity", ("app: cache", ZONE), ("app: shy", ZONE))),
    "norack": pod("norack", SLEEPS, term("podAffinity", ("app: cache", "rack"))),
    "zones": pod("zones", SLEEPS, term("podAffinity", ("app: cache", ZONE + "s"))),
    "alone": pod("alone", SLEEPS, term("podAntiAffinity", ("app: shy", ZONE))),
    "loud": labelled("loud", "app: loud"),
    # --- NodePorts
    "port": ports("port", "{containerPort: 80, hostPort: 8080}"),
    # --- volumes
    "reach": uses("reach", "near", "  nodeSelector: {kubernetes.io/hostname: node02}\n"),
    "zone": uses("zone", "zoned"),
    "second": uses("second", "solo"),
}  # fmt: skip
LINES = f"""kubectl label node node01 {ZONE}=a
kubectl label node node02 {ZONE}=b
kubectl label node master {ZONE}=c cores=2
kubectl create namespace shop
kubectl run away -n shop --image=busybox:1.28 --labels=app=away -- sleep 9999"""


def settled(lines: str, *stages: dict[str, str]) -> Asker:
    """A cluster in which lines were typed, and manifests were applied stage by stage."""
    asker = Asker()
    for line in lines.splitlines():
        asker.type(line)
    for stage in stages:
        for name, text in stage.items():
            asker.save(f"/root/{name}.yaml", text)
            asker.type(f"kubectl apply -f {name}.yaml")
        asker.wait(30)
    return asker


@pytest.fixture(scope="module")
def asker() -> Asker:
    return settled(LINES, FIRST, THEN)


CAUSES: list[tuple[str, str, str, dict[str, Any], str]] = [
    ("value", "NodeAffinity", "affinity.label", {"wants": "kubernetes.io/os In [windows]", "found": "linux", "nodes": "node01, node02"}, "windows"),
    ("less", "NodeAffinity", "affinity.label", {"wants": "cores Gt [4]", "found": "∅", "term": 1, "terms": 1}, "cores"),
    ("typo", "NodeAffinity", "affinity.near", {"near": ZONE, "wants": f"{ZONE}e Exists"}, "zonee"),
    ("empty", "NodeAffinity", "affinity.empty", {"term": 1}, "matchExpressions: []"),
    ("skewed", "PodTopologySpread", "spread.skew", {"skew": 2, "max": 1, "domains": "a: 1, b: 1, c: 0", "selector": "app=many"}, "maxSkew: 1"),
    ("skewed", "PodTopologySpread", "spread.tainted", {"domain": f"{ZONE}=c", "count": 0, "nodes": "master"}, "- topologyKey"),
    ("few", "PodTopologySpread", "spread.few", {"domains": 2, "wanted": 5}, "minDomains: 5"),
    ("nokey", "PodTopologySpread", "spread.no_key", {"key": "rack", "nodes": "node01, node02"}, "topologyKey: rack"),
    ("nearkey", "PodTopologySpread", "spread.no_key_near", {"near": ZONE}, f"topologyKey: {ZONE}s"),
    ("apart", "InterPodAffinity", "near.apart", {"selector": "app=cache", "pods": "cache (node01)", "domains": f"{ZONE}=a", "nodes": "node02"}, "- topologyKey"),
    ("nobody", "InterPodAffinity", "near.nobody", {"selector": "role=queue", "nodes": "node01, node02"}, "labelSelector:"),
    ("alike", "InterPodAffinity", "near.nobody_near", {"selector": "app=cach", "near": "app=cache"}, "labelSelector:"),
    ("waits", "InterPodAffinity", "near.waits", {"pod": "homeless"}, "- topologyKey"),
    ("foreign", "InterPodAffinity", "near.elsewhere", {"pod": "away", "namespace": "shop", "own": "default"}, "- topologyKey"),
    ("notall", "InterPodAffinity", "near.not_all", {"terms": 2, "pods": "cache (node01)"}, REQUIRED),
    ("norack", "InterPodAffinity", "near.no_key", {"key": "rack"}, "topologyKey: rack"),
    ("zones", "InterPodAffinity", "near.no_key_near", {"near": ZONE}, f"topologyKey: {ZONE}s"),
    ("alone", "InterPodAffinity", "far.taken", {"selector": "app=shy", "pods": "shy1 (node01), shy2 (node02)", "key": ZONE}, "- topologyKey"),
    ("port", "NodePorts", "filter.port", {"port": "8080/TCP", "holder": "default/port1, default/port2"}, "hostPort: 8080"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "plugin", "kind", "values", "text"), CAUSES, ids=[f"{c[0]}-{c[2]}" for c in CAUSES])
def test_a_refusal_leads_to_its_cause_and_its_line(
    asker: Asker, name: str, plugin: str, kind: str, values: dict[str, Any], text: str
) -> None:
    answer = asker.of("pods", name)
    cause = next(link for link in answer["links"] if link["kind"] == kind)
    assert values.items() <= cause["values"].items()
    assert cause["object"] == {"resource": "pods", "namespace": "default", "name": name}
    assert (cause["place"]["file"], text in cause["place"]["text"]) == (f"/root/{name}.yaml", True), cause["place"]
    row = next(row for row in answer["table"]["rows"] if row["name"] == "node02")
    assert NAMES[row["first"]] == plugin
    assert row["cells"][row["first"]]["facts"]


def cells(asker: Asker, name: str, plugin: str) -> dict[str, list[str]]:
    """What the cells of one filter show for a Pod, node by node."""
    rows = asker.of("pods", name)["table"]["rows"]
    return {row["name"]: row["cells"][NAMES.index(plugin)]["facts"] for row in rows}


def test_a_cell_shows_the_skew_that_the_node_would_get_and_one_that_passes_too(asker: Asker) -> None:
    assert cells(asker, "skewed", "PodTopologySpread") == {
        "master": [f"{ZONE}=c: 0 + 1 − 0 = 1 ≤ 1"],
        "node01": [f"{ZONE}=a: 1 + 1 − 0 = 2 > 1"],
        "node02": [f"{ZONE}=b: 1 + 1 − 0 = 2 > 1"],
    }
    assert cells(asker, "nokey", "PodTopologySpread")["node01"] == ["rack=∅"]


def test_a_cell_shows_who_stands_where(asker: Asker) -> None:
    assert cells(asker, "apart", "InterPodAffinity") == {
        "master": [f"{ZONE}=c: app=cache ∅"],
        "node01": [],
        "node02": [f"{ZONE}=b: app=cache ∅"],
    }
    assert cells(asker, "alone", "InterPodAffinity")["node02"] == [f"{ZONE}=b: shy2 (node02)"]
    assert cells(asker, "loud", "InterPodAffinity")["node01"] == [f"{ZONE}=a: shy1 (node01)"]


def test_a_cell_shows_what_a_node_has_beside_what_is_wanted(asker: Asker) -> None:
    assert cells(asker, "value", "NodeAffinity")["node01"] == ["kubernetes.io/os=linux ∉ windows"]
    assert cells(asker, "less", "NodeAffinity") == {
        "master": ["cores=2 ≯ 4"],
        "node01": ["cores=∅ ≯ 4"],
        "node02": ["cores=∅ ≯ 4"],
    }
    assert cells(asker, "port", "NodePorts")["node01"] == ["8080/TCP: default/port1"]
    assert cells(asker, "reach", "VolumeBinding")["node02"] == ["near: kubernetes.io/hostname=node02 ∉ node01"]
    assert cells(asker, "zone", "VolumeZone")["node01"] == [f"{ZONE}=a ∉ c"]
    assert cells(asker, "second", "VolumeRestrictions")["node01"] == ["solo: solo"]


def test_the_anti_affinity_of_those_who_are_there_leads_to_their_own_manifest(asker: Asker) -> None:
    links = [link for link in asker.of("pods", "loud")["links"] if link["kind"] == "far.repelled"]
    assert [(link["values"]["pods"], link["values"]["nodes"]) for link in links] == [
        ("shy1 (node01)", "node01"),
        ("shy2 (node02)", "node02"),
    ]
    assert links[0]["object"]["name"] == "shy1"
    assert (links[0]["place"]["file"], links[0]["path"]) == (
        "/root/shy1.yaml",
        f"spec.affinity.podAntiAffinity.{REQUIRED}[0]",
    )


def test_commands_show_those_who_are_meant_and_their_domains(asker: Asker) -> None:
    assert asker.link("pods", "apart", "near.apart")["next"] == [
        "kubectl get pods -o wide -l app=cache",
        f"kubectl get nodes -L {ZONE}",
    ]
    assert asker.link("pods", "skewed", "spread.skew")["next"][0] == "kubectl get pods -o wide -l app=many"


def test_a_volume_of_another_node_says_what_it_wants_and_who_bars_its_node(asker: Asker) -> None:
    node = asker.link("pods", "reach", "filter.volume_node")
    assert node["values"]["wants"] == "kubernetes.io/hostname In [node01]"
    assert (node["object"]["name"], node["place"]["text"]) == ("near", "- key: kubernetes.io/hostname")
    home = asker.link("pods", "reach", "filter.volume_home")
    assert home["values"] == {"nodes": "node01", "volume": "near", "filters": "NodeAffinity"}


def test_a_volume_of_another_zone_names_both(asker: Asker) -> None:
    link = asker.link("pods", "zone", "filter.volume_zone")
    assert {"key": ZONE, "zone": "c", "found": "a, b", "volume": "zoned"}.items() <= link["values"].items()
    assert link["place"]["text"] == f"{ZONE}: c"
    assert asker.link("pods", "zone", "filter.volume_home")["values"]["filters"] == "TaintToleration"


def test_every_filter_that_can_refuse_is_explained() -> None:
    assert set(NAMES) - set(FILTERS) == {"NodeName"}


# --- claims that wait for a node ------------------------------------------------------------------------------------------

LOCAL = CLASSES.replace("provisioner:", "volumeBindingMode: WaitForFirstConsumer\nprovisioner:")
ELSEWHERE = (
    "  nodeAffinity:\n    required:\n      nodeSelectorTerms:\n      - matchExpressions:\n"
    "        - {key: kubernetes.io/hostname, operator: In, values: [node09]}\n"
)


def test_a_claim_that_no_volume_suits_names_what_does_not() -> None:
    stage = {"base": LOCAL + volume("small") + claim("big", "5Gi"), "big": uses("big", "big")}
    asker = settled("", stage)
    assert asker.kinds("pods", "big")[:4] == ["pod.unschedulable", "binding.none", "misfit.size", "filter.taint"]
    assert asker.link("pods", "big", "binding.none")["values"]["class"] == "manual"
    assert cells(asker, "big", "VolumeBinding")["node01"] == ["big: ∅"]


def test_a_free_volume_that_no_node_can_use_is_named() -> None:
    asker = settled("", {"base": LOCAL + volume("far", rest=ELSEWHERE) + claim("data"), "data": uses("data", "data")})
    assert asker.kinds("pods", "data")[:3] == ["pod.unschedulable", "binding.elsewhere", "filter.volume_nowhere"]
    link = asker.link("pods", "data", "binding.elsewhere")
    assert link["values"]["wants"] == "kubernetes.io/hostname In [node09]"
    assert "node09" in link["place"]["text"]


def test_a_claim_that_is_going_says_who_holds_it() -> None:
    asker = settled("", {"base": claim("data", kind="standard"), "data": uses("data", "data")})
    asker.type("kubectl delete pvc data --wait=false")
    asker.save("/root/late.yaml", uses("late", "data"))
    asker.type("kubectl apply -f late.yaml")
    asker.wait(5)
    assert asker.kinds("pods", "late")[:2] == ["pod.unschedulable", "ending.deleted"]


def test_a_pod_of_a_daemonset_says_that_it_is_for_its_own_node() -> None:
    text = """apiVersion: apps/v1
kind: DaemonSet
metadata: {name: each}
spec:
  selector: {matchLabels: {app: each}}
  template:
    metadata: {labels: {app: each}}
    spec: {containers: [{name: c, image: 'nginx:1.14', resources: {requests: {cpu: '64'}}}]}
"""
    asker = settled("", {"each": text})
    name = next(each["metadata"]["name"] for each in asker.lab.objects("pods", "default"))
    link = asker.link("pods", name, "affinity.field")
    assert link["values"]["wants"].startswith("metadata.name In [node0")


def test_the_emptiest_domain_is_told_with_the_filter_that_bars_it() -> None:
    honoured = SPREAD.replace("maxSkew: 1", "maxSkew: 1\n    nodeTaintsPolicy: Honor\n    nodeAffinityPolicy: Ignore")
    late = labelled("late", "app: many", f"{honoured}  nodeSelector: {{{ZONE}: a}}\n")
    asker = settled(LINES, {"many": FIRST["many1"]}, {"late": late})
    link = asker.link("pods", "late", "spread.emptiest")
    assert link["values"] == {"domain": f"{ZONE}=b", "count": 0, "nodes": "node02", "filters": "NodeAffinity"}
    assert link["place"]["text"] == f"- topologyKey: {ZONE}"


def test_one_that_its_constraint_does_not_count_is_told_so() -> None:
    more = {"more1": FIRST["many1"].replace("many1", "more1"), "more2": FIRST["many2"].replace("many2", "more2")}
    known = {"many1": FIRST["many1"], "many2": FIRST["many2"], **more}
    asker = settled(LINES, known, {"late": labelled("late", "app: other", SPREAD)})
    link = asker.link("pods", "late", "spread.stranger")
    assert (link["values"], link["place"]["text"]) == ({"selector": "app=many"}, "labelSelector:")


def test_a_full_node_says_how_many_pods_it_takes() -> None:
    asker = Asker()
    asker.type("kubectl create deployment many --image=nginx:1.14 --replicas=220")
    asker.wait(60)
    asker.save("/root/late.yaml", pod("late", SLEEPS))
    asker.type("kubectl apply -f late.yaml")
    asker.wait(5)
    assert asker.link("pods", "late", "filter.pods")["values"] == {"nodes": "node01, node02", "most": 110}
