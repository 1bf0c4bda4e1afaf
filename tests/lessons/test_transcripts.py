"""The form of transcripts, and how their lines are compared."""

import pytest

from lessons.transcripts import Answer, Command, FileBlock, TranscriptError, matches, parse

TEXT = """---
title: A Pod
scenario:
  nodes:
  - {name: master, roles: [control-plane]}
---
Prose.

```yaml file=pod.yaml
kind: Pod
```

```console
$ kubectl apply -f - <<EOF
> kind: Pod
> EOF
error: no
[1]
$ true
```

```console host=node01
$ hostname
node01
```

```python
print("not executed")
```
"""


def test_blocks_become_files_and_commands():
    transcript = parse(TEXT)
    assert transcript.title == "A Pod"
    assert transcript.scenario["nodes"][0]["name"] == "master"
    assert transcript.steps == (
        FileBlock("pod.yaml", "kind: Pod\n", 9),
        Command("", "kubectl apply -f - <<EOF\nkind: Pod\nEOF", ("error: no",), 1, 14, (16, 18)),
        Command("", "true", (), 0, 19, (19, 19)),
        Command("node01", "hostname", ("node01",), 0, 23, (23, 24)),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("```console\n$ ls", "line 1: the block is not closed"),
        ("---\ntitle: [\n---\n", "line 1: the front matter cannot be read"),
        ("```console\nstray\n$ ls\n```\n", "line 2: output before the first command"),
    ],
)
def test_what_is_no_transcript_is_refused_with_its_line(text, message):
    with pytest.raises(TranscriptError, match=message):
        parse(text)


@pytest.mark.parametrize(
    ("expected", "actual", "same"),
    [
        (["a   b"], ["a b  "], True),
        (["age <age>"], ["age 3m38s"], True),
        (["age <age>"], ["age soon"], False),
        (["<ip>"], ["10.244.1.7"], True),
        (["web-<hash>-<hash>"], ["web-5d8f7c9b6-x2v4k"], True),
        (["<n> of <n>"], ["1 of 23"], True),
        (["x <any>"], ["x"], False),
        (["a.c"], ["abc"], False),
        (["...", "end"], ["1", "end", "2", "end"], True),
        (["...", "end"], ["end", "2"], False),
        (["a", "...", "b"], ["a", "b"], True),
        (["..."], [], True),
        (["a"], ["a", ""], True),
        ([], ["a"], False),
    ],
)
def test_expected_lines_match_what_they_describe(expected, actual, same):
    assert matches(expected, actual) is same


def test_a_question_is_answered_in_a_block_of_its_own():
    (answer,) = parse("```answer question=which\n b \n\nc\n```").steps
    assert answer == Answer("which", ("b", "c"), 1)


def test_an_answer_must_say_to_which_question():
    with pytest.raises(TranscriptError, match="line 1: which question"):
        parse("```answer\nb\n```")
