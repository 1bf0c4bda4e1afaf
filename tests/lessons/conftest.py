"""What the tests of lessons share: a lesson that can be broken."""

from pathlib import Path

import pytest

from lessons import catalogue, skeleton, stamps
from lessons.proof import all_problems


class Draft:
    """The folder of a lesson under test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def change(self, name: str, old: str, new: str) -> "Draft":
        """Replace *old*, which must be there, in a file."""
        text = (self.folder / name).read_text()
        assert old in text
        (self.folder / name).write_text(text.replace(old, new, 1))
        return self

    def write(self, name: str, text: str) -> "Draft":
        """Write a file anew."""
        (self.folder / name).write_text(text)
        return self

    def stamp(self) -> "Draft":
        """Say that the translation is up to date."""
        stamps.write(self.folder, catalogue.LANGUAGES)
        return self

    def load(self) -> catalogue.Lesson:
        """The lesson."""
        return catalogue.load(self.folder)

    def load_for(self, seed: int) -> catalogue.Lesson:
        """The lesson of the learner whose cluster has that seed."""
        return catalogue.load(self.folder, seed)

    def problems(self) -> list[str]:
        """What is wrong with it."""
        return all_problems(self.load())

    def refusal(self) -> str:
        """Why it cannot even be loaded."""
        with pytest.raises(catalogue.LessonError) as caught:
            self.load()
        return str(caught.value)


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    """The lesson that `manage.py lessons new` makes."""
    return Draft(skeleton.create(tmp_path, "new"))
