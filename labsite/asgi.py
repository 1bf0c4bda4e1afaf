"""The way in for HTTP and WebSockets: browsers through Django, tools outside through the door."""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labsite.settings")

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

http = get_asgi_application()  # sets Django up, which the sockets' modules need

from labsite.console import routing  # noqa: E402
from labsite.door import http as door  # noqa: E402
from labsite.door.sockets import Door  # noqa: E402
from labsite.door.visits import PREFIX  # noqa: E402

sockets = AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(routing.urlpatterns)))
outside = Door.as_asgi()


async def http_or_door(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """HTTP."""
    await (door.application if scope["path"].startswith(PREFIX) else http)(scope, receive, send)


async def sockets_or_door(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """WebSockets. Tools send no origin, and no cookie could be stolen by one."""
    await (outside if scope["path"].startswith(PREFIX) else sockets)(scope, receive, send)


application = ProtocolTypeRouter(
    {
        "http": http_or_door,
        "websocket": sockets_or_door,
    }
)
