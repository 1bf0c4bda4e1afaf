"""What kubeadm and the kubelets leave on the machines of a cluster: certificates and kubeconfigs."""

from collections.abc import Iterator
from typing import NamedTuple

from simulator.api.pem import made_up
from simulator.cluster.hosts import kubeconfig

PKI = "/etc/kubernetes/pki"
KUBELET_PKI = "/var/lib/kubelet/pki"
# The certificates below PKI, each with a key beside it, and their sizes in bytes.
CERTIFICATES = {
    "apiserver": 921,
    "apiserver-etcd-client": 842,
    "apiserver-kubelet-client": 841,
    "front-proxy-ca": 799,
    "front-proxy-client": 794,
    "etcd/ca": 785,
    "etcd/healthcheck-client": 840,
    "etcd/peer": 864,
    "etcd/server": 864,
}
KEY, PUBLIC_KEY = 1191, 294
KUBECONFIGS = {
    "controller-manager": "system:kube-controller-manager",
    "scheduler": "system:kube-scheduler",
    "super-admin": "kubernetes-super-admin",
}


class File(NamedTuple):
    """A file."""

    path: str
    text: str
    mode: int = 0o644


def of_control_plane(server: str) -> Iterator[File]:
    """What only the control plane has, beside the certificate of the whole cluster."""
    yield key(f"{PKI}/ca.key")
    for name, size in CERTIFICATES.items():
        yield File(f"{PKI}/{name}.crt", made_up("CERTIFICATE", name, size))
        yield key(f"{PKI}/{name}.key")
    yield key(f"{PKI}/sa.key")
    yield File(f"{PKI}/sa.pub", made_up("PUBLIC KEY", "sa", PUBLIC_KEY), 0o600)
    for name, user in KUBECONFIGS.items():
        yield File(f"/etc/kubernetes/{name}.conf", kubeconfig(server, user), 0o600)


def of_node(ip: str, authority: str) -> Iterator[File]:
    """What every node has: *ip*, its address; *authority*, the cluster's certificate."""
    yield File(f"{PKI}/ca.crt", authority)
    pair = made_up("CERTIFICATE", f"kubelet client {ip}", 794) + made_up("RSA PRIVATE KEY", f"kubelet client {ip}", KEY)
    yield File(f"{KUBELET_PKI}/kubelet-client-current.pem", pair, 0o600)
    yield File(f"{KUBELET_PKI}/kubelet.crt", made_up("CERTIFICATE", f"kubelet {ip}", 1632))
    yield key(f"{KUBELET_PKI}/kubelet.key", ip)


def key(path: str, owner: str = "") -> File:
    """A private key, which nobody but root may read."""
    return File(path, made_up("RSA PRIVATE KEY", f"{path}{owner}", KEY), 0o600)
