"""Marks."""

from importlib import import_module

from django.apps import AppConfig


class GradesConfig(AppConfig):
    """Marks: what a learner's work is worth to their classes, and why."""

    name = "labsite.grades"
    label = "grades"

    def ready(self) -> None:
        """Hear of every turn, of who comes into a class, and of what a class does; what hears it needs the models."""
        turns, desks = import_module("labsite.sandboxes.turn"), import_module("labsite.classes.desks")
        assignments, recording = (
            import_module("labsite.classes.assignments"),
            import_module("labsite.grades.recording"),
        )
        turns.happened.connect(recording.hear, dispatch_uid="grades")
        desks.came.connect(recording.hear_of_seat, dispatch_uid="grades")
        assignments.arranged.connect(recording.hear_of_lessons, dispatch_uid="grades")
