"""What a namespace gets when it is made, and how it goes."""

from tests.simulator.controlplane import ControlPlane


def test_a_new_namespace_gets_an_account_and_the_ca_certificate(plane: ControlPlane) -> None:
    plane.namespace("shop", account=False)
    plane.run(0.2)
    assert plane.api.get("serviceaccounts", "shop", "default")
    assert plane.api.get("configmaps", "shop", "kube-root-ca.crt")["data"]["ca.crt"].startswith("-----BEGIN")


def test_both_come_back_when_they_are_deleted(plane: ControlPlane) -> None:
    plane.api.delete("serviceaccounts", "default", "default")
    plane.api.delete("configmaps", "default", "kube-root-ca.crt")
    plane.run(0.2)
    assert plane.api.get("serviceaccounts", "default", "default")
    assert plane.api.get("configmaps", "default", "kube-root-ca.crt")


def test_a_deleted_namespace_goes_with_all_that_is_in_it(plane: ControlPlane) -> None:
    plane.namespace("shop")
    plane.run(0.2)
    plane.pod("web", namespace="shop")
    plane.run(0.2)
    plane.api.delete("namespaces", None, "shop")
    plane.run(0.2)
    shop = plane.api.get("namespaces", None, "shop")
    assert shop["status"]["phase"] == "Terminating"
    remaining = next(each for each in shop["status"]["conditions"] if each["type"] == "NamespaceContentRemaining")
    assert remaining["message"] == "Some resources are remaining: pods. has 1 resource instances"
    plane.api.delete("pods", "shop", "web", grace=0)
    plane.run(0.5)
    assert "shop" not in [each["metadata"]["name"] for each in plane.api.list("namespaces")]
