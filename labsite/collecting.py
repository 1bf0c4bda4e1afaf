"""When Python looks for garbage: a process that simulates makes much that lives long, and little that only the collector finds."""

import gc

YOUNG = 20_000  # objects made, less those freed, before the youngest are looked through; a command makes some thousands


def settle() -> None:
    """Never look again through what is loaded by now, and seldom through what is made from here on."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)
