"""The table of who may do what: whole, and kept row by row for each role and for a stranger."""

import msgspec
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import Settings

from labsite.access import gate, table
from labsite.access.roles import Role
from labsite.accounts.models import User
from labsite.celery import app
from labsite.classes import assignments, looking
from labsite.classes.models import Classroom, Seat
from labsite.console import messages, routing
from labsite.sandboxes import engine, keeping
from labsite.webhooks.models import Hook
from tests.labsite.classes import cast

pytestmark = pytest.mark.django_db
PASSWORD, LESSON = "correct-horse-battery", "what-a-pod-is"


def names(resolver: URLResolver) -> list[str]:
    """The names of all addresses below *resolver*; an address without a name is named by its pattern."""
    found: list[str] = []
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            found.append(each.name or str(each.pattern))
        else:
            found += names(each)
    return found


def person(role: Role) -> User | None:
    """Somebody with a role on the site."""
    if role == Role.STRANGER:
        return None
    site = Role.LEARNER if role == Role.ASSISTANT else role  # assistants are so in a class alone
    return User.objects.create_user(f"the-{role}", password=PASSWORD, role=site)


def browser(user: User | None) -> Client:
    """The browser of somebody who is logged in, or not."""
    client = Client()
    if user:
        client.force_login(user)
    return client


def test_every_page_is_in_the_table_and_the_table_has_no_other() -> None:
    assert sorted(names(get_resolver())) == sorted(table.PAGES)


def test_every_socket_is_in_the_table() -> None:
    assert [pattern.name for pattern in routing.urlpatterns] == list(table.SOCKETS)


def test_every_message_of_the_console_is_in_the_table() -> None:
    kinds = [str(kind.__struct_config__.tag) for kind in messages.FromBrowser.__args__]
    assert sorted(kinds) == sorted(table.MESSAGES)
    assert all(issubclass(kind, msgspec.Struct) for kind in messages.FromBrowser.__args__)


def test_every_task_is_in_the_table() -> None:
    app.loader.import_default_modules()
    assert sorted(name for name in app.tasks if name.startswith("labsite.")) == sorted(table.TASKS)


def test_what_is_not_in_the_table_nobody_may() -> None:
    assert not any(gate.may(table.PAGES, "no-such-page", role) for role in Role)


SITE_ROWS = [(name, role) for name, rule in table.PAGES.items() if rule.scope == "site" for role in Role]
PARTS = {
    "lesson": ["no-such"],
    "my-lesson": ["no-such"],
    "my-lesson-zip": ["no-such", "0"],
    "my-lesson-version": ["no-such", "0"],
    "certificate": ["x"],
    "moment": ["x"],
    "appoint": [1],
    "password-link": [1],
    "password-choose": ["x", "y"],
    "lti-enter": ["x"],
    "lti-register": ["x"],
    "lti-platform": [1],
    "webhook": [1],
    "join-code": ["X"],
    "kinds": ["x"],
    "kind": ["x", "v1", "Pod"],
}


@pytest.mark.parametrize(("name", "role"), SITE_ROWS)
def test_pages_of_the_site_open_for_their_roles_alone(name: str, role: Role) -> None:
    site = Role.LEARNER if role == Role.ASSISTANT else role
    address = reverse(name, args=PARTS.get(name, []))
    answer = browser(person(role)).get(address)
    led_home = answer.status_code == 302 and answer.headers["Location"] == f"/?next={address}"
    refused = led_home or answer.status_code == 403
    assert refused == (site not in table.PAGES[name].roles)
    assert led_home == (refused and role == Role.STRANGER)


SANDBOX_PAGES = [name for name, rule in table.PAGES.items() if rule.scope == "sandbox"]


CLASS_ROWS = [(name, role) for name, rule in table.PAGES.items() if rule.scope == "class" for role in Role]


def sat(role: Role, room: Classroom) -> User | None:
    """Somebody with a role in a class; a stranger to it has one on the site, and a class of their own."""
    if role == Role.ADMINISTRATOR:
        return person(role)
    user = person(Role.INSTRUCTOR)
    assert user
    if role == Role.STRANGER:
        cast.classroom(user)
    else:
        Seat.objects.create(classroom=room, user=user, role=role, name=role)
    return user


@pytest.mark.parametrize(("name", "role"), CLASS_ROWS)
def test_pages_of_a_class_open_for_their_roles_in_it_alone(name: str, role: Role) -> None:
    room = cast.classroom(cast.teacher())
    alice = Seat.objects.create(classroom=room, user=User.objects.create_user("alice"), name="Alice")
    assignments.choose(room, {LESSON: ""})
    address = reverse(name, kwargs={"classroom": room.pk} | more_parts(name, room, alice))
    user = sat(role, room)
    opened = {browser(user).get(address).status_code, browser(user).post(address).status_code} - {405}
    assert (opened == {404}) == (role not in table.PAGES[name].roles or (name, role) == HAS_NO_SEAT)


def more_parts(name: str, room: Classroom, alice: Seat) -> dict[str, int | str]:
    """What else the address of a class's page names."""
    if name == "class-webhook":
        return {"hook": Hook.objects.create(classroom=room, owner=User.objects.get(username="teacher"), sealed=b"").pk}
    return {part: alice.pk if part == "seat" else value for part, value in MORE.get(name, {}).items()}


