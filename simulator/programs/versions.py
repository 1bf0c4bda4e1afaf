"""What programs say who are asked for their version: `ls --version`, `kubelet --version`, `postgres --version`."""

from simulator.runtime.syscalls import Sys

COREUTILS = """
[ arch base64 basename cat chgrp chmod chown comm cp cut date dd df dirname du echo env expand expr factor false fold groups head id install join
link ln logname ls md5sum mkdir mkfifo mktemp mv nice nl nohup nproc od paste printenv printf pwd readlink realpath rm rmdir seq sha1sum sha256sum
sha512sum shuf sleep sort split stat stty sum sync tac tail tee test timeout touch tr true truncate tsort tty uname unexpand uniq unlink wc who
whoami yes
"""
# The GNU programs of Debian 12, by package: the words behind a program's name.
PACKAGES = (
    (COREUTILS.split(), "{name} (GNU coreutils) 9.1"),
    (("grep", "egrep", "fgrep"), "grep (GNU grep) 3.8"),
    (("sed",), "sed (GNU sed) 4.9"),
    (("find", "xargs"), "{name} (GNU findutils) 4.9.0"),
    (("tar",), "tar (GNU tar) 1.34"),
    (("gzip", "gunzip", "zcat"), "{name} (gzip) 1.12"),
    (("diff", "cmp"), "{name} (GNU diffutils) 3.8"),
    (("ps", "free", "top", "uptime", "pgrep", "pkill", "pidof", "watch", "w", "sysctl"), "{name} from procps-ng 4.0.2"),
    (("hostname",), "hostname 3.23"),
    (("wget",), "GNU Wget 1.21.3 built on linux-gnu."),
)
GNU = {name: words for names, words in PACKAGES for name in names}
KUBERNETES = ("kubelet", "kube-proxy", "kube-apiserver", "kube-controller-manager", "kube-scheduler")
LONG, SHORT = ("--version",), ("--version", "-V")
MYSQL = "Ver {version} for Linux on x86_64 (MySQL Community Server - GPL)"
MARIADB = "mariadbd  Ver {version}-MariaDB-ubu2404 for debian-linux-gnu on x86_64 (mariadb.org binary distribution)"
# Servers and daemons: what is asked, what is answered, the variable of the image with the version, and the version where there is none.
DAEMONS = {
    **dict.fromkeys(KUBERNETES, (LONG, "Kubernetes {version}", "", "v1.36.2")),
    "containerd": (("--version", "-v"), "containerd github.com/containerd/containerd/v2 {version}", "", "v2.3.4"),
    "etcd": (LONG, "etcd Version: {version}", "", "3.6.6"),
    "mysqld": (SHORT, f"/usr/sbin/mysqld  {MYSQL}", "MYSQL_VERSION", "8.4.6"),
    "mysql": (SHORT, f"mysql  {MYSQL}", "MYSQL_VERSION", "8.4.6"),
    "mariadbd": (SHORT, MARIADB, "MARIADB_VERSION", "11.8.3"),
    "postgres": (SHORT, "postgres (PostgreSQL) {version}", "PG_VERSION", "17.6"),
    "psql": (SHORT, "psql (PostgreSQL) {version}", "PG_VERSION", "17.6"),
    "pg_isready": (SHORT, "pg_isready (PostgreSQL) {version}", "PG_VERSION", "17.6"),
    "mongod": (LONG, "db version v{version}", "MONGO_VERSION", "8.0.13"),
    "memcached": (SHORT, "memcached {version}", "MEMCACHED_VERSION", "1.6.39"),
}


def of_gnu(name: str) -> str:
    """The first line that a GNU program answers to --version; empty for others."""
    return GNU[name].replace("{name}", name) + "\n" if name in GNU else ""


def of_daemon(sys: Sys, name: str) -> str:
    """The version of a server or daemon."""
    _, _, variable, default = DAEMONS[name]
    return sys.env.get(variable, default).partition("-")[0]


def told(sys: Sys, name: str) -> bool:
    """Whether a server or daemon was started only to say its version, which it has then; not so others."""
    asked, answer, *_ = DAEMONS.get(name, ((), ""))
    if not any(word in asked for word in sys.argv[1:2]):
        return False
    sys.out(answer.replace("{version}", of_daemon(sys, name)) + "\n")
    return True
