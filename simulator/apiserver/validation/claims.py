"""Rules for what a claim asks for (ValidatePersistentVolumeClaimSpec in pkg/apis/core/validation)."""

from simulator.api import field, names, quantities
from simulator.apiserver.validation.common import Errors, Obj, label_selector, maybe_one_of, problems

MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
VOLUME_MODES = ("Block", "Filesystem")


def access_modes(path: str, modes: list[str]) -> Errors:
    """What is wrong with the ways in which a volume may be used."""
    errors = [field.not_supported(path, mode, MODES) for mode in modes if mode not in MODES]
    if "ReadWriteOncePod" in modes and len({mode for mode in modes if mode in MODES}) > 1:
        errors.append(field.forbidden(path, "may not use ReadWriteOncePod with other access modes"))
    return errors


def claim_spec(path: str, spec: Obj) -> Errors:
    """What is wrong with the spec of a claim."""
    modes = spec.get("accessModes") or []
    errors = [] if modes else [field.required(f"{path}.accessModes", "at least 1 access mode is required")]
    errors += label_selector(f"{path}.selector", spec.get("selector"))
    errors += access_modes(f"{path}.accessModes", modes)
    storage, inner = ((spec.get("resources") or {}).get("requests") or {}).get("storage"), f"{path}.resources[storage]"
    if storage is None:
        errors.append(field.required(inner))
    elif quantities.nano(storage) <= 0:
        errors.append(field.invalid(inner, storage, "must be greater than zero"))
    named = spec.get("storageClassName") or ""
    errors += problems(f"{path}.storageClassName", named, names.subdomain(named)) if named else []
    errors += maybe_one_of(f"{path}.volumeMode", spec.get("volumeMode"), VOLUME_MODES)
    source = spec.get("dataSource")
    if source is not None:
        errors += [field.required(f"{path}.dataSource.{part}") for part in ("name", "kind") if not source.get(part)]
    return errors
