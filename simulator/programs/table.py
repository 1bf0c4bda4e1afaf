"""All programs by name. A machine's executables name entries of this table: `ls` is GNU's, `busybox:ls` busybox's.

Where a busybox image differs, its catalogue entry asks for `busybox-1.28:NAME` (only the names in OLD_BUSYBOX differ: for all
others use `busybox:NAME`).
"""

from simulator.programs import (
    cat,
    copying,
    coredns,
    curl,
    daemons,
    dates,
    echo,
    editors,
    environment,
    grep,
    heads,
    identity,
    lookups,
    ls,
    makers,
    nginx,
    processes,
    removers,
    sed,
    signals,
    sleep,
    waiting,
    wget,
)
from simulator.programs.options import BUSYBOX, BUSYBOX_128, GNU, Main, program
from simulator.runtime.syscalls import Answer, Program

# Applets of busybox, and the same programs as GNU, procps, util-linux and others have them.
BOTH: dict[str, Main] = {
    "arch": identity.arch,
    "cat": cat.main,
    "cp": copying.cp,
    "date": dates.main,
    "dnsdomainname": identity.dnsdomainname,
    "echo": echo.main,
    "egrep": grep.main,
    "env": environment.env,
    "false": echo.false,
    "fgrep": grep.main,
    "grep": grep.main,
    "groups": identity.list_groups,
    "head": heads.head,
    "hostname": identity.hostname,
    "id": identity.identity,
    "install": copying.install,
    "kill": signals.kill,
    "killall": signals.killall,
    "ln": makers.ln,
    "logname": identity.logname,
    "ls": ls.main,
    "mkdir": makers.mkdir,
    "mkfifo": makers.mkfifo,
    "mktemp": makers.mktemp,
    "mv": copying.mv,
    "nice": environment.nice,
    "nohup": environment.nohup,
    "nproc": identity.nproc,
    "nslookup": lookups.nslookup,
    "pgrep": signals.pgrep,
    "pidof": signals.pidof,
    "pkill": signals.pkill,
    "printenv": environment.printenv,
    "printf": echo.printf,
    "ps": processes.main,
    "pwd": identity.pwd,
    "rm": removers.main,
    "rmdir": makers.rmdir,
    "sed": sed.main,
    "setsid": environment.setsid,
    "sleep": sleep.main,
    "su": environment.su,
    "tac": cat.tac,
    "tail": heads.tail,
    "time": environment.time,
    "timeout": waiting.timeout,
    "touch": makers.touch,
    "true": echo.true,
    "truncate": makers.truncate,
    "tty": identity.tty,
    "uname": identity.uname,
    "unlink": removers.unlink,
    "uptime": identity.uptime,
    "usleep": sleep.usleep,
    "vi": editors.main,
    "watch": waiting.watch,
    "wget": wget.main,
    "who": identity.who,
    "whoami": identity.whoami,
    "yes": echo.yes,
}

# Programs that exist in one form only.
SINGLE: dict[str, Main] = {
    "coredns": coredns.main,
    "curl": curl.main,
    "daemon": daemons.daemon,
    "dig": lookups.dig,
    "entrypoint": daemons.entrypoint,
    "getent": lookups.getent,
    "host": lookups.host,
    "mysqld": daemons.mysqld,
    "nano": editors.main,
    "nginx": nginx.main,
    "nginx:entrypoint": nginx.entrypoint,
    "pause": daemons.pause,
    "postgres": daemons.postgres,
    "vim": editors.main,
}

OLD_BUSYBOX = ("nslookup", "timeout")

PROGRAMS: dict[str, Program] = (
    {name: program(main, GNU) for name, main in {**BOTH, **SINGLE}.items()}
    | {f"busybox:{name}": program(main, BUSYBOX) for name, main in BOTH.items()}
    | {f"busybox-1.28:{name}": program(BOTH[name], BUSYBOX_128) for name in OLD_BUSYBOX}
)

# Servers of datagrams, called in the process that listens.
ANSWERS: dict[str, Answer] = {"coredns": coredns.answer}
