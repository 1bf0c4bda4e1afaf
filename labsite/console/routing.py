"""Addresses of the WebSockets."""

from django.urls import path

from labsite.authoring.sockets import Desk
from labsite.classes.sockets import Room
from labsite.console.consumer import Console

urlpatterns = [
    path("ws/sandboxes/<uuid:sandbox>/", Console.as_asgi(), name="console"),
    path("ws/classes/<int:classroom>/", Room.as_asgi(), name="room-socket"),
    path("ws/drafts/<uuid:draft>/", Desk.as_asgi(), name="draft-socket"),
]