MARK: dict[str, int | str] = {"seat": 1, "lesson": LESSON}
MORE: dict[str, dict[str, int | str]] = {
    "class-seat": {"seat": 1},
    "class-webhook": {"hook": 1},
    **dict.fromkeys(("mark", "mark-change", "mark-comment"), MARK),
    "my-mark": {"lesson": LESSON},
}
HAS_NO_SEAT = ("leave-class", Role.ADMINISTRATOR)


@pytest.mark.parametrize("name", [name for name, rule in table.PAGES.items() if rule.scope == "class"])
def test_who_is_not_logged_in_sees_no_class(name: str) -> None:
    address = reverse(name, kwargs={"classroom": 1} | MORE.get(name, {}))
    assert browser(None).post(address).headers["Location"] == f"/?next={address}"


@pytest.mark.parametrize("name", SANDBOX_PAGES)
@pytest.mark.parametrize("role", list(Role))
def test_pages_of_a_sandbox_open_for_their_roles_in_it_alone(name: str, role: Role) -> None:
    alice = User.objects.create_user("alice")
    room = cast.classroom(cast.teacher())
    Seat.objects.create(classroom=room, user=alice, name="Alice")
    user = alice if role == Role.LEARNER else sat(role, room)
    answer = browser(user).post(reverse(name, args=[keeping.of(alice, "").pk]))
    assert (answer.status_code == 404) == (role not in table.PAGES[name].roles)


@pytest.mark.parametrize("name", SANDBOX_PAGES)
def test_classmates_and_strangers_find_no_sandbox(name: str) -> None:
    alice, bob = User.objects.create_user("alice"), User.objects.create_user("bob")
    room = cast.classroom(cast.teacher())
    for user in (alice, bob):
        Seat.objects.create(classroom=room, user=user, name=user.username)
    address = reverse(name, args=[keeping.of(alice, "").pk])
    assert browser(bob).post(address).status_code == 404
    assert browser(None).post(address).headers["Location"] == f"/?next={address}"


def test_who_looks_is_led_back_to_the_room_of_the_class_that_they_teach() -> None:
    alice, head = User.objects.create_user("alice"), cast.teacher()
    other, mine = cast.classroom(head), cast.classroom(head)
    Seat.objects.create(classroom=other, user=alice, name="A.")
    Seat.objects.create(classroom=mine, user=alice, name="Alice W.")
    page = browser(sat(Role.ASSISTANT, mine)).get(reverse("look", args=[keeping.of(alice, "").pk])).content.decode()
    assert "shoulder of Alice W." in page
    assert reverse("room", args=[mine.pk]) in page
    assert reverse("room", args=[other.pk]) not in page


def test_each_field_of_a_fault_has_a_name_and_an_example() -> None:
    for kind in looking.faults().values():
        assert kind["called"].keys() == kind["examples"].keys() == kind["fields"].keys()
        assert all(kind["examples"][name] for name in kind["needs"])


def test_the_first_administrator_is_made_by_one_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMINISTRATOR_PASSWORD", PASSWORD)
    call_command("first_administrator", "head")
    head = User.objects.get()
    assert (head.role, head.check_password(PASSWORD)) == ("administrator", True)
    with pytest.raises(CommandError, match="already"):
        call_command("first_administrator", "other")


def test_no_weak_password_makes_an_administrator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMINISTRATOR_PASSWORD", "12345678")
    with pytest.raises(CommandError, match="too common"):
        call_command("first_administrator", "head")
    assert not User.objects.exists()


def test_an_administrator_appoints_others_but_cannot_step_down() -> None:
    head, alice = person(Role.ADMINISTRATOR), person(Role.LEARNER)
    assert head
    assert alice
    client = browser(head)
    client.post(reverse("appoint", args=[alice.pk]), {"role": "instructor"})
    client.post(reverse("appoint", args=[head.pk]), {"role": "learner"})
    client.post(reverse("appoint", args=[alice.pk]), {"role": "king"})
    alice.refresh_from_db()
    head.refresh_from_db()
    assert (alice.role, head.role) == ("instructor", "administrator")
    assert b"the-learner" in client.get(reverse("people")).content


def test_somebody_whose_account_is_closed_is_a_stranger(settings: Settings) -> None:
    alice = person(Role.LEARNER)
    assert alice
    alice.is_active = False
    assert gate.role_for(table.PAGES, "catalogue", alice, {}) == Role.STRANGER


def test_who_looks_at_a_lab_of_another_release_is_offered_the_room_and_not_to_begin_it_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "readable", lambda sandbox: False)
    alice, head = User.objects.create_user("alice"), cast.teacher()
    room, lab = cast.classroom(head), keeping.of(alice, "").pk
    Seat.objects.create(classroom=room, user=alice, name="Alice")
    looked, own = (browser(who).get(reverse(name, args=[lab])) for who, name in ((head, "look"), (alice, "lab")))
    anew, back = f'action="{reverse("anew", args=[lab])}"', f'href="{reverse("room", args=[room.pk])}"'
    assert [text in page.content.decode() for page in (looked, own) for text in (anew, back)] == [
        False,
        True,
        True,
        False,
    ]
