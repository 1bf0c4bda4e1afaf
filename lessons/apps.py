"""The school."""

from django.apps import AppConfig
from django.utils.module_loading import import_string

from lessons import catalogue

SHELF = (
    "lessons.shelf.folders",
    "lessons.shelf.published",
)  # they know models, which are not there before all apps are


class LessonsConfig(AppConfig):
    """Lessons, those that are written here included."""

    name = "lessons"

    def ready(self) -> None:
        catalogue.shelf = catalogue.Shelf(*map(import_string, SHELF))
