"""For all tests: a mistake of the simulator's own fails the test that meets it, instead of being contained; a busy machine fails none."""

from hypothesis import HealthCheck, settings

from simulator.kernel.world import World

World.strict = True
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
