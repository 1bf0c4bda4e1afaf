"""Looking things up in the database for clients outside, each of whom asks often: on a connection that stays open."""

from collections.abc import Callable
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.db import InterfaceError, OperationalError, connection

Found = TypeVar("Found")


async def found(look: Callable[..., Found], *args: Any) -> Found:
    """What *look* finds, in the thread that such work is for. Opening a connection costs as much as asking."""
    return await sync_to_async(again_if_lost)(look, *args)


def again_if_lost(look: Callable[..., Found], *args: Any) -> Found:
    """What *look* finds; if the connection was lost since it was used last, on a new one. So *look* may do twice what it does."""
    try:
        return look(*args)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
        return look(*args)
