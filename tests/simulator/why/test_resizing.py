"""A resize that its node puts off, can never carry out, or cannot have in force says of what there is too little."""

import pytest

from tests.simulator.why.asker import BUSYBOX, Asker, pod


def asks(cpu: str) -> str:
    requests = f"      requests:\n        cpu: {cpu}\n"
    return f"\n  - name: c\n    {BUSYBOX}\n    command: [sleep, '9999']\n    resources:\n{requests}"


STRESS = (
    "[{name: c, image: polinux/stress, command: [stress, --vm, '1', --vm-bytes, 60M], "
    "resources: {limits: {memory: 100Mi}, requests: {memory: 10Mi}}}]"
)


def resize(asker: Asker, name: str, kind: str, resource: str, value: str) -> None:
    patch = f'{{"spec":{{"containers":[{{"name":"c","resources":{{"{kind}":{{"{resource}":"{value}"}}}}}}]}}}}'
    asker.type(f"kubectl patch pod {name} --subresource resize --patch '{patch}'")
    asker.wait(5)


@pytest.fixture(scope="module")
def asker() -> Asker:
    asker = Asker()
    manifests = {
        "one": pod("one", asks("500m"), "  nodeName: node01\n"),
        "two": pod("two", asks("1000m"), "  nodeName: node01\n"),
        "hog": pod("hog", STRESS, "  nodeName: node02\n"),
    }
    for name, text in manifests.items():
        asker.save(f"/root/{name}.yaml", text)
        asker.type(f"kubectl apply -f {name}.yaml")
    asker.wait(20)
    return asker


def test_a_resize_that_is_put_off_names_the_resource_and_what_the_others_have(asker: Asker) -> None:
    resize(asker, "one", "requests", "cpu", "1500m")
    assert asker.kinds("pods", "one") == ["pod.ready", "resize.pending", "resize.deferred"]
    lack = asker.link("pods", "one", "resize.deferred")
    assert lack["values"] == {"node": "node01", "resource": "cpu", "wanted": "1500m", "used": "1100m", "whole": "2"}
    assert lack["place"]["text"] == "cpu: 500m"  # the file still says so; that is the line to change
    assert asker.link("pods", "one", "resize.pending")["values"]["reason"] == "Deferred"


def test_a_resize_that_the_whole_node_could_not_carry_out_is_infeasible(asker: Asker) -> None:
    resize(asker, "two", "requests", "cpu", "15")
    assert asker.kinds("pods", "two") == ["pod.ready", "resize.pending", "resize.infeasible"]
    assert asker.link("pods", "two", "resize.infeasible")["values"]["wanted"] == "15"
    resize(asker, "two", "requests", "cpu", "1000m")
    assert asker.kinds("pods", "two") == ["pod.well"]


def test_a_limit_below_what_is_used_is_named(asker: Asker) -> None:
    resize(asker, "hog", "limits", "memory", "50Mi")
    asker.wait(60)
    error = asker.link("pods", "hog", "resize.error")
    assert error["values"] == {"container": "c", "limit": "50Mi"}
    assert "below current usage" in error["evidence"][0]["text"]


def test_a_pod_that_the_kubelet_did_not_take_in_says_what_was_too_little(asker: Asker) -> None:
    asker.save("/root/big.yaml", pod("big", asks("1900m"), "  nodeName: node02\n"))
    asker.save("/root/small.yaml", pod("small", asks("200m"), "  nodeName: node02\n"))
    for name in ("small", "big"):
        asker.type(f"kubectl apply -f {name}.yaml")
        asker.wait(5)
    assert asker.kinds("pods", "big") == ["pod.refused", "pod.no_room"]
    room = asker.link("pods", "big", "pod.no_room")
    assert (room["values"]["resource"], room["values"]["wanted"]) == ("cpu", "1900m")
    assert room["place"]["text"] == "cpu: 1900m"
