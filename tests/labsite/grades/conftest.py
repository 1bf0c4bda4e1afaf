"""What the tests of marks share."""

from collections.abc import Iterator

import pytest

from labsite.celery import app


@pytest.fixture
def at_once() -> Iterator[None]:
    """What is asked of workers is done at once."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False
