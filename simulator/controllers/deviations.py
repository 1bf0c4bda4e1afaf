"""What controllers do differently here, or not at all: for the list of known deviations that a learner can read."""

from simulator.controllers.schedule import DEVIATIONS as SCHEDULE

DEVIATIONS = {
    "autoscaler": "A HorizontalPodAutoscaler scales by what `kubectl top` shows; nobody serves custom and external metrics. "
    "A program that computes shows in full what it would use, but a server that is asked without a pause does not: who asks is slowed.",
    "time-zones": SCHEDULE[0],
    "network-policies": "A NetworkPolicy is stored, but no network plug-in enforces it.",
    "ingress": "An Ingress is stored; no ingress controller is installed, as in a cluster fresh from kubeadm.",
    "cloud": "There is no cloud: a Service of type LoadBalancer stays `<pending>`, nodes have no zones unless they are labelled.",
    "recycling": "A volume whose claim is gone is never wiped for the next one (`persistentVolumeReclaimPolicy: Recycle`).",
    "attach-detach": "Volumes are not attached to nodes; VolumeAttachments are never made.",
}
