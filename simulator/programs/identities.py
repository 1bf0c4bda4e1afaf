"""Servers that begin as root and go on as somebody else (the images' docker-entrypoint.sh with gosu; nginx's and Apache's workers)."""

from typing import NamedTuple

from simulator.programs.names import user_group, user_number
from simulator.runtime.syscalls import Stat, Sys

MOST_OWNED = 500  # files that an entrypoint hands over


class User(NamedTuple):
    """A user and the main group."""

    uid: int
    gid: int


def known(sys: Sys, name: str) -> User | None:
    """The user of that name, if the image has one and I am root, who may become it."""
    uid = user_number(sys, name) if sys.uid == 0 else None
    return User(uid, user_group(sys, uid) or 0) if uid is not None else None


def become(sys: Sys, user: User) -> None:
    """Go on as *user*, and in no other groups; raises UnixError."""
    sys.set_user(user.uid, user.gid, (user.gid,))


def hand_over(sys: Sys, folder: str, user: User) -> None:
    """Give a folder and all in it to *user*, where it is another's; raises UnixError."""
    left, done = [folder], 0
    while left and done < MOST_OWNED:
        path = left.pop()
        found = sys.stat(path, follow=False)
        if found.uid != user.uid:
            sys.chown(path, user.uid, -1)
        if found.kind == "dir":
            left += [f"{path.rstrip('/')}/{name}" for name in sys.listdir(path)]
        done += 1


def may_read(user: User | None, found: Stat) -> bool:
    """Whether *user* may read a file; None is whoever runs the server."""
    if user is None:
        return True
    shift = 6 if found.uid == user.uid else 3 if found.gid == user.gid else 0
    return bool(found.mode >> shift & 4)
