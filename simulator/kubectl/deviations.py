"""What kubectl does differently here, or not at all: for the list of known deviations that a learner can read."""

DEVIATIONS = {
    "kustomize": "Of kustomize, resources, names, namespace, labels, annotations, images, replicas, generators and patches are built; "
    "components, transformers, replacements, vars, Helm and remote bases are refused.",
    "sorting": "`--sort-by` keeps the order of what is equal; the real client does not always.",
    "urls": "Manifests are read from files and from standard input, not from the Internet.",
    "documents": "Of a file the first 1000 documents are read.",
    "completion": "`kubectl completion` prints a script that does nothing: the console completes by itself.",
    "debug": "Copies that `kubectl debug` makes keep no labels and probes.",
    "verbosity": "`-v` prints nothing more.",
    "plugins": "Programs called `kubectl-...` are not taken for plug-ins.",
}
