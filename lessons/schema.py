"""The JSON Schema of a lesson.yaml, for editors: made from the types of format.py and the tables of vocabulary.py, values.py and the
simulator. What it refuses, the lesson's own check refuses as well."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

from lessons.format import LessonFile
from lessons.questions import MOST_OPTIONS
from lessons.values import NAME, VALUE
from lessons.vocabulary import EVENT_FIELDS, KINDS, LOG_FIELDS, MATCHERS, MOST_CHECKS, Part, parts_of
from simulator.lab import scenario_schema

Schema = dict[str, Any]
NUMBER = 1  # of the format: another one where lessons that were right would be so no longer
ADDRESS = f"lesson-{NUMBER}.json"

FIELDS: Mapping[str, Mapping[str, str]] = {
    "LessonFile": {
        "chapter": "The chapter of the course in which it stands",
        "order": "Its place in the chapter",
        "minutes": "How long it takes",
        "kind": "A mission tells the symptom only; in an exam nobody helps",
        "difficulty": "1 easy, 2 medium, 3 hard",
        "requires": "Lessons that are best done before",
        "limit": "Of an exam: minutes on the wall's clock",
        "pass": "Of an exam: the percentage of points with which it is passed",
        "values": "What differs by learner; {{name}} in every file of the lesson",
        "scenario": "The cluster",
        "steps": "What is to be reached, in order",
        "mistakes": "Foreseen mistakes",
    },
    "StepFile": {
        "id": "Its name: the texts have it as {#id}",
        "checks": "All of these must be fulfilled",
        "questions": "All of these must be answered",
        "hints": "Hints for certain errors; those for everybody stand in the texts alone",
    },
    "QuestionFile": {
        "id": "Its name: the texts have it as {#id}",
        "weight": "What it counts",
        "choice": "By option, whether it is right",
        "number": "The right number",
        "tolerance": "How far off an answer may be",
        "text": "A matcher of the right answer",
        "wrong": "Foreseen wrong answers, with replies of their own",
    },
    "HintFile": {"id": "Its name", "when": "When it is for whoever asks"},
    "MistakeFile": {"id": "Its name", "when": "How it shows", "try": "Command lines that make it"},
}


@lru_cache(maxsize=1)
def schema() -> Schema:
    """The whole."""
    found: Schema = msgspec.json.schema(LessonFile)
    parts = found["$defs"]
    for name, fields in FIELDS.items():
        for field, says in fields.items():
            parts[name]["properties"][field]["description"] = says
    step, question = parts["StepFile"], parts["QuestionFile"]
    step["properties"]["checks"]["items"] = ref("StepCheck")
    step["anyOf"] = [filled("checks"), filled("questions")]
    parts["HintFile"]["properties"]["when"] |= ref("Check")
    parts["MistakeFile"]["properties"]["when"] |= ref("Check")
    question["properties"]["text"] |= ref("Matcher")
    question["properties"]["wrong"]["additionalProperties"] = ref("Matcher")
    question["properties"]["choice"] |= {"minProperties": 2, "maxProperties": MOST_OPTIONS}
    question["oneOf"] = [{"required": [kind]} for kind in ("choice", "number", "text")]
    parts["LessonFile"]["properties"]["scenario"]["anyOf"] = [scenario_schema(), {"type": "null"}]
    parts["LessonFile"]["properties"]["values"] |= values()
    parts |= {"Check": check(), "StepCheck": {"allOf": [ref("Check"), {"required": ["id"]}]}, "Matcher": matcher()}
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:podlab:{ADDRESS}"}
    return {**head, "title": "lesson.yaml of Podlab", **found}


def ref(name: str) -> Schema:
    """What stands elsewhere in the schema."""
    return {"$ref": f"#/$defs/{name}"}


def filled(name: str) -> Schema:
    """There is one at least of a list."""
    return {"required": [name], "properties": {name: {"minItems": 1}}}


def check() -> Schema:
    """A check of any kind: exactly one."""
    return {"oneOf": [one_kind(name) for name in KINDS]}


def one_kind(name: str) -> Schema:
    """A check of one kind."""
    return {
        "title": name,
        "description": KINDS[name].says,
        "type": "object",
        "properties": {part: shaped(found) for part, found in parts_of(name).items()},
        "required": [name],
        "additionalProperties": False,
    }


def shaped(part: Part) -> Schema:
    """What a part of a check or matcher must be."""
    return {"description": part.says, **SHAPES[part.shape]}


def fields(names: frozenset[str]) -> Schema:
    """A mapping of known fields to matchers."""
    return {
        "type": "object",
        "properties": {name: ref("Matcher") for name in sorted(names)},
        "additionalProperties": False,
    }


SHAPES: Mapping[str, Schema] = {
    "text": {"type": "string"},
    "scalar": {"type": ["string", "number"]},
    "flag": {"type": "boolean"},
    "number": {"type": "number"},
    "list": {"type": "array"},
    "weight": {"type": "integer", "minimum": 1, "maximum": 100},
    "check": ref("Check"),
    "checks": {"type": "array", "items": ref("Check"), "minItems": 1, "maxItems": MOST_CHECKS},
    "matcher": ref("Matcher"),
    "matchers": {"type": "object", "additionalProperties": ref("Matcher")},
    "event": fields(EVENT_FIELDS),
    "log": fields(LOG_FIELDS),
}


def matcher() -> Schema:
    """A value, or conditions that it is to fulfil."""
    conditions = {name: shaped(part) for name, part in MATCHERS.items()}
    return {
        "description": "A value that is the same, or conditions",
        "if": {"type": "object"},
        "then": {"properties": conditions, "additionalProperties": False},
    }


def values() -> Schema:
    """What differs by learner."""
    word = {"type": ["string", "number"], "pattern": f"^(?:{VALUE.pattern})$"}
    ends = {"from": {"type": "integer"}, "to": {"type": "integer"}}
    choices = {"type": "array", "items": word, "minItems": 2}
    span = {"type": "object", "properties": ends, "required": ["from", "to"], "additionalProperties": False}
    names = {"pattern": f"^(?:{NAME.pattern})$"}
    return {"type": "object", "propertyNames": names, "additionalProperties": {"anyOf": [choices, span]}}
