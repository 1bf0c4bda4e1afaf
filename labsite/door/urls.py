"""Addresses of the pages about the door; the door itself is below /clusters/, beside Django (see http.py)."""

from django.urls import path

from labsite.door import views

urlpatterns = [
    path("labs/<uuid:sandbox>/kubeconfig", views.download, name="kubeconfig"),
    path("labs/<uuid:sandbox>/kubeconfig/revoke", views.revoke, name="revoke-kubeconfigs"),
    path("labs/<uuid:sandbox>/look/kubeconfig", views.download_to_look, name="look-kubeconfig"),
    path("labs/<uuid:sandbox>/look/kubeconfig/revoke", views.revoke_to_look, name="look-revoke-kubeconfigs"),
]
