"""Addresses of the WebSockets."""

from django.urls import path

from labsite.authoring.sockets import Desk
from labsite.classes.following import Follower
from labsite.classes.sockets import Room
from labsite.console.consumer import Console
from labsite.grades.sockets import Gradebook

urlpatterns = [
    path("ws/sandboxes/<uuid:sandbox>/", Console.as_asgi(), name="console"),
    path("ws/classes/<int:classroom>/", Room.as_asgi(), name="room-socket"),
    path("ws/classes/<int:classroom>/grades/", Gradebook.as_asgi(), name="grades-socket"),
    path("ws/classes/<int:classroom>/demonstration/", Follower.as_asgi(), name="demonstration-socket"),
    path("ws/drafts/<uuid:draft>/", Desk.as_asgi(), name="draft-socket"),
]
