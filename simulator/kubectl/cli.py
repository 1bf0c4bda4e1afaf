"""What a command of kubectl is: a name, flags, a few words of help and a function (models spf13/cobra)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from simulator.kubectl.flags import HINT, Flag, declare
from simulator.kubectl.session import Session
from simulator.runtime.syscalls import Step

Run = Callable[[Session], Step]

GLOBAL_FLAGS = declare(
    "--as= --as-group=[] --as-uid= --as-user-extra=[] --cache-dir=/root/.kube/cache --certificate-authority= --client-certificate=",
    "--client-key= --cluster= --context= --disable-compression=false --insecure-skip-tls-verify=false --kubeconfig= --kuberc=",
    "--log-flush-frequency=5s --match-server-version=false -n --namespace= --password= --profile=none",
    "--profile-output=profile.pprof --request-timeout=0s -s --server= --tls-server-name= --token= --user= --username= -v --v=0",
    "--vmodule= --warnings-as-errors=false",
)
# Flags that many commands share (cli-runtime/pkg/genericclioptions).
FILES = "-f --filename=[] -k --kustomize= -R --recursive=false"
PRINT = "-o --output= --template= --allow-missing-template-keys=true --show-managed-fields=false"
DRY_RUN = "--dry-run=none?unchanged"
VALIDATE = "--validate=strict?strict"
RECORD = "--record=false"
DEPRECATED = frozenset(["cpu-percent", "record"])  # neither help nor completion speaks of them any more
ONE_SELECTOR = "-l --selector="


@dataclass(frozen=True)
class Command:
    """A command, or a family of them.

    usage: what follows `kubectl NAME` in the line of usage. needs: the flags that must be given. failed: what it ends with when
    it fails. hint: where help is to be found when a flag is wrong.
    """

    name: str
    short: str
    run: Run | None = None
    usage: str = "[options]"
    flags: tuple[Flag, ...] = ()
    commands: tuple["Command", ...] = ()
    aliases: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    failed: int = 1
    hint: str = HINT
    group: str = "Other Commands"

    def child(self, word: str) -> "Command | None":
        """The subcommand that *word* calls."""
        return find(self.commands, word)


def find(commands: Iterable[Command], word: str) -> Command | None:
    """The command that *word* calls, by its name or another name of it."""
    return next((each for each in commands if word == each.name or word in each.aliases), None)
