"""Who may open a socket: the same question for each of them."""

from typing import Any

from channels.db import database_sync_to_async

from labsite.access import gate, table
from labsite.access.roles import Role

# The codes with which a socket is closed (RFC 6455 leaves those from 4000 on to us).
NOT_LOGGED_IN, NOT_FOUND = 4401, 4404


async def asked(scope: dict[str, Any], name: str) -> tuple[Role, int]:
    """The visitor's role for the socket *name* (access/table.py), and the code with which it is to be closed; 0: they may be here."""
    visitor = scope["user"]
    if not visitor.is_authenticated:
        return Role.STRANGER, NOT_LOGGED_IN
    role = await database_sync_to_async(gate.role_for)(table.SOCKETS, name, visitor, scope["url_route"]["kwargs"])
    return role, 0 if gate.may(table.SOCKETS, name, role) else NOT_FOUND
