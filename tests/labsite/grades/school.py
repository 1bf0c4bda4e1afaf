"""A class as large as they come: every learner has a mark for every lesson of the course."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils import timezone

from labsite.accounts.models import User
from labsite.classes import assignments
from labsite.classes.models import Classroom, Seat
from labsite.grades.models import Attempt, Grade
from labsite.sandboxes.models import Sandbox
from lessons import catalogue
from lessons.catalogue import Lesson

LEARNERS = 300
MOMENT = [1_800_000_000_000_000, 5_000_000, 0, 3]
NAMES = ("张伟", "Zoë O'Neill", "李娜", "Ann Lee", "=1+1")


def seated(room: Classroom, learners: int = LEARNERS) -> list[Seat]:
    """Learners with names and numbers, in the class."""
    users = User.objects.bulk_create(User(username=f"learner{number}") for number in range(learners))
    names = [f"{NAMES[number % len(NAMES)]} {number}" for number in range(learners)]
    pairs = enumerate(zip(users, names, strict=True))
    return Seat.objects.bulk_create(
        Seat(classroom=room, user=user, name=name, number=f"{number:04}") for number, (user, name) in pairs
    )


def begun(seats: Iterable[Seat], lessons: Iterable[Lesson]) -> None:
    """An attempt of everybody's at every lesson, with its first step reached."""
    pairs = [(seat, lesson) for seat in seats for lesson in lessons]
    rows = Sandbox.objects.bulk_create(
        (Sandbox(owner_id=seat.user_id, lesson=lesson.slug) for seat, lesson in pairs), 500
    )
    attempts = [
        Attempt(sandbox=row, started=timezone.now(), facts=facts(lesson), hints={lesson.steps[0].id: 2})
        for row, (_, lesson) in zip(rows, pairs, strict=True)
    ]
    Attempt.objects.bulk_create(attempts, 500)


def facts(lesson: Lesson) -> dict[str, object]:
    """The first step is reached."""
    step = lesson.steps[0]
    return {
        step.id: {
            "reached": MOMENT,
            "worked": 0,
            "hints": 2,
            "skipped": False,
            "checks": dict.fromkeys(step.weights, MOMENT),
        }
    }


def marked(room: Classroom, learners: int = LEARNERS) -> list[Seat]:
    """The class does the whole course, and every cell of its gradebook has a mark."""
    lessons = list(catalogue.lessons().values())
    assignments.choose(room, {lesson.slug: "" for lesson in lessons})
    seats = seated(room, learners)
    Grade.objects.bulk_create(
        (
            Grade(
                seat=seat,
                lesson=lesson.slug,
                points=Decimal("1.25"),
                of=8,
                done=2,
                steps=len(lesson.steps),
                updated=timezone.now(),
            )
            for seat in seats
            for lesson in lessons
        ),
        500,
    )
    return seats
