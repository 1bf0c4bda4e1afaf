"""For all tests: a mistake of the simulator's own fails the test that meets it, instead of being contained."""

from simulator.kernel.world import World

World.strict = True
