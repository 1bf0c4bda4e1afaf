"""Programs that people expect on a machine and that are not simulated: each says so, and what serves instead."""

from simulator.programs import versions
from simulator.programs.options import Dialect, not_simulated, own_name
from simulator.runtime.syscalls import Step, Sys

DATABASE = "a database's client; the simulated server takes connections and holds no data"
LATER = "work at set times; a CronJob does that in the cluster"
POWER = "switching a node off and on; a fault can take a node away"
PACKAGES = "installing packages; an image has what its list of programs says"
RULES = "the rules behind Services; they reach their Pods without, and `kubectl get endpointslices` lists them"
USERS = "adding users; /etc/passwd can be edited"
REFUSED = {
    "addgroup": USERS,
    "adduser": USERS,
    "apk": PACKAGES,
    "apt": PACKAGES,
    "apt-get": PACKAGES,
    "at": LATER,
    "bc": "bc; `$((...))` and awk calculate",
    "column": "column; `paste` and awk make columns",
    "crond": LATER,
    "crontab": LATER,
    "csplit": "csplit; `split` cuts files into pieces",
    "ctr": "containerd's own tool; crictl asks it",
    "dc": "dc; `$((...))` and awk calculate",
    "delgroup": USERS,
    "deluser": USERS,
    "dpkg": PACKAGES,
    "etcdctl": "the store behind the API server",
    "factor": "factor",
    "fmt": "fmt; `fold` breaks lines",
    "git": "git; manifests come from the lesson, or are written in the editor pane",
    "halt": POWER,
    "haproxy": "HAProxy; nginx and socat serve",
    "helm": "charts; kubectl applies manifests",
    "hostnamectl": "hostnamectl; `hostname` and `cat /etc/os-release` tell it",
    "iptables": RULES,
    "ipvsadm": RULES,
    "join": "join; awk brings files together",
    "jq": "jq; `kubectl get -o jsonpath=...` picks values out of objects",
    "kubeadm": "making clusters and adding nodes; a scenario says which machines there are",
    "last": "the record of log-ins",
    "lsblk": "block devices; `df` and `mount` tell of disks",
    "mariadb": DATABASE,
    "mongosh": DATABASE,
    "mysql": DATABASE,
    "nft": RULES,
    "numfmt": "numfmt; awk calculates",
    "openssl": "making certificates",
    "passwd": "passwords",
    "patch": "patch; `sed -i` changes files",
    "perl": "programs in Perl; awk and sed are there",
    "poweroff": POWER,
    "pr": "pr",
    "psql": DATABASE,
    "reboot": POWER,
    "scp": "copying between machines; `ssh HOST cat FILE > FILE` does it",
    "service": "service; `systemctl` starts and stops what runs on a node",
    "shuf": "shuf; `$RANDOM` is a number by chance",
    "shutdown": POWER,
    "strace": "watching system calls",
    "tcpdump": "watching packets; wget, curl and nc tell whether somebody answers",
    "timedatectl": "timedatectl; `date` tells the time, and the clock of the page moves it",
    "tput": "tput",
    "tsort": "tsort",
    "useradd": USERS,
    "w": "w; `who` and `uptime` tell it",
}


def main(sys: Sys, dialect: Dialect) -> Step:
    """Say what serves instead; a version is told."""
    name = own_name(sys)
    if versions.told(sys, name):
        return 0
    raise not_simulated(sys, REFUSED[name])
