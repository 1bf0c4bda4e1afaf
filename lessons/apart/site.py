"""A lesson played through the site itself, as browsers do it, on a site in memory that is there for nothing else. The process in which
this is done can do nothing else afterwards."""

import os
from tempfile import TemporaryDirectory

import django
from django.conf import settings
from django.utils.module_loading import import_string

from lessons import catalogue
from lessons.catalogue import Lesson

SETTINGS = "labsite.settings"


def problems(lesson: Lesson, seed: int) -> list[str]:
    """What goes otherwise on the site than the solution says. One with the name of a lesson of the course cannot be tried."""
    with TemporaryDirectory(prefix="podlab-site-") as place:
        os.environ |= {"DJANGO_SETTINGS_MODULE": SETTINGS, "VAR_DIR": place, "LOG_LEVEL": "ERROR"}
        django.setup()
        if lesson.slug in catalogue.lessons():
            return []
        catalogue.shelf = catalogue.Shelf(find=lambda slug: lesson.folder if slug == lesson.slug else None)
        with import_string(settings.LESSON_CONSOLE)() as on_site:
            found: list[str] = on_site(lesson, seed)
            return found
