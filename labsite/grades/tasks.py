"""Marking a whole class: a task for each lesson, so that none takes long, whatever the size of the class."""

from labsite.celery import app
from labsite.grades import reckoning


@app.task
def reckon(classroom: int, lesson: str) -> None:
    """Mark everybody's work in a lesson anew."""
    reckoning.reckon(classroom, lesson=lesson)
