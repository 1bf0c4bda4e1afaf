"""Addresses of the WebSockets."""

from django.urls import path

from labsite.console.consumer import Console

urlpatterns = [path("ws/sandboxes/<uuid:sandbox>/", Console.as_asgi(), name="console")]
