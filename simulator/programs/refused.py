"""Programs that people expect on a machine and that are not simulated: each says so, and what serves instead."""

from simulator.programs.options import Dialect, not_simulated, own_name
from simulator.runtime.syscalls import Step, Sys

DATABASE = "a database's client; the simulated server takes connections and holds no data"
PACKAGES = "installing packages; an image has what its list of programs says"
REFUSED = {
    "apk": PACKAGES,
    "apt": PACKAGES,
    "apt-get": PACKAGES,
    "dpkg": PACKAGES,
    "etcdctl": "the store behind the API server",
    "git": "git; manifests come from the lesson, or are written in the editor pane",
    "haproxy": "HAProxy; nginx and socat serve",
    "helm": "charts; kubectl applies manifests",
    "jq": "jq; `kubectl get -o jsonpath=...` picks values out of objects",
    "mariadb": DATABASE,
    "mongosh": DATABASE,
    "mysql": DATABASE,
    "openssl": "making certificates",
    "perl": "programs in Perl; awk and sed are there",
    "psql": DATABASE,
    "scp": "copying between machines; `ssh HOST cat FILE > FILE` does it",
    "strace": "watching system calls",
    "tcpdump": "watching packets; wget, curl and nc tell whether somebody answers",
}


def main(sys: Sys, dialect: Dialect) -> Step:
    """Say what serves instead."""
    raise not_simulated(sys, REFUSED[own_name(sys)])
