"""What crictl prints as JSON: the messages of the CRI as protobuf's JSON has them (cri-api runtime/v1/api.proto, cri-tools cmd/crictl)."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from simulator.programs.calendar import strftime

Row = Mapping[str, Any]
POD_LABELS = (("name", "pod"), ("namespace", "namespace"), ("uid", "uid"))
NEVER = "0001-01-01T00:00:00Z"
CONFIG = "/etc/containerd/config.toml"


def text(value: Any, *, ordered: bool = False) -> str:
    """A message as it is printed; one that says all about an object has its keys in *order*."""
    data = msgspec.json.encode(value, order="sorted" if ordered else None)
    return msgspec.json.format(data, indent=2).decode() + "\n"


def container(row: Row, config: str) -> dict[str, Any]:
    """A Container of a list; *config* is the id of its image."""
    return {
        "id": row["id"],
        "podSandboxId": row["sandbox"],
        "metadata": {"name": row["name"], "attempt": row["attempt"]},
        "image": {"image": config, "annotations": {}, "userSpecifiedImage": row["image"], "runtimeHandler": ""},
        "imageRef": config,
        "state": f"CONTAINER_{row['state'].upper()}",
        "createdAt": nanoseconds(row["created"]),
        "labels": labels(row),
        "annotations": annotations(row),
        "imageId": config,
    }


def container_status(row: Row, config: str, log: str) -> dict[str, Any]:
    """All about a container; *log* is the path of its log."""
    user = row["user"]
    status = {
        "id": row["id"],
        "metadata": {"name": row["name"], "attempt": row["attempt"]},
        "state": f"CONTAINER_{row['state'].upper()}",
        "createdAt": moment(row["created"]),
        "startedAt": moment(row["started"]),
        "finishedAt": moment(row["finished"]),
        "exitCode": row["exit_code"],
        "image": {"image": row["image"], "annotations": {}, "userSpecifiedImage": "", "runtimeHandler": ""},
        "imageRef": row["image_id"],
        "imageId": config,
        "reason": row["reason"],
        "message": row["message"],
        "labels": labels(row),
        "annotations": annotations(row),
        "logPath": log,
        "resources": {"linux": linux(row["limits"]), "windows": None},
        "user": {
            "linux": {
                "uid": str(user["uid"]),
                "gid": str(user["gid"]),
                "supplementalGroups": [str(each) for each in user["groups"]],
            }
        },
        "stopSignal": "RUNTIME_DEFAULT",
    }
    return {"status": status, "info": {"sandboxID": row["sandbox"], "runtimeType": "io.containerd.runc.v2"}}


def linux(limits: Row) -> dict[str, Any]:
    """The limits of a cgroup: hundred milliseconds are a period, and a thousandth of a core is a hundred microseconds of it."""
    return {
        "cpuPeriod": "100000",
        "cpuQuota": str((limits["cpu"] or 0) * 100),
        "memoryLimitInBytes": str(limits["memory"] or 0),
    }


def labels(row: Row) -> dict[str, str]:
    """What the kubelet says of a container, for itself."""
    of_pod = {f"io.kubernetes.pod.{name}": str(row[key]) for name, key in POD_LABELS}
    return {"io.kubernetes.container.name": row["name"], **of_pod}


def annotations(row: Row) -> dict[str, str]:
    """What the kubelet notes down with a container."""
    return {"io.kubernetes.container.restartCount": str(row["attempt"])}


def pod(row: Row) -> dict[str, Any]:
    """A PodSandbox of a list."""
    return {
        "id": row["id"],
        "metadata": metadata(row),
        "state": f"SANDBOX_{row['state'].upper()}",
        "createdAt": nanoseconds(row["created"]),
        "labels": pod_labels(row),
        "annotations": {},
        "runtimeHandler": row.get("handler") or "",
    }


def pod_status(row: Row) -> dict[str, Any]:
    """All about a sandbox."""
    shown = pod(row) | {"createdAt": moment(row["created"]), "network": {"ip": row["ip"], "additionalIps": []}}
    return {"status": shown, "info": {"runtimeType": "io.containerd.runc.v2"}}


def metadata(row: Row) -> dict[str, Any]:
    """How a sandbox is called."""
    return {name: row[name] for name in ("name", "uid", "namespace", "attempt")}


def pod_labels(row: Row) -> dict[str, str]:
    """The labels of a Pod, and what the kubelet says of it for itself."""
    return {**row["labels"], **{f"io.kubernetes.pod.{name}": str(row[name]) for name in ("name", "namespace", "uid")}}


def image(row: Row) -> dict[str, Any]:
    """An Image."""
    digit = row["user"].isdecimal()
    return {
        "id": row["config"],
        "repoTags": row["tags"],
        "repoDigests": [row["id"]],
        "size": str(row["size"]),
        "uid": {"value": row["user"]} if digit else None,
        "username": "" if digit else row["user"],
        "spec": {"image": "", "annotations": {}, "userSpecifiedImage": "", "runtimeHandler": ""},
        "pinned": "/pause:" in " ".join(row["tags"]),
    }


def info(row: Row) -> dict[str, Any]:
    """The state of the runtime."""
    conditions = [
        {"type": f"{name.capitalize()}Ready", "status": ready, "reason": reason, "message": message}
        for name, (ready, reason, message) in (("runtime", row["runtime"]), ("network", row["network"]))
    ]
    return {"status": {"conditions": conditions}, "config": {"configFilePath": CONFIG}}


def nanoseconds(unix: int) -> str:
    """A time in Unix microseconds as a list has it."""
    return str(unix * 1000)


def moment(unix: int) -> str:
    """A time in Unix microseconds as a status has it, in RFC 3339."""
    if not unix:
        return NEVER
    fraction = f"{unix % 10**6:06}".rstrip("0")
    return strftime("%Y-%m-%dT%H:%M:%S", unix) + (f".{fraction}" if fraction else "") + "Z"


def log_path(row: Row) -> str:
    """Where a kubelet has the log of a container written."""
    return f"/var/log/pods/{row['namespace']}_{row['pod']}_{row['uid']}/{row['name']}/{row['attempt']}.log"


def listed(key: str, rows: list[dict[str, Any]], shown: Callable[[Row], dict[str, Any]]) -> dict[str, Any]:
    """The answer to a list."""
    return {key: [shown(row) for row in rows]}
