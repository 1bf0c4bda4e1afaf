"""The site's settings for tests of the door: the simulator behind it, static files as they are."""

from tests.labsite.settings import *  # noqa: F403

LAB_CLASS = "simulator.lab.Lab"
