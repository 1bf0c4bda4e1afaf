"""The school."""

from django.apps import AppConfig
from django.utils.module_loading import import_string

from lessons import catalogue

# By name: they know models, which are not there before all apps are.
SHELF = ("lessons.shelf.folders", "lessons.shelf.published", "lessons.shelf.version")


class LessonsConfig(AppConfig):
    """Lessons, those that are written here included."""

    name = "lessons"

    def ready(self) -> None:
        catalogue.shelf = catalogue.Shelf(*map(import_string, SHELF))
