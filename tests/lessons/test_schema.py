"""The schema for editors and the lesson's own check refuse the same."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from django.core.management import call_command
from django.test import Client

from lessons import catalogue, schema
from lessons.catalogue import LessonError
from lessons.skeleton import FILES
from lessons.vocabulary import KINDS, MATCHERS, PARTS
from simulator.lab import FAULTS, Lab, ScenarioError

WHOLE = schema.schema()
YAML = FILES["lesson.yaml"]


def complaints(text: str) -> list[str]:
    """What the schema says."""
    validator = jsonschema.Draft202012Validator(WHOLE)
    return [error.message for error in validator.iter_errors(yaml.safe_load(text))]


def refused(text: str, place: Path) -> str:
    """What the lesson's own check says; empty if it takes the file."""
    for name, content in {**FILES, "lesson.yaml": text}.items():
        (place / name).write_text(content)
    try:
        lesson = catalogue.load(place)
        Lab.boot(lesson.scenario, seed=1, epoch=0)
    except (LessonError, ScenarioError) as error:
        return str(error)
    return ""


def with_check(check: str) -> str:
    """The lesson with another first check."""
    head, _check, tail = YAML.partition("  - id: pod\n")
    return f"{head}  - {check}\n  hints:{tail.partition('  hints:')[2]}"


def with_more(more: str) -> str:
    return f"{YAML}{more}\n"


CHECKS = {
    "no kind": "{id: a}",
    "two kinds": "{id: a, object: pods/default/web, file: /x}",
    "no id": "{object: pods/default/web}",
    "an unknown key": "{id: a, object: pods/default/web, were: {}}",
    "a key of another kind": "{id: a, file: /x, where: {a: b}}",
    "a weight of 0": "{id: a, file: /x, weight: 0}",
    "a weight that is no number": "{id: a, file: /x, weight: high}",
    "an unknown matcher": "{id: a, object: pods/default/web, where: {status.phase: {equals: Running}}}",
    "an unknown matcher inside": "{id: a, object: pods/default/web, where: {status.phase: {not: {like: x}}}}",
    "an unknown field of events": "{id: a, event: {reason: X, kind: Y}}",
    "an unknown field of logs": "{id: a, log: {pod: web, line: x}}",
    "exists that is neither": "{id: a, object: pods/default/web, exists: maybe}",
    "where that is a list": "{id: a, object: pods/default/web, where: [a]}",
    "all of nothing": "{id: a, all: []}",
    "a part that is none": "{id: a, all: [{object: pods/default/web, x: 1}]}",
    "without that is none": "{id: a, then: [{file: /x}, {file: /y}], without: {fil: /x}}",
    "otherwise that is none": "{id: a, file: /x, otherwise: [{id: b}]}",
    "a script that is none": "{id: a, script: [kubectl]}",
    "a host that is none": "{id: a, script: x, host: 5}",
}
WHOLES = {
    "an unknown key": with_more("order_: 3"),
    "no steps": YAML.partition("steps:")[0] + "steps: []\n",
    "a step without anything": YAML.replace("  questions:\n  - id: containers\n    number: 1\n", ""),
    "a difficulty of 4": YAML.replace("difficulty: 1", "difficulty: 4"),
    "no minutes": YAML.replace("minutes: 10\n", ""),
    "an id with a blank": YAML.replace("id: create", "id: 'to create'"),
    "a question of two kinds": YAML.replace("    number: 1\n", "    number: 1\n    choice: {a: true, b: false}\n"),
    "a question of no kind": YAML.replace("    number: 1\n", ""),
    "a choice of one": YAML.replace("    number: 1\n", "    choice: {a: true}\n"),
    "a choice that is neither": YAML.replace("    number: 1\n", "    choice: {a: right, b: wrong}\n"),
    "a mistake without try": YAML.replace("  try: [kubectl aply]\n", ""),
    "a hint's condition that is none": YAML.replace(
        'when: {command: "kubectl .*", output: {contains: does not', "when: {comand: x, output: {contains: does not"
    ),
    "values of one word": with_more("values: {app: [shop]}"),
    "values that end nowhere": with_more("values: {app: {from: 1}}"),
    "an unknown key of the scenario": with_more("scenario: {node: []}"),
    "an unknown key of a node": with_more("scenario: {nodes: [{name: a, roles: [control-plane], os: linux}]}"),
    "a node without a name": with_more("scenario: {nodes: [{roles: [control-plane]}]}"),
    "an unknown fault": with_more("scenario: {faults: [{type: flood}]}"),
    "a fault without its node": with_more("scenario: {faults: [{type: disk-full}]}"),
    "a fault of 200 percent": with_more("scenario: {faults: [{type: disk-full, node: node01, percent: 200}]}"),
    "a fault's unknown key": with_more("scenario: {faults: [{type: node-down, node: node01, when: 5}]}"),
    "an unknown key of a kubelet": with_more(
        "scenario: {nodes: [{name: a, roles: [control-plane], kubelet: {pods: 3}}]}"
    ),
}


