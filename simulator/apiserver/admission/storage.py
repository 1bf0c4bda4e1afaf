"""DefaultStorageClass: a claim that names no class gets the default one (plugin/pkg/admission/storage)."""

from simulator.api.timestamps import parse
from simulator.apiserver.admission.attempt import Attempt
from simulator.apiserver.backend import Backend

IS_DEFAULT = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")


def default_class(backend: Backend, attempt: Attempt) -> None:
    """Of several default classes the newest one counts."""
    if attempt.operation != "CREATE" or attempt.resource.name != "persistentvolumeclaims":
        return
    spec = attempt.object["spec"]
    if "storageClassName" in spec:
        return
    found = [
        each
        for each in backend.store.scan("storageclasses.storage.k8s.io")
        if any((each["metadata"].get("annotations") or {}).get(key) == "true" for key in IS_DEFAULT)
    ]
    if found:
        newest = min(found, key=lambda each: (-parse(each["metadata"]["creationTimestamp"]), each["metadata"]["name"]))
        spec["storageClassName"] = newest["metadata"]["name"]
