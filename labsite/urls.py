"""Addresses of the site. They are the same in every language."""

from django.urls import include, path

from labsite import health

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("labsite.accounts.urls")),
    path("", include("labsite.hosting.urls")),
    path("", include("labsite.door.urls")),
    path("", include("labsite.classes.urls")),
    path("", include("labsite.grades.urls")),
    path("", include("labsite.authoring.urls")),
    path("", include("labsite.lti.urls")),
    path("", include("labsite.analytics.urls")),
    path("", include("labsite.webhooks.urls")),
    path("", include("labsite.oidc.urls")),
    path("", include("labsite.pages.urls")),
]
