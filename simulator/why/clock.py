"""Times and spans as links carry them: data that reads the same in every language."""

from simulator.api.durations import go
from simulator.api.timestamps import parse, strftime
from simulator.kernel.units import SECOND
from simulator.why.inquiry import Inquiry


def span(microseconds: int) -> str:
    """`5m0s`, in whole seconds, as Kubernetes writes durations."""
    return go(-(-microseconds // SECOND) * SECOND)


def clock_of(inquiry: Inquiry, at: int) -> str:
    """The time of day (UTC) on the cluster's calendar at virtual time *at*."""
    return strftime(inquiry.unix - inquiry.now + at, "%H:%M:%S")


def since(inquiry: Inquiry, stamp: str | None) -> str:
    """How long ago a time of the API was; empty if there is none."""
    return span(max(inquiry.unix - parse(stamp), 0)) if stamp else ""
