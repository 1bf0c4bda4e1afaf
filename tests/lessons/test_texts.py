"""The prose of a lesson is cut at its headings."""

import pytest

from lessons.texts import TextError, parse

TEXT = """# Title

Intro.

## First {#first}

Body.

```console
# not a heading
```

### Missing {#pod}
No Pod.

### Hint
One.

### Hint
Two.

## Oops {#oops}
Answer.

## Debrief
End.
"""


def test_parts_are_found():
    lesson = parse(TEXT, frozenset({"oops"}))
    assert (lesson.title, lesson.intro, lesson.debrief) == ("Title", "Intro.", "End.")
    assert lesson.steps["first"].body == "Body.\n\n```console\n# not a heading\n```"
    assert lesson.steps["first"].missing == {"pod": "No Pod."}
    assert lesson.steps["first"].hints == ["One.", "Two."]
    assert lesson.mistakes == {"oops": "Answer."}


@pytest.mark.parametrize("text", ["text first\n# Title", "# Title\n### Hint\nof nothing", "# T\n## A\nx\n## B\ny"])
def test_what_belongs_to_nothing_is_refused(text):
    with pytest.raises(TextError):
        parse(text)
