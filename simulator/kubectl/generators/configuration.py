"""`kubectl create configmap|secret|namespace|serviceaccount|quota|priorityclass`."""

import base64
import json

from simulator.api import names, quantities
from simulator.kubectl.cli import Command
from simulator.kubectl.content_hash import content_hash
from simulator.kubectl.failures import Failure
from simulator.kubectl.generators.making import command, head
from simulator.kubectl.session import Obj, Session
from simulator.runtime.syscalls import UnixError

MAX_BYTES = 3 * 1024 * 1024
SOURCES = "--append-hash=false --from-env-file=[+] --from-file=[+] --from-literal=[+]"


def config_map(session: Session, name: str) -> Obj:
    """A ConfigMap out of files, literals and env files; what is no text goes to binaryData."""
    obj = head("v1", "ConfigMap", name)
    data: dict[str, str] = {}
    binary: dict[str, str] = {}
    for key, value in _data(session, f'ConfigMap "{name}"').items():
        try:
            data[key] = value.decode()
        except UnicodeDecodeError:
            binary[key] = base64.b64encode(value).decode()
    return _hashed(session, obj | ({"data": data} if data else {}) | ({"binaryData": binary} if binary else {}))


def _hashed(session: Session, obj: Obj) -> Obj:
    """The object with the hash of its content in its name, if --append-hash asks for it."""
    if not session.flag("append-hash"):
        return obj
    metadata = obj["metadata"]
    return {**obj, "metadata": {**metadata, "name": f"{metadata['name']}-{content_hash(obj, metadata['name'])}"}}


def _data(session: Session, owner: str) -> dict[str, bytes]:
    """Keys and contents that the flags name, for *owner* (`ConfigMap "settings"`)."""
    data: dict[str, bytes] = {}
    if session.flag("from-env-file") and (session.flag("from-file") or session.flag("from-literal")):
        raise Failure("from-env-file cannot be combined with from-file or from-literal")
    for source in session.flag("from-file"):
        for key, content in _from_file(session, source):
            _put(data, key, content, owner)
    for source in session.flag("from-literal"):
        key, equals, value = source.partition("=")
        if not equals or not key:
            raise Failure(f"invalid literal source {source}, expected key=value")
        _put(data, key, value.encode(), owner)
    for source in session.flag("from-env-file"):
        for key, value in _env_file(session, source):
            _put(data, key, value.encode(), owner)
    return data


def _put(data: dict[str, bytes], key: str, value: bytes, owner: str) -> None:
    problems = names.config_key(key)
    if problems:
        raise Failure(f'"{key}" is not a valid key name for a {owner.partition(" ")[0]}: {problems[0]}')
    if key in data:
        raise Failure(f'cannot add key "{key}", another key by that name already exists in Data for {owner}')
    data[key] = value


def _from_file(session: Session, source: str) -> list[tuple[str, bytes]]:
    if source.count("=") > 1:
        raise Failure("key names or file paths cannot contain '='")
    key, equals, path = source.rpartition("=")
    if equals and not key:
        raise Failure(f"key name for file path {path} missing")
    if equals and not path:
        raise Failure(f"file path for key name {key} missing")
    try:
        if session.sys.stat(path).kind != "dir":
            return [(key or path.rpartition("/")[2], session.sys.read_file(path)[:MAX_BYTES])]
        if equals:
            raise Failure("cannot give a key name for a directory path")
        files = [(name, f"{path.rstrip('/')}/{name}") for name in session.sys.listdir(path)]
        return [(name, session.sys.read_file(file)) for name, file in files if session.sys.stat(file).kind == "file"]
    except UnixError as error:
        raise Failure(f"error reading {path}: {error.message.lower()}") from None


def _env_file(session: Session, path: str) -> list[tuple[str, str]]:
    if session.sys.exists(path) and session.sys.stat(path).kind == "dir":
        raise Failure("env config file cannot be a directory")
    try:
        lines = session.sys.read_file(path).decode(errors="replace").splitlines()
    except UnixError as error:
        raise Failure(f"error reading {path}: {error.message.lower()}") from None
    pairs = []
    for line in lines:
        line = line.lstrip()
        if line and not line.startswith("#"):
            key, _, value = line.partition("=")
            pairs.append((key, value))
    return pairs


def _secret(session: Session, name: str, kind: str, data: dict[str, bytes]) -> Obj:
    obj = head("v1", "Secret", name)
    encoded = {key: base64.b64encode(value).decode() for key, value in data.items()}
    return _hashed(session, obj | ({"data": encoded} if encoded else {}) | ({"type": kind} if kind else {}))


def generic_secret(session: Session, name: str) -> Obj:
    """A Secret out of files, literals and env files."""
    return _secret(session, name, str(session.flag("type") or ""), _data(session, f'Secret "{name}"'))


