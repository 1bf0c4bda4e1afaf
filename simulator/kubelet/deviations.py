"""What kubelets do differently here, or not at all: for the list of known deviations that a learner can read."""

DEVIATIONS = {
    "grpc-probes": "A gRPC probe asks in text, as HTTP/2 is not simulated; only agnhost's grpc-health-checking answers it.",
    "probe-hosts": "A probe or hook over the network asks its own Pod; `host` with another address is refused.",
    "pressure": "`evictionMinimumReclaim` and inodes are not simulated. Memory is short when programs take it or a "
    "fault does; disks and process numbers run short by faults only.",
    "static-pods": "Static Pods come from /etc/kubernetes/manifests only. Scheduler and controller manager rest while theirs do not run; the "
    "API server answers without its own and without etcd's; flags in the manifests of the control plane have no effect.",
    "volume-plugins": "Volumes are emptyDir, configMap, secret, downwardAPI, projected, hostPath, image and claims on hostPath or local "
    "volumes and on those that the provisioner of a scenario's storage class makes; others fail to mount and say so.",
    "proc-mount": "`procMount: Unmasked` is checked and kept, and shows no more of /proc than the default.",
    "tokens": "The tokens of service accounts, and the certificates and keys in /etc/kubernetes/pki and /var/lib/kubelet/pki, have the form of "
    "real ones, but nobody has signed them.",
    "resync": "A Pod with which all is well is not looked at once a minute: nothing would come of it.",
}
