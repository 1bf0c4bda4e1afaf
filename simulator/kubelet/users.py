"""Users of a Pod's own: which ids of the node they are (pkg/kubelet/userns/userns_manager.go).

Each such Pod has 65,536 of them for itself, at a place that is drawn from those that no other has. The node's own users come before
the first place.
"""

from simulator.api.requests import Obj
from simulator.kubelet import workers
from simulator.kubelet.deps import Deps, Worker
from simulator.kubelet.node_status import MOST_PODS

IDS = 65_536


def first_id(deps: Deps, worker: Worker, pod: Obj) -> int | None:
    """What the Pod's user 0 is on the node, the same for as long as the Pod is there; None if it has the node's users."""
    if pod["spec"].get("hostUsers") is not False:
        return None
    if "users" not in worker:
        taken = [each["users"] for each in workers.table(deps).values() if "users" in each]
        free = [place * IDS for place in range(1, MOST_PODS + 1) if place * IDS not in taken]
        worker["users"] = free[deps.world.dice.between(0, len(free) - 1)]
    found: int = worker["users"]
    return found