def tls_secret(session: Session, name: str) -> Obj:
    """A Secret with a certificate and its key."""
    if not session.flag("cert") or not session.flag("key"):
        raise Failure("key and cert must be specified")
    data = {key: _pem(session, str(session.flag(flag))) for flag, key in (("cert", "tls.crt"), ("key", "tls.key"))}
    for key, what in (("tls.crt", "certificate"), ("tls.key", "key")):
        if b"-----BEGIN " not in data[key]:
            raise Failure(f"tls: failed to find any PEM data in {what} input")
    return _secret(session, name, "kubernetes.io/tls", data)


def _pem(session: Session, path: str) -> bytes:
    """The content of a file with a certificate or a key."""
    try:
        return session.sys.read_file(path)[:MAX_BYTES]
    except UnixError as error:
        raise Failure(f"Cannot read file {path}, open {path}: {error.message.lower()}") from None


def registry_secret(session: Session, name: str) -> Obj:
    """A Secret with the credentials of a registry."""
    if session.flag("from-file"):
        content = _from_file(session, session.flag("from-file")[0])[0][1]
        return _secret(session, name, "kubernetes.io/dockerconfigjson", {".dockerconfigjson": content})
    user, password = str(session.flag("docker-username")), str(session.flag("docker-password"))
    if not user or not password:
        raise Failure(
            "either --from-file or the combination of --docker-username, --docker-password and --docker-server is required"
        )
    entry = {"username": user, "password": password}
    if session.flag("docker-email"):
        entry["email"] = str(session.flag("docker-email"))
    entry["auth"] = base64.b64encode(f"{user}:{password}".encode()).decode()
    config = {"auths": {str(session.flag("docker-server")): entry}}
    text = json.dumps(config, separators=(",", ":"), ensure_ascii=False)
    return _secret(session, name, "kubernetes.io/dockerconfigjson", {".dockerconfigjson": text.encode()})


def namespace(session: Session, name: str) -> Obj:
    """A Namespace."""
    return head("v1", "Namespace", name) | {"spec": {}, "status": {}}


def service_account(session: Session, name: str) -> Obj:
    """A ServiceAccount."""
    return head("v1", "ServiceAccount", name)


def quota(session: Session, name: str) -> Obj:
    """A ResourceQuota."""
    spec: Obj = {}
    if session.flag("hard"):
        spec["hard"] = amounts(str(session.flag("hard")))
    if session.flag("scopes"):
        spec["scopes"] = str(session.flag("scopes")).split(",")
    return head("v1", "ResourceQuota", name) | {"spec": spec, "status": {}}


def amounts(text: str) -> dict[str, str]:
    """`cpu=1,memory=1Gi` as quantities."""
    found: dict[str, str] = {}
    for part in text.split(",") if text else []:
        name, equals, amount = part.partition("=")
        if not equals:
            raise Failure(f"Invalid argument syntax {part}, expected <resource>=<value>")
        try:
            found[name] = quantities.canonical(amount)
        except quantities.BadQuantity as error:
            raise Failure(str(error)) from None
    return found


def priority_class(session: Session, name: str) -> Obj:
    """A PriorityClass."""
    obj = head("scheduling.k8s.io/v1", "PriorityClass", name)
    obj |= {"value": session.flag("value"), "preemptionPolicy": session.flag("preemption-policy")}
    if session.flag("description"):
        obj["description"] = session.flag("description")
    return obj | ({"globalDefault": True} if session.flag("global-default") else {})


NO_SECRET = "failed to create secret "  # the real one has no colon here
SECRETS = (
    command("docker-registry", "Create a secret for use with a Docker registry", "secrets", registry_secret,
            "--append-hash=false --docker-email= --docker-password= --docker-server=https://index.docker.io/v1/ --docker-username= --from-file=[+]", refused=NO_SECRET),
    command("generic", "Create a secret from a local file, directory, or literal value", "secrets", generic_secret, f"{SOURCES} --type=", refused=NO_SECRET),
    command("tls", "Create a TLS secret", "secrets", tls_secret, "--append-hash=false --cert= --key=", refused=NO_SECRET),
)  # fmt: skip
COMMANDS = (
    command("configmap", "Create a config map from a local file, directory or literal value", "configmaps", config_map, SOURCES, aliases=("cm",)),
    command("namespace", "Create a namespace with the specified name", "namespaces", namespace, aliases=("ns",), plain=True),
    command("priorityclass", "Create a priority class with the specified name", "priorityclasses.scheduling.k8s.io", priority_class,
            "--description= --global-default=false --preemption-policy=PreemptLowerPriority --value=0", aliases=("pc",)),
    command("quota", "Create a quota with the specified name", "resourcequotas", quota, "--hard= --scopes=", aliases=("resourcequota",), refused="failed to create quota: "),
    Command("secret", "Create a secret using a specified subcommand", commands=SECRETS, usage="(docker-registry | generic | tls) [options]"),
    command("serviceaccount", "Create a service account with the specified name", "serviceaccounts", service_account, aliases=("sa",)),
)  # fmt: skip
