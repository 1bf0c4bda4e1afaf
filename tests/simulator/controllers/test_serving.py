"""Endpoints and EndpointSlices follow the Pods that a Service selects."""

from typing import Any

from tests.simulator.controlplane import ControlPlane

SLICES = "endpointslices.discovery.k8s.io"
PORTED = [{"name": "c", "image": "nginx", "ports": [{"name": "web", "containerPort": 8080}]}]


def service(plane: ControlPlane, name: str = "web", **spec: Any) -> None:
    spec = {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": "web"}], **spec}
    plane.api.create(
        "services", {"metadata": {"name": name, "namespace": "default", "labels": {"x": "y"}}, "spec": spec}
    )
    plane.run(0.2)


def pod(plane: ControlPlane, name: str, ip: str, *, ready: bool = True) -> None:
    made = plane.pod(name, labels={"app": "web"}, containers=PORTED)
    plane.run(0.1)
    plane.make_running(made, ip=ip, ready=ready)
    plane.run(0.2)


def test_a_service_without_pods_has_an_empty_slice_and_empty_endpoints(plane: ControlPlane) -> None:
    service(plane)
    (entry,) = plane.api.list(SLICES)
    assert (entry["endpoints"], entry["ports"]) == (None, None)
    assert entry["metadata"]["labels"] == {
        "x": "y",
        "kubernetes.io/service-name": "web",
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
    }
    assert "subsets" not in plane.api.get("endpoints", "default", "web")


def test_a_ready_pod_serves_at_the_port_that_it_names(plane: ControlPlane) -> None:
    service(plane)
    pod(plane, "a", "10.244.1.5")
    (entry,) = plane.api.list(SLICES)
    assert entry["ports"] == [{"port": 8080, "protocol": "TCP"}] or entry["ports"][0]["port"] == 8080
    (endpoint,) = entry["endpoints"]
    assert endpoint["addresses"] == ["10.244.1.5"]
    assert endpoint["conditions"] == {"ready": True, "serving": True, "terminating": False}
    (subset,) = plane.api.get("endpoints", "default", "web")["subsets"]
    assert [each["ip"] for each in subset["addresses"]] == ["10.244.1.5"]


def test_a_pod_without_the_port_that_a_service_names_is_in_the_slice_but_serves_nothing(plane: ControlPlane) -> None:
    service(plane, ports=[{"port": 80, "targetPort": "nosuch"}])
    pod(plane, "a", "10.244.1.5")
    (entry,) = plane.api.list(SLICES)
    assert ([each["addresses"] for each in entry["endpoints"]], entry["ports"]) == ([["10.244.1.5"]], None)
    assert "subsets" not in plane.api.get("endpoints", "default", "web")


def test_a_pod_that_is_not_ready_is_listed_as_such(plane: ControlPlane) -> None:
    service(plane)
    pod(plane, "a", "10.244.1.5", ready=False)
    (entry,) = plane.api.list(SLICES)
    assert entry["endpoints"][0]["conditions"]["ready"] is False
    (subset,) = plane.api.get("endpoints", "default", "web")["subsets"]
    assert (subset.get("addresses"), len(subset["notReadyAddresses"])) == (None, 1)


def test_a_pod_on_its_way_out_is_terminating_and_then_gone(plane: ControlPlane) -> None:
    service(plane)
    pod(plane, "a", "10.244.1.5")
    plane.api.delete("pods", "default", "a")
    plane.run(0.2)
    (entry,) = plane.api.list(SLICES)
    assert entry["endpoints"][0]["conditions"] == {"ready": False, "serving": True, "terminating": True}
    plane.api.delete("pods", "default", "a", grace=0)
    plane.run(0.2)
    (entry,) = plane.api.list(SLICES)
    assert not entry.get("endpoints")


def test_more_than_a_hundred_endpoints_take_two_slices(plane: ControlPlane) -> None:
    service(plane)
    for at in range(101):
        made = plane.pod(f"p{at}", labels={"app": "web"}, containers=PORTED)
        plane.make_running(made, ip=f"10.244.1.{at}")
    plane.run(0.5)
    assert sorted(len(each["endpoints"]) for each in plane.api.list(SLICES)) == [1, 100]


def test_endpoints_go_with_their_service(plane: ControlPlane) -> None:
    service(plane)
    plane.api.delete("services", "default", "web")
    plane.run(1)
    assert [each["metadata"]["name"] for each in plane.api.list("endpoints")] == []


def test_a_service_without_a_selector_is_left_to_its_owner(plane: ControlPlane) -> None:
    service(plane, selector=None)
    assert (plane.api.list(SLICES), plane.api.list("endpoints")) == ([], [])


def by_hand(plane: ControlPlane, **metadata: Any) -> None:
    plane.api.create(
        "services", {"metadata": {"name": "outside", "namespace": "default"}, "spec": {"ports": [{"port": 80}]}}
    )
    subsets = [
        {"addresses": [{"ip": "192.0.2.1"}], "notReadyAddresses": [{"ip": "192.0.2.2"}], "ports": [{"port": 8080}]}
    ]
    plane.api.create(
        "endpoints", {"metadata": {"name": "outside", "namespace": "default", **metadata}, "subsets": subsets}
    )
    plane.run(0.2)


def mirrors(plane: ControlPlane) -> list[tuple[list[tuple[str, bool]], list[int]]]:
    found = []
    for entry in plane.api.list(SLICES):
        hosts = [(each["addresses"][0], each["conditions"]["ready"]) for each in entry["endpoints"]]
        found.append((hosts, [port["port"] for port in entry["ports"]]))
    return found


def test_endpoints_written_by_hand_are_mirrored_as_long_as_they_are_there(plane: ControlPlane) -> None:
    by_hand(plane, labels={"a": "b"})
    assert mirrors(plane) == [([("192.0.2.1", True), ("192.0.2.2", False)], [8080])]
    assert plane.api.list(SLICES)[0]["metadata"]["labels"] == {
        "a": "b",
        "kubernetes.io/service-name": "outside",
        "endpointslice.kubernetes.io/managed-by": "endpointslicemirroring-controller.k8s.io",
    }
    old = plane.api.get("endpoints", "default", "outside")
    plane.api.update("endpoints", {**old, "subsets": [{"addresses": [{"ip": "192.0.2.3"}], "ports": [{"port": 8080}]}]})
    plane.run(0.2)
    assert mirrors(plane) == [([("192.0.2.3", True)], [8080])]
    plane.api.delete("endpoints", "default", "outside")
    plane.run(0.2)
    assert mirrors(plane) == []


def test_endpoints_that_say_so_are_not_mirrored(plane: ControlPlane) -> None:
    by_hand(plane, labels={"endpointslice.kubernetes.io/skip-mirror": "true"})
    assert mirrors(plane) == []


def test_endpoints_of_a_service_with_a_selector_are_not_mirrored(plane: ControlPlane) -> None:
    service(plane)
    pod(plane, "a", "10.244.1.5")
    assert len(plane.api.list(SLICES)) == 1
