"""`kubectl run`: one Pod out of flags; with -i or --attach it stays with it until it has ended (models kubectl/pkg/cmd/run)."""

from simulator.api import names
from simulator.api.resources import RESOURCES
from simulator.kubectl import attaching
from simulator.kubectl.cli import DRY_RUN, FILES, PRINT, RECORD, Command
from simulator.kubectl.dry_run import mode, query, suffix
from simulator.kubectl.failures import Failure, UsageFailure
from simulator.kubectl.flags import declare
from simulator.kubectl.go_values import BadValue, parse_int
from simulator.kubectl.image_names import valid_image
from simulator.kubectl.infos import Info
from simulator.kubectl.overriding import overridden
from simulator.kubectl.printers import report
from simulator.kubectl.session import Obj, Session
from simulator.kubectl.verbs.apply import with_last_applied
from simulator.runtime.syscalls import Step

PODS, SERVICES = RESOURCES["pods"], RESOURCES["services"]
RESTARTS = ("Always", "OnFailure", "Never")
PULLS = ("", "Always", "IfNotPresent", "Never")


def run(session: Session) -> Step:
    """Create the Pod (and its Service); attach to it if asked."""
    if "attach" in session.state:
        return attaching.step(session)
    _check(session)
    pod = _pod(session)
    info = Info(PODS, session.namespace, str(pod["metadata"].get("name") or ""), pod)
    if mode(session) != "client":
        info.object = session.create(PODS, session.namespace, pod, query(session))
    refusal = _exposed(session, pod) if session.flag("expose") else None
    if _attached(session) and refusal is None:
        return attaching.begin(session, info)
    report(session, info, "created", suffix(session))
    if refusal:
        raise refusal
    return 0


def _attached(session: Session) -> bool:
    return bool(session.flag("attach") or (session.flag("stdin") and not session.given("attach")))


def _check(session: Session) -> None:
    if not session.args or session.parsed.dash == 0:
        raise _usage(session, "NAME is required for run")
    if session.flag("pod-running-timeout") <= 0:
        raise _usage(session, "--pod-running-timeout must be higher than zero")
    image = str(session.flag("image"))
    if not image:
        raise Failure("--image is required")
    if not valid_image(image):
        raise Failure(f'Invalid image name "{image}": invalid reference format')
    if session.flag("tty") and not session.flag("stdin"):
        raise _usage(session, "-i/--stdin is required for containers with -t/--tty=true")
    if session.flag("restart") not in RESTARTS:
        raise _usage(session, f"invalid restart policy: {session.flag('restart')}")
    if session.flag("image-pull-policy") not in PULLS:
        raise _usage(session, f"invalid image pull policy: {session.flag('image-pull-policy')}")
    _check_attached(session)
    if session.flag("expose") and not session.flag("port"):
        raise _usage(session, "--port must be set when exposing a service")


def _check_attached(session: Session) -> None:
    if session.flag("rm") and not _attached(session):
        raise _usage(session, "--rm should only be used for attached containers")
    if _attached(session) and mode(session) != "none":
        text = "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)"
        raise _usage(session, text)


def _usage(session: Session, text: str) -> UsageFailure:
    return UsageFailure(text, f"See '{session.path} -h' for help and examples")


def _pod(session: Session) -> Obj:
    name, labels = session.args[0], _labels(session)
    metadata: Obj = {"labels": labels, "name": name}
    annotations = _annotations(session)
    if annotations:
        metadata["annotations"] = annotations
    if session.namespace_enforced:
        metadata["namespace"] = session.namespace
    spec = {"containers": [_container(session)], "dnsPolicy": "ClusterFirst", "restartPolicy": session.flag("restart")}
    pod: Obj = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": {}}
    if session.flag("overrides"):
        pod = overridden(session, pod)
    return with_last_applied(pod) if session.flag("save-config") and mode(session) != "client" else pod


def _annotations(session: Session) -> dict[str, str]:
    for pair in session.flag("annotations"):
        if "=" not in pair:
            raise Failure(f"invalid annotations format: {pair}")
    return dict(pair.partition("=")[::2] for pair in session.flag("annotations"))


def _labels(session: Session) -> dict[str, str]:
    text = str(session.flag("labels") or "")
    if not text:
        return {"run": session.args[0]}
    labels = {}
    for part in text.split(","):
        key, equals, value = part.partition("=")
        if not equals or "=" in value or not key:
            raise Failure(f"unexpected label spec: {part}")
        labels[key] = value
    return labels


def _container(session: Session) -> Obj:
    words = session.args[1:]
    container: Obj = {"image": session.flag("image"), "name": session.args[0], "resources": {}}
    if words:
        container["command" if session.flag("command") else "args"] = words
    variables = [_variable(pair) for pair in session.flag("env")]
    if variables:
        container["env"] = variables
    if session.flag("port"):
        container["ports"] = [{"containerPort": _port(session)}]
    if session.flag("image-pull-policy"):
        container["imagePullPolicy"] = session.flag("image-pull-policy")
    if session.flag("privileged"):
        container["securityContext"] = {"privileged": True}
    if session.flag("stdin"):
        container |= {"stdin": True} | ({} if session.flag("leave-stdin-open") else {"stdinOnce": True})
    return container | ({"tty": True} if session.flag("tty") else {})


def _variable(pair: str) -> Obj:
    name, equals, value = pair.partition("=")
    if not equals or names.plain_env_var(name):
        raise Failure(f"invalid env: {pair}")
    return {"name": name} | ({"value": value} if value else {})


def _port(session: Session) -> int:
    try:
        return parse_int(str(session.flag("port")), "Atoi")
    except BadValue as error:
        raise Failure(str(error)) from None


def _exposed(session: Session, pod: Obj) -> Failure | None:
    """Why the Pod's Service could not be made, if so; the Pod is there, and told of, all the same."""
    try:
        _expose(session, pod)
    except Failure as failure:
        return failure
    return None


def _expose(session: Session, pod: Obj) -> None:
    name, port = session.args[0], _port(session)
    metadata = {"name": name} | ({"namespace": session.namespace} if session.namespace_enforced else {})
    spec = {"ports": [{"port": port, "protocol": "TCP", "targetPort": port}], "selector": pod["metadata"]["labels"]}
    service: Obj = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata,
        "spec": spec,
        "status": {"loadBalancer": {}},
    }
    info = Info(SERVICES, session.namespace, name, service)
    if mode(session) != "client":
        info.object = session.create(SERVICES, session.namespace, service, query(session))
    report(session, info, "created", suffix(session))
    if session.flag("output") == "yaml":
        session.out("---\n")  # and the printer of the Pod says so once more


COMMAND = Command(
    "run",
    "Run a particular image on the cluster",
    run,
    'NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] [--command] -- [COMMAND] [args...] [options]',
    declare(
        "--annotations=[+] --attach=false --cascade=background?background --command=false --detach-keys=ctrl-p,ctrl-q --env=[+]",
        "--expose=false --field-manager=kubectl-run --force=false --grace-period=-1 --image= --image-pull-policy= -l --labels=",
        "--leave-stdin-open=false --override-type=merge --overrides= --pod-running-timeout=60s --port= --privileged=false",
        "-q --quiet=false --restart=Always --rm=false --save-config=false -i --stdin=false --timeout=0s -t --tty=false --wait=false",
        DRY_RUN,
        FILES,
        PRINT,
        RECORD,
    ),
    needs=("image",),
    group="Basic Commands (Beginner)",
)
