"""Volumes in a description (models describe.describeVolumes)."""

from collections.abc import Callable

from simulator.kubectl.describers.page import Obj, Page, truth

Fields = list[tuple[str, object]]
BARE = object()  # instead of a value: the line is a text of its own


def describe_volumes(page: Page, volumes: list[Obj], *, template: bool = False) -> None:
    """Write the volumes of a Pod or of a Pod template."""
    space = "  " if template else ""
    if not volumes:
        page.line(0, f"{space}Volumes:\t<none>")
        return
    page.line(0, f"{space}Volumes:")
    for volume in volumes:
        page.line(1, f"{' ' if template else ''}{volume.get('name', '')}:")
        for name, value in source_fields(volume):
            if value is BARE:
                page.line(2, name)
            else:
                page.field(name, value, 2)


def source_fields(volume: Obj) -> Fields:
    """What is said of where a volume (or a PersistentVolume's spec) comes from."""
    for kind, fields in SOURCES.items():
        if volume.get(kind) is not None:
            return fields(volume[kind])
    kind = next((key for key in volume if key != "name"), "")
    return [("Type", kind or "<unknown>")]


def _empty_dir(source: Obj) -> Fields:
    return [
        ("Type", "EmptyDir (a temporary directory that shares a pod's lifetime)"),
        ("Medium", source.get("medium", "")),
        ("SizeLimit", source.get("sizeLimit") or "<unset>"),
    ]


def _projected(source: Obj) -> Fields:
    fields: Fields = [("Type", "Projected (a volume that contains injected data from multiple sources)")]
    for each in source.get("sources") or []:
        if each.get("secret"):
            fields += [
                ("SecretName", each["secret"].get("name", "")),
                ("Optional", truth(each["secret"].get("optional"))),
            ]
        elif each.get("downwardAPI"):
            fields.append(("DownwardAPI", "true"))
        elif each.get("configMap"):
            fields += [
                ("ConfigMapName", each["configMap"].get("name", "")),
                ("Optional", truth(each["configMap"].get("optional"))),
            ]
        elif each.get("serviceAccountToken"):
            fields.append(("TokenExpirationSeconds", each["serviceAccountToken"].get("expirationSeconds", 3600)))
    return fields


def _downward(source: Obj) -> Fields:
    fields: Fields = [("Type", "DownwardAPI (a volume populated by information about the pod)"), ("Items:", BARE)]
    for item in source.get("items") or []:
        reference = (item.get("fieldRef") or {}).get("fieldPath") or (item.get("resourceFieldRef") or {}).get(
            "resource", ""
        )
        fields.append((f"  {reference} -> {item.get('path', '')}", BARE))
    return fields


def _claim(source: Obj) -> Fields:
    return [
        ("Type", "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)"),
        ("ClaimName", source.get("claimName", "")),
        ("ReadOnly", truth(source.get("readOnly"))),
    ]


def _host_path(source: Obj) -> Fields:
    return [
        ("Type", "HostPath (bare host directory volume)"),
        ("Path", source.get("path", "")),
        ("HostPathType", source.get("type", "")),
    ]


def _nfs(source: Obj) -> Fields:
    return [
        ("Type", "NFS (an NFS mount that lasts the lifetime of a pod)"),
        ("Server", source.get("server", "")),
        ("Path", source.get("path", "")),
        ("ReadOnly", truth(source.get("readOnly"))),
    ]


def _csi(source: Obj) -> Fields:
    return [
        ("Type", "CSI (a Container Storage Interface (CSI) volume source)"),
        ("Driver", source.get("driver", "")),
        ("FSType", source.get("fsType", "")),
        ("VolumeHandle", source.get("volumeHandle", "")),
        ("ReadOnly", truth(source.get("readOnly"))),
    ]


SOURCES: dict[str, Callable[[Obj], Fields]] = {
    "hostPath": _host_path,
    "emptyDir": _empty_dir,
    "secret": lambda source: [
        ("Type", "Secret (a volume populated by a Secret)"),
        ("SecretName", source.get("secretName", "")),
        ("Optional", truth(source.get("optional"))),
    ],
    "configMap": lambda source: [
        ("Type", "ConfigMap (a volume populated by a ConfigMap)"),
        ("Name", source.get("name", "")),
        ("Optional", truth(source.get("optional"))),
    ],
    "nfs": _nfs,
    "persistentVolumeClaim": _claim,
    "downwardAPI": _downward,
    "projected": _projected,
    "csi": _csi,
    "local": lambda source: [
        ("Type", "LocalVolume (a persistent volume backed by local storage on a node)"),
        ("Path", source.get("path", "")),
    ],
    "image": lambda source: [
        ("Type", "Image (a container image or OCI artifact)"),
        ("Reference", source.get("reference", "")),
        ("PullPolicy", source.get("pullPolicy", "")),
    ],
}
