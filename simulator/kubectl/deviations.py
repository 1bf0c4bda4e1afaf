"""What kubectl does differently here, or not at all: for the list of known deviations that a learner can read."""

DEVIATIONS = {
    "kustomize": "Of kustomize, resources, names, namespace, labels, annotations, images, replicas, generators and patches are built; "
    "components, transformers, replacements, vars, Helm and remote bases are refused.",
    "sorting": "`--sort-by` keeps the order of what is equal; the real client does not always.",
    "urls": "Manifests are read from files and from standard input, not from the Internet.",
    "documents": "Of a file the first 1000 documents are read.",
    "completion": "`kubectl completion` prints a script that does nothing: the console completes by itself.",
    "verbosity": "`-v` tells of requests and their bodies as JSON, never of discovery, of informers' own doings, or of headers of priority and "
    "fairness; `describe`, `wait` and `rollout status` ask for less than the real client, and so tell of less.",
    "proxy": "`kubectl proxy` passes on requests that are answered at once; watches, `--www` and `--unix-socket` are refused.",
    "flags": "`wait --local` and `explain --output=plaintext-openapiv2` are refused; the real client fails with both.",
    "diff": "`diff` compares by itself: `KUBECTL_EXTERNAL_DIFF` is refused.",
    "debugging": "`debug` attaches to one container only.",
    "templates": "Go templates may nest 50 deep, and 80 with the templates that they call.",
    "plugins": "Programs called `kubectl-...` are not taken for plug-ins.",
}
