"""What is said to see the cluster, and to understand it.

picture.wanted      {}
focus.moved         {namespace, pod, container, resource?, view?, path?}   which Pod's (or other resource's) describe text, log and
                    open view ("yaml", "conditions", "events", "files" at path, "processes") this page is to show; who looks over a
                    learner's shoulder, and names none, goes along with the learner
why.wanted          {id, about, ..., moment?}       why something is so; about: "object" (resource, namespace, name), "condition"
                    (of the same: condition, its type), "event" (namespace, name) or "command" (terminal: the last line there
                    that failed)
lives.wanted        {moment?}                       which Pods there are and were
life.wanted         {id, pod, uid, moment?}         what happened to one, up to now or to the moment
"""

from typing import Annotated, Literal

import msgspec

from labsite.console.messages.base import NO_NUL, Id, Message, Moment, Name, Path, View


class PictureWanted(Message, tag="picture.wanted", frozen=True):
    """The browser has lost the thread."""


class FocusMoved(Message, tag="focus.moved", frozen=True):
    """Another Pod, or another thing of the map, is to be shown; an empty name: none."""

    namespace: Name
    pod: Name
    container: Name = ""
    resource: Name = "pods"
    view: View = ""
    path: Path = "/"


class WhyWanted(Message, tag="why.wanted", frozen=True):
    """Why is that so?"""

    id: Id
    about: Literal["object", "condition", "event", "command"]
    resource: Name = ""
    namespace: Name = ""
    name: Name = ""
    condition: Annotated[str, msgspec.Meta(max_length=316, pattern=NO_NUL)] = ""
    terminal: Annotated[str, msgspec.Meta(max_length=16, pattern="^[a-z0-9-]*$")] = ""
    moment: Moment | None = None


class LivesWanted(Message, tag="lives.wanted", frozen=True):
    """Which Pods were there?"""

    moment: Moment | None = None


class LifeWanted(Message, tag="life.wanted", frozen=True):
    """What happened to a Pod?"""

    id: Id
    pod: Annotated[str, msgspec.Meta(max_length=320, pattern=NO_NUL)]
    uid: Annotated[str, msgspec.Meta(max_length=36, pattern=NO_NUL)]
    moment: Moment | None = None


All = PictureWanted | FocusMoved | WhyWanted | LivesWanted | LifeWanted
