"""What the messages are made of: types with their limits."""

from typing import Annotated, Literal

import msgspec

from labsite.sandboxes.clock import FASTEST

# PostgreSQL stores no NUL, and no name or text file has one.
NO_NUL = "^[^\\x00]*$"

Id = Annotated[str, msgspec.Meta(max_length=64, pattern=NO_NUL)]
Terminal = Annotated[str, msgspec.Meta(min_length=1, max_length=16, pattern="^[a-z0-9-]+$")]
Name = Annotated[str, msgspec.Meta(max_length=253, pattern=NO_NUL)]
Path = Annotated[str, msgspec.Meta(min_length=1, max_length=4096, pattern=NO_NUL)]
Line = Annotated[str, msgspec.Meta(max_length=65_536)]
Keys = Annotated[str, msgspec.Meta(min_length=1, max_length=4096)]
Content = Annotated[str, msgspec.Meta(max_length=1 << 20, pattern=NO_NUL)]
Answers = Annotated[list[Annotated[str, msgspec.Meta(max_length=200, pattern=NO_NUL)]], msgspec.Meta(max_length=12)]
Columns = Annotated[int, msgspec.Meta(ge=2, le=500)]
Rows = Annotated[int, msgspec.Meta(ge=1, le=300)]

Branch = Annotated[int, msgspec.Meta(ge=0, le=1 << 30)]
Virtual = Annotated[int, msgspec.Meta(ge=0, le=1 << 60)]
Number = Annotated[int, msgspec.Meta(ge=0, le=1 << 62)]
Speed = Annotated[int, msgspec.Meta(ge=1, le=FASTEST)]
Seconds = Annotated[int, msgspec.Meta(ge=0, le=30 * 86_400)]
Few = Annotated[int, msgspec.Meta(ge=0, le=3600)]
Title = Annotated[str, msgspec.Meta(max_length=80, pattern=NO_NUL)]
Word = Annotated[str, msgspec.Meta(max_length=64, pattern=NO_NUL)]
View = Literal["", "describe", "log", "yaml", "conditions", "events", "files", "processes"]
Uuid = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
LAST = 1 << 62  # as the number of an input: the last at that time


class Message(msgspec.Struct, tag_field="type", forbid_unknown_fields=True, frozen=True):
    """What a browser says."""


class Input(Message, frozen=True, kw_only=True):
    """What goes into the cluster, and happens once for each id."""

    id: Id = ""


class Moment(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A moment of the cluster's history."""

    branch: Branch
    at: Virtual
    number: Number = LAST
