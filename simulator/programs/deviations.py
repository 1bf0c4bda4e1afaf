"""What programs do differently here, or not at all: for the list of known deviations that a learner can read."""

DEVIATIONS = {
    "files": "A program is not a file of machine code: the files in /bin say which program of the simulator is meant.",
    "internet": "Outside the cluster there are only the image registries and a few well-known hosts; everything else is unknown "
    "to DNS or does not answer.",
    "chroot": "chroot leads to the root of a node only, as in the debugging Pod of a node; nsenter enters the network and the mounts of another process.",
    "editors": "vim, vi and nano open the editor pane of the page; there is none in a container.",
    "awk": "awk reads nothing from commands and writes nothing to them: `getline` takes files only.",
    "python": "python3 runs only `-m http.server`.",
    "databases": "mysqld, mariadbd, postgres, mongod and memcached take connections and say nothing; they hold no data. Redis keeps strings in "
    "one database; it writes dump.rdb at its end and when it is told to, not from time to time.",
    "nginx": "nginx serves files, `return`, and locations; `proxy_pass` and others that are not simulated, and those that nobody knows, end it with `[emerg]`.",
    "systemd": "systemctl starts and stops kubelet and containerd; without a name `systemctl status` tells of services only; the journal keeps the newest 120 lines of both on each node, and the line "
    "numbers of source files in them are not those of v1.36.",
    "packages": "apt, apk, yum and pip are not there: an image has what its list says.",
}
