"""A class, who teaches it, and browsers."""

from django.test import Client
from django.urls import reverse

from labsite.accounts.models import User
from labsite.classes.models import Classroom, Seat

PASSWORD = "correct-horse-battery"


def teacher(name: str = "teacher") -> User:
    """Somebody who may make classes."""
    return User.objects.create_user(name, password=PASSWORD, role="instructor")


def classroom(by: User, name: str = "Pods 101") -> Classroom:
    """A class that *by* teaches."""
    made = Classroom.objects.create(name=name)
    Seat.objects.create(classroom=made, user=by, role="instructor", name=by.username)
    return made


def browser(user: User | None = None) -> Client:
    """A browser, in which *user* is logged in."""
    client = Client()
    if user:
        client.force_login(user)
    return client


def join(code: str, name: str, client: Client | None = None, **more: str) -> Client:
    """A browser with which somebody has joined, or tried to."""
    client = client or Client()
    client.post(reverse("join"), {"code": code, "name": name, **more})
    return client


def user_of(client: Client) -> User:
    """Who is logged in there."""
    return User.objects.get(pk=client.session["_auth_user_id"])
