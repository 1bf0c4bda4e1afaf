"""What kubectl does differently here, or not at all: for the list of known deviations that a learner can read."""

DEVIATIONS = {
    "server-side-apply": "`kubectl apply --server-side` is refused.",
    "kustomize": "`-k` and `kubectl kustomize` are refused.",
    "urls": "Manifests are read from files and from standard input, not from the Internet.",
    "documents": "Of a file the first 1000 documents are read.",
    "append-hash": "`--append-hash` is refused.",
    "plugins": "Programs called `kubectl-...` are not taken for plug-ins.",
}
