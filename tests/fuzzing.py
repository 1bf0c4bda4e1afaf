"""How much the tests that make up their inputs try: a little each time, or as much as PODLAB_FUZZ says."""

import os


def rounds(usual: int) -> int:
    """How many inputs a test makes up."""
    return int(os.environ.get("PODLAB_FUZZ") or usual)
