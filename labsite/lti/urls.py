"""Addresses of LTI. Platforms know the first five."""

from django.urls import path

from labsite.lti import courses, joining, launching, pages, platforms

urlpatterns = [
    path("lti/login/", launching.begin, name="lti-login"),
    path("lti/launch/", launching.launch, name="lti-launch"),
    path("lti/deep/", launching.launch, name="lti-deep"),
    path("lti/keys/", pages.keys, name="lti-keys"),
    path("lti/register/<str:token>/", joining.register, name="lti-register"),
    path("lti/enter/<str:ticket>/", launching.enter, name="lti-enter"),
    path("lti/pick/", launching.pick, name="lti-pick"),
    path("lti/", platforms.page, name="lti-platforms"),
    path("lti/platforms/<int:platform>/", platforms.change, name="lti-platform"),
    path("classes/<int:classroom>/lti/", courses.page, name="class-lti"),
]
