"""Takes images away that no container uses, when the disk is short (pkg/kubelet/images/image_gc_manager.go)."""

from simulator.kernel.units import MINUTE
from simulator.kubelet import node_status
from simulator.kubelet.deps import Deps
from simulator.kubelet.thresholds import Shortage
from simulator.runtime.cri_api import CriError

PERIOD = 5 * MINUTE
LOW, HIGH = 80, 85  # percent of the disk: how far it is emptied, and from when on
TOO_LITTLE = (
    "Failed to garbage collect required amount of images. Attempted to free {wanted} bytes, but only found {found} bytes "
    "eligible to free."
)


def collect(deps: Deps, shortage: Shortage) -> None:
    """Remove what nobody uses; every five minutes say so if that was not enough."""
    freed = remove_unused(deps)
    used = (shortage.capacity - shortage.available) * 100
    due = deps.section.get("image_gc_due", 0) <= deps.world.now
    wanted = shortage.capacity * (100 - LOW) // 100 - shortage.available
    if due and used >= HIGH * shortage.capacity and freed < wanted:
        deps.section["image_gc_due"] = deps.world.now + PERIOD
        text = TOO_LITTLE.format(wanted=wanted, found=freed)
        deps.recorder.event(node_status.reference(deps), "Warning", "FreeDiskSpaceFailed", text)


def remove_unused(deps: Deps) -> int:
    """Take away the images that no container was made from; their bytes."""
    used = {each["image_id"] for each in deps.cri.list_containers()}
    freed = 0
    for image in deps.cri.list_images():
        if image["id"] in used or PAUSE in image["id"]:
            continue
        try:
            deps.cri.remove_image(image["config"])
        except CriError:
            continue
        freed += int(image["size"])
    return freed


PAUSE = "/pause@"  # pinned: sandboxes are made of it
