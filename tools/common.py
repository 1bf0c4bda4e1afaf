"""`python -m tools.common`: makes `simulator/kernel/common.zst`, against which clusters are stored; see simulator/kernel/stored.py."""

from pathlib import Path

from lessons.players import EPOCH, Player
from simulator.kernel import stored
from simulator.kernel.units import DAY, MINUTE
from simulator.lab import Lab

PLACE = Path(stored.__file__).parent / "common.zst"
# What learners do first. What comes last is cheapest to refer to.
LIFE = (
    "kubectl run web --image=nginx:1.27",
    "kubectl create deployment shop --image=nginx --replicas=2",
    "kubectl expose deployment shop --port=80",
    "kubectl run crash --image=busybox:1.28 --command -- sh -c 'sleep 1; exit 1'",
    "kubectl get pods -o wide",
    "kubectl describe pod web",
    "kubectl delete pod web crash --wait=false",
    "kubectl delete deployment,service shop",
)


def lived() -> Lab:
    """A cluster with a little life in it."""
    lab = Lab.boot({}, seed=1, epoch=EPOCH - 300 * DAY)
    player = Player(lab)
    for line in LIFE:
        player.type(line)
        lab.advance(lab.now + MINUTE)
    return lab


def main() -> None:
    """Write it."""
    PLACE.write_bytes(stored.made(lived().world.value))
    print(f"{PLACE.name}: {PLACE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
