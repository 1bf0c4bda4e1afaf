"""What can stand next on the command line."""

import pytest

from simulator.kubectl.completion import complete


@pytest.fixture
def words(bench):
    bench.write(
        "web.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: c, image: x}]}\n"
    )
    bench.kubectl("apply -f web.yaml")
    sys = bench.machines.sys("t")
    return lambda line: complete(sys, line.split(" "))


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("kubectl ge", ["get"]),
        ("kubectl rollout st", ["status"]),
        ("kubectl get deploymen", ["deployments"]),
        ("kubectl get po", ["po", "poddisruptionbudgets", "pods", "pods.metrics.k8s.io", "podtemplates"]),
        ("kubectl get pods w", ["web"]),
        ("kubectl get pod/", ["pod/web"]),
        ("kubectl -n default logs ", ["web"]),
        ("kubectl logs web -c ", ["c"]),
        ("kubectl get pods -n kube-", ["kube-system"]),
        ("kubectl get pods --show-l", ["--show-labels"]),
        ("kubectl get pods -o js", ["json", "jsonpath="]),
        ("kubectl apply -f w", ["web.yaml"]),
        ("kubectl exec web -- l", []),
        ("kubectl get nosuch ", []),
    ],
)
def test_words_are_completed(words, line, found):
    assert words(line) == found
