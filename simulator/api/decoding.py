"""Decoding of objects by their schema, with the words of Go's decoder and the strictness that the client asks for
(apimachinery/pkg/runtime/serializer/json, sigs.k8s.io/json)."""

import binascii
from collections.abc import Callable
from typing import Any

from simulator.api import meta, quantities, schema, timestamps
from simulator.api.schema import Field

Obj = dict[str, Any]
MAX_UNKNOWN = 100
LIMITS = {"int32": (1 << 31) - 1, "int64": (1 << 63) - 1}

# Fields whose zero value means that they are not there (Go: no pointer, omitempty).
NO_POINTER = frozenset(
    f"{struct}.{field}"
    for struct, names in {
        "PodSpec": "hostNetwork hostPID hostIPC",
        "Container": "stdin stdinOnce tty",
        "EphemeralContainerCommon": "stdin stdinOnce tty",
        "EphemeralContainer": "stdin stdinOnce tty",
        "ContainerPort": "hostPort",
        "VolumeMount": "readOnly",
        "Probe": "initialDelaySeconds timeoutSeconds periodSeconds successThreshold failureThreshold",
        "ServicePort": "nodePort",
        "ServiceSpec": "publishNotReadyAddresses healthCheckNodePort",
        "NodeSpec": "unschedulable",
        "DeploymentSpec": "minReadySeconds paused",
        "ReplicaSetSpec": "minReadySeconds",
        "StatefulSetSpec": "minReadySeconds",
        "DaemonSetSpec": "minReadySeconds",
        "PersistentVolumeClaimVolumeSource": "readOnly",
        "PriorityClass": "globalDefault",
        "ObjectMeta": "generation",
        "DeploymentStatus": "replicas updatedReplicas readyReplicas availableReplicas unavailableReplicas",
        "JobStatus": "active succeeded failed",
    }.items()
    for field in names.split()
)
# Texts that may be there and empty (Go: pointers to strings).
POINTERS = frozenset(
    (
        "HostPathVolumeSource.type",
        "PersistentVolumeClaimSpec.storageClassName",
        "PersistentVolumeClaimSpec.volumeAttributesClassName",
        "IngressSpec.ingressClassName",
        "GRPCAction.service",
        "CronJobSpec.timeZone",
    )
)
# Names that Go gives to types which the schema calls texts or maps.
NAMED_TYPES = {
    "PodSpec.restartPolicy": "v1.RestartPolicy",
    "PodSpec.dnsPolicy": "v1.DNSPolicy",
    "Container.imagePullPolicy": "v1.PullPolicy",
    "Container.terminationMessagePolicy": "v1.TerminationMessagePolicy",
    "ContainerPort.protocol": "v1.Protocol",
    "ServicePort.protocol": "v1.Protocol",
    "ServiceSpec.type": "v1.ServiceType",
    "ServiceSpec.sessionAffinity": "v1.ServiceAffinity",
    "Toleration.operator": "v1.TolerationOperator",
    "Toleration.effect": "v1.TaintEffect",
    "Taint.effect": "v1.TaintEffect",
    "HTTPGetAction.scheme": "v1.URIScheme",
    "Secret.type": "v1.SecretType",
    "ResourceRequirements.limits": "v1.ResourceList",
    "ResourceRequirements.requests": "v1.ResourceList",
    "DeploymentStrategy.type": "v1.DeploymentStrategyType",
    "EmptyDirVolumeSource.medium": "v1.StorageMedium",
}


class DecodeError(ValueError):
    """The object cannot be decoded at all; the message is the decoder's."""


