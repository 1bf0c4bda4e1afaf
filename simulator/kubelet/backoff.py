"""How long the kubelet waits before it starts a container or pulls an image again."""

from simulator.client.backoff import Backoff
from simulator.kernel.units import SECOND

BACKOFF = Backoff(10 * SECOND, 300 * SECOND)
