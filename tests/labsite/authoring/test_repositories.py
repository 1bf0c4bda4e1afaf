"""Lessons out of a git repository somewhere else, as an author fetches them by a form."""

import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import Settings

from labsite import limits
from labsite.accounts.models import User
from labsite.authoring import arriving, drafts
from labsite.authoring.models import Draft
from labsite.outside import requests
from lessons.skeleton import FILES
from tests.labsite.classes import cast

pytestmark = pytest.mark.django_db
IDENTITY = {f"GIT_{who}_{what}": "a@a" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def git(folder: Path, *words: str) -> str:
    """What git prints."""
    env = {**os.environ, **IDENTITY}
    return subprocess.run(["git", *words], cwd=folder, check=True, env=env, capture_output=True, text=True).stdout


class Served(BaseHTTPRequestHandler):
    """Git over HTTP, by git's own program for it; of the repositories below *root*."""

    root: Path

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        environment = {
            "GIT_PROJECT_ROOT": str(self.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        done = subprocess.run(["git", "http-backend"], input=body, env=os.environ | environment, stdout=subprocess.PIPE)
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        fields = [line.split(": ", 1) for line in head.decode().split("\r\n")]
        self.send_response(int(dict(fields).get("Status", "200").split()[0]))
        for field, value in fields:
            self.send_header(field, value)
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is to be read here."""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a repository on this machine: two lessons, and another branch."""
    folder = tmp_path / "course"
    for lesson in ("one/first", "two/second"):
        (folder / lesson).mkdir(parents=True)
        for name, text in FILES.items():
            (folder / lesson / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / lesson / name).write_text(text)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "Lessons")
    git(folder, "checkout", "-q", "-b", "next")
    git(folder, "mv", "one/first", "one/newer")
    git(folder, "commit", "-q", "-m", "Newer")
    git(folder, "checkout", "-q", "main")
    monkeypatch.setattr(Served, "root", tmp_path, raising=False)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Served)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/course/.git"
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def checks(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """Nothing is checked here, and this machine may be reached."""
    settings.PRIVATE_TARGETS = True
    monkeypatch.setattr(arriving, "begin", lambda row, parcel: None)
    monkeypatch.setattr(drafts, "publish", lambda group, message: None)
    monkeypatch.setattr(limits, "allowed", lambda *given: True)


@pytest.fixture
def author() -> User:
    return cast.teacher()


def fetch(author: User, **fields: str) -> str:
    """The page after the form was sent."""
    return cast.browser(author).post(reverse("fetch-lesson"), fields, follow=True).content.decode()


def slugs() -> set[str]:
    """Of all drafts."""
    return {row.slug for row in Draft.objects.all()}


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({}, {"first", "second"}),
        ({"folder": "two"}, {"second"}),
        ({"folder": "/one/first/"}, {"first"}),
        ({"branch": "next"}, {"newer", "second"}),
    ],
)
def test_the_lessons_of_a_repository_become_drafts(
    author: User, repository: str, fields: dict[str, str], found: set[str]
) -> None:
    fetch(author, url=repository, **fields)
    assert slugs() == found


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"folder": "three"}, "The repository has no folder three."),
        ({"branch": "gone"}, "git says: "),
        ({"branch": "-u/bin/id"}, "This is no name of a branch or a folder."),
        ({"folder": "a\nb"}, "This is no name of a branch or a folder."),
    ],
)
def test_what_is_not_there_is_said(author: User, repository: str, fields: dict[str, str], said: str) -> None:
    assert said in fetch(author, url=repository, **fields)
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://git.school.example/a.git", "The address must begin with https://."),
        ("file:///etc", "This is no address that begins with https://."),
        ("ext::sh -c id", "This is no address that begins with https://."),
        ("https://a:b@git.school.example/a", "This is no address that begins with https://."),
        ("https://127.0.0.1/a.git", "inside a private network"),
        ("https://[::1]/a.git", "inside a private network"),
        ("https://10.0.0.7:8443/a.git", "inside a private network"),
        ("", "This is no address that begins with https://."),
    ],
)
def test_only_the_world_is_asked_and_by_https_alone(author: User, settings: Settings, url: str, said: str) -> None:
    settings.PRIVATE_TARGETS = False
    assert said in fetch(author, url=url)


def test_why_nothing_came_is_said_in_the_authors_language(
    author: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PRIVATE_TARGETS = False
    with translation.override("zh-hans"):
        assert arriving.said(requests.Unreachable(arriving.INSIDE)).startswith("该域名指向专用网络")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *given, **more: unknown())
    page = fetch(author, url="https://git.school.example/a.git")
    assert "https://git.school.example/a.git: Nobody knows this name." in page
    assert 'class="notice bad" role="alert"' in page


def unknown() -> None:
    """No server for names knows it."""
    raise socket.gaierror(-2, "Name or service not known")


def test_a_name_is_asked_once_and_git_is_told_what_it_means(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(0, 0, 0, "", (address, 443)) for address in ("192.168.0.1", "1.1.1.1", "2606:4700::1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *given, **more: found)
    assert requests.pinned("https://git.school.example/a", private=False) == (
        "git.school.example:443:1.1.1.1,[2606:4700::1]"
    )


def test_nobody_fetches_too_often_and_only_who_makes_lessons(
    author: User, repository: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner = Client()
    learner.force_login(User.new_guest(), "django.contrib.auth.backends.ModelBackend")
    assert learner.post(reverse("fetch-lesson"), {"url": repository}).status_code in (302, 403, 404)
    assert not Draft.objects.exists()
    monkeypatch.setattr(limits, "allowed", lambda *given: False)
    assert "Too often" in fetch(author, url=repository)


def test_the_form_is_there_only_where_something_can_come_of_it(author: User, settings: Settings) -> None:
    def offered() -> bool:
        return reverse("fetch-lesson") in cast.browser(author).get(reverse("drafts")).content.decode()

    settings.PRIVATE_TARGETS = False
    assert offered()
    settings.LESSON_SOURCES = ["file"]
    assert not offered()