class _Decoder:
    """One pass over an object. *ordered* takes keys in the order in which clients send them."""

    def __init__(self, *, ordered: bool) -> None:
        self.ordered = ordered
        self.unknown: list[str] = []
        self.definitions = schema.load().definitions

    def struct(self, value: Obj, name: str, names: str, path: str) -> Obj:
        """A struct of definition *name*; *names* is its dotted path for type errors, *path* the one with indices."""
        definition = self.definitions[name]
        if definition.open:
            return value if not value else dict(meta.copy(value))
        own = name.rpartition(".")[2]
        result: Obj = {}
        for key in sorted(value) if self.ordered else value:
            item = value[key]
            field = definition.fields.get(key)
            if field is None:
                self._note_unknown(f"{path}.{key}" if path else str(key))
                continue
            if item is None:
                continue
            decoded = self.value(item, field, own, f"{names}.{key}" if names else key, f"{path}.{key}" if path else key)
            if field.required or not _is_nothing(decoded, field, own, key):
                result[key] = decoded
        return result

    def _note_unknown(self, path: str) -> None:
        if len(self.unknown) < MAX_UNKNOWN:
            self.unknown.append(path)

    def value(self, value: Any, field: Field, own: str, names: str, path: str) -> Any:
        kind = field.kind
        if kind == "object":
            if field.ref in SCHEMAS:
                return self._schemas(value, field, own, names, path)
            if not isinstance(value, dict):
                if field.ref in FREE_FORM:
                    return value
                raise mismatch(value, field, own, names)
            return self.struct(value, field.ref, names, path)
        if kind == "list":
            return self._list(value, field, own, names, path)
        if kind == "map":
            return self._map(value, field, own, names, path)
        return SCALARS[kind](value, field, own, names)

    def _schemas(self, value: Any, field: Field, own: str, names: str, path: str) -> Any:
        """A schema where something else may stand, too; what is unknown in it is dropped without a word."""
        if isinstance(value, dict):
            return _Decoder(ordered=self.ordered).struct(value, SCHEMA, names, path)
        if isinstance(value, SCHEMAS[field.ref]):
            return meta.copy(value)
        raise mismatch(value, field, own, names)

    def _list(self, value: Any, field: Field, own: str, names: str, path: str) -> list[Any]:
        if not isinstance(value, list) or field.item is None:
            raise mismatch(value, field, own, names)
        item = field.item
        return [
            _zero(item) if each is None else self.value(each, item, own, names, f"{path}[{at}]")
            for at, each in enumerate(value)
        ]

    def _map(self, value: Any, field: Field, own: str, names: str, path: str) -> Obj:
        if not isinstance(value, dict) or field.item is None:
            raise mismatch(value, field, own, names)
        item = field.item
        keys = sorted(value) if self.ordered else value
        return {
            key: _zero(item) if value[key] is None else self.value(value[key], item, own, names, f"{path}.{key}")
            for key in keys
        }


FREE_FORM = frozenset(("apiextensions.v1.JSON",))
SCHEMA = "apiextensions.v1.JSONSchemaProps"
# Where a schema may stand, and what else.
SCHEMAS: dict[str, type] = {f"{SCHEMA}OrBool": bool, f"{SCHEMA}OrArray": list, f"{SCHEMA}OrStringArray": list}


def _zero(field: Field) -> Any:
    return {"object": {}, "map": {}, "list": [], "string": "", "bytes": "", "bool": False}.get(field.kind, 0)


def _is_nothing(value: Any, field: Field, own: str, key: str) -> bool:
    """Whether Go would leave the field out when it writes the object."""
    if value == "" and isinstance(value, str):
        return f"{own}.{key}" not in POINTERS
    if field.kind in ("list", "map"):
        return not value
    return not value and field.kind in ("int32", "int64", "bool") and f"{own}.{key}" in NO_POINTER


def word(value: Any) -> str:
    """What JSON calls a value."""
    if isinstance(value, bool):
        return "bool"
    names = ((str, "string"), (dict, "object"), (list, "array"))
    return next((name for kind, name in names if isinstance(value, kind)), "number")


def mismatch(value: Any, field: Field, own: str, names: str, what: str = "") -> DecodeError:
    """The refusal of a value of another type than the field's."""
    name = names.rpartition(".")[2]
    wanted = NAMED_TYPES.get(f"{own}.{name}") or schema.go_type(field)
    return DecodeError(
        f"json: cannot unmarshal {what or word(value)} into Go struct field {own}.{names} of type {wanted}"
    )


