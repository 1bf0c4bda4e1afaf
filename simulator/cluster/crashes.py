"""What becomes of a component that fails in a way nobody foresaw: it drops what it was at, and says so (util/runtime HandleCrash)."""

from simulator.apiserver.server import APIServer
from simulator.client.recorder import Recorder
from simulator.kernel.world import World

REASON = "ComponentFailed"
WORDS = "not simulated here: {component} failed at {key!r} ({error}) and dropped it; everything else goes on"
LONGEST = 200


class Crashes:
    """One wake-up that always fails must not stop the clock of the cluster: it is dropped, the mistake is told outside, and the
    learner finds an event."""

    def __init__(self, world: World, api: APIServer) -> None:
        self.world = world
        self.api = api

    def happened(self, component: str, key: str, error: Exception) -> None:
        """*component* failed at *key*; raised again in tests (`World.strict`)."""
        if self.world.strict:
            raise error
        self.world.mistake(component, key, error)
        try:
            self.record(component, key, error)
        except Exception as second:  # the store itself may be what fails
            self.world.mistake("events", key, second)

    def record(self, component: str, key: str, error: Exception) -> None:
        """An event in the namespace `default`, where those of whatever has no namespace are kept."""
        about = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}}
        message = WORDS.format(component=component, key=key[:LONGEST], error=type(error).__name__)
        Recorder(self.world, self.api, component).event(about, "Warning", REASON, message)