@pytest.mark.parametrize("text", [*map(with_check, CHECKS.values()), *WHOLES.values()], ids=[*CHECKS, *WHOLES])
def test_a_mistake_is_refused_by_both(text: str, tmp_path: Path) -> None:
    assert complaints(text), "the schema takes it"
    assert refused(text, tmp_path), "the lesson's own check takes it"


GOOD = (
    "{id: a, object: pods/default/*, where: {status.phase: Running, metadata.name: {matches: ^w, not: {in: [web, x]}}}, ever: true}",
    "{id: a, object: nodes//node01, exists: false}",
    "{id: a, file: /x, in: pods/default/web/web, contains: 5, matches: a+}",
    "{id: a, http: http://web/, from: node01, status: {atMost: 299}, headers: {Server: {exists: true}}, body: {contains: x}}",
    "{id: a, script: 'exit 0', host: node01, weight: 100}",
    "{id: a, command: k .*, output: {contains: x}, code: 0, host: {in: [master, node01]}}",
    "{id: a, event: {reason: Failed, type: Warning, message: {matches: x}, object: Pod/web, count: {atLeast: 2}}, ever: true}",
    "{id: a, log: {pod: web, container: web, text: {contains: x}, stream: stdout}}",
    "{id: a, any: [{all: [{file: /x}]}, {none: {file: /y}}], ever: true}",
    "{id: a, then: [{object: pods/default/web}, {command: x}], without: {object: pods/default/web, exists: false}}",
)


@pytest.mark.parametrize("check", GOOD)
def test_what_is_right_is_taken_by_both(check: str, tmp_path: Path) -> None:
    assert complaints(with_check(check)) == []
    assert refused(with_check(check), tmp_path) == ""


def test_every_word_of_the_tables_is_in_the_schema_and_explained() -> None:
    variants = {each["title"]: each for each in WHOLE["$defs"]["Check"]["oneOf"]}
    assert variants.keys() == KINDS.keys()
    for name, kind in KINDS.items():
        assert kind.parts <= variants[name]["properties"].keys()
        assert all(part["description"] for part in variants[name]["properties"].values())
    assert WHOLE["$defs"]["Matcher"]["then"]["properties"].keys() == MATCHERS.keys()
    assert {name for kind in KINDS.values() for name in kind.parts} == {name for name in PARTS if "." not in name}
    faults = WHOLE["$defs"]["LessonFile"]["properties"]["scenario"]["anyOf"][0]["properties"]["faults"]
    assert {each["title"] for each in faults["items"]["oneOf"]} == FAULTS.keys()
    for part in ("LessonFile", "StepFile", "QuestionFile", "HintFile", "MistakeFile"):
        properties: dict[str, Any] = WHOLE["$defs"][part]["properties"]
        assert [name for name, found in properties.items() if not found.get("description")] == []


@pytest.mark.django_db
def test_it_is_printed_and_served_as_one() -> None:
    jsonschema.Draft202012Validator.check_schema(WHOLE)
    out = StringIO()
    call_command("lessons", "schema", stdout=out)
    answer = Client().get("/schemas/lesson-1.json")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/schema+json")
    assert json.loads(out.getvalue()) == answer.json() == WHOLE
