"""The prose of a lesson is cut at its headings."""

import pytest

from lessons.texts import Anchors, TextError, parse

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

### Hint {#port}
Another port.

### Question {#why}
Why?

#### Because {#because}
Yes.

## Oops {#oops}
Answer.

## Debrief
End.
"""


def test_parts_are_found():
    lesson = parse(TEXT, Anchors(frozenset({"oops"}), frozenset({"why"}), frozenset({"port"})))
    assert (lesson.title, lesson.intro, lesson.debrief) == ("Title", "Intro.", "End.")
    assert lesson.steps["first"].body == "Body.\n\n```console\n# not a heading\n```"
    assert lesson.steps["first"].missing == {"pod": "No Pod."}
    assert lesson.steps["first"].hints == ["One.", "Two."]
    assert lesson.steps["first"].clues == {"port": "Another port."}
    assert lesson.steps["first"].questions["why"].body == "Why?"
    assert lesson.steps["first"].questions["why"].answers == {"because": ("Because", "Yes.")}
    assert lesson.mistakes == {"oops": "Answer."}


def test_a_translation_says_what_it_is_one_of():
    assert parse("---\noriginal: 0123456789ab\n---\n# Title").original == "0123456789ab"


@pytest.mark.parametrize(
    "text",
    [
        "---\nwhat: 1\n---\n# Title",
        "---\n[\n---\n# Title",
        "text first\n# Title",
        "# Title\n### Hint\nof nothing",
        "# T\n## A\nx\n## B\ny",
    ],
)
def test_what_belongs_to_nothing_is_refused(text):
    with pytest.raises(TextError):
        parse(text)