def _string(value: Any, field: Field, own: str, names: str) -> str:
    if not isinstance(value, str):
        raise mismatch(value, field, own, names)
    return value


def _bool(value: Any, field: Field, own: str, names: str) -> bool:
    if not isinstance(value, bool):
        raise mismatch(value, field, own, names)
    return value


def _integer(value: Any, field: Field, own: str, names: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise mismatch(value, field, own, names)
    if value != int(value) or abs(value) > LIMITS[field.kind]:
        raise mismatch(value, field, own, names, f"number {value}")
    return int(value)


def _number(value: Any, field: Field, own: str, names: str) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise mismatch(value, field, own, names)
    return value


def _bytes(value: Any, field: Field, own: str, names: str) -> str:
    if not isinstance(value, str):
        raise mismatch(value, field, own, names)
    try:
        binascii.a2b_base64(value.encode("ascii"), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError):
        at = bad_base64(value)
        if at >= 0:
            raise DecodeError(f"illegal base64 data at input byte {at}") from None
    return value.replace("\n", "").replace("\r", "")


ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")


def bad_base64(text: str) -> int:
    """Where Go's decoder stumbles over a text that shall be base64; -1 if it does not."""
    quantum = 0
    for at, char in enumerate(text):
        if char in "\r\n":
            continue
        if char == "=":
            rest = text[at:].replace("\n", "").replace("\r", "")
            return -1 if quantum >= 2 and rest == "=" * (4 - quantum) else at if quantum < 2 else at + 1
        if char not in ALPHABET:
            return len(text[:at].encode())
        quantum = (quantum + 1) % 4
    return len(text) - quantum if quantum else -1


def _quantity(value: Any, field: Field, own: str, names: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise DecodeError(quantities.PATTERN_ERROR)
    try:
        return quantities.canonical(value)
    except quantities.BadQuantity as error:
        raise DecodeError(str(error)) from None


def _int_or_string(value: Any, field: Field, own: str, names: str) -> int | str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LIMITS["int32"]:
        what = word(value) if isinstance(value, bool | list | dict) else f"number {value}"
        raise DecodeError(f"json: cannot unmarshal {what} into Go value of type int32")
    return value


def _time(value: Any, field: Field, own: str, names: str) -> str:
    if not isinstance(value, str):
        raise DecodeError(f"json: cannot unmarshal {word(value)} into Go value of type string")
    if not value:
        return value
    try:
        unix = timestamps.parse(value)
    except timestamps.BadTime as error:
        raise DecodeError(str(error)) from None
    return timestamps.rfc3339_micro(unix) if field.kind == "microtime" else timestamps.rfc3339(unix)


def _any(value: Any, field: Field, own: str, names: str) -> Any:
    return meta.copy(value)


SCALARS: dict[str, Callable[[Any, Field, str, str], Any]] = {
    "string": _string,
    "bool": _bool,
    "int32": _integer,
    "int64": _integer,
    "double": _number,
    "bytes": _bytes,
    "quantity": _quantity,
    "intstr": _int_or_string,
    "time": _time,
    "microtime": _time,
    "any": _any,
}


def decode(value: Obj, definition: str) -> tuple[Obj, list[str]]:
    """The object as the API server understands it (a new one), and the paths of its unknown fields; raises DecodeError."""
    try:
        decoder = _Decoder(ordered=False)
        result = decoder.struct(value, definition, "", "")
        if not decoder.unknown:
            return result, []
    except DecodeError:
        pass  # which of several mistakes is named depends on the order of the keys
    decoder = _Decoder(ordered=True)
    return decoder.struct(value, definition, "", ""), decoder.unknown


def strict_error(unknown: list[str]) -> str:
    """The message about unknown fields."""
    return "strict decoding error: " + ", ".join(f'unknown field "{path}"' for path in unknown)
