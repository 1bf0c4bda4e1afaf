"""Addresses of the pages about the door; the door itself is below /clusters/, beside Django (see http.py)."""

from django.urls import path

from labsite.door import views

urlpatterns = [
    path("labs/<uuid:sandbox>/kubeconfig", views.download, name="kubeconfig"),
    path("labs/<uuid:sandbox>/kubeconfig/revoke", views.revoke, name="revoke-kubeconfigs"),
]
