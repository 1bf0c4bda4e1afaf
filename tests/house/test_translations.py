"""Whether everything the site says has been put into the other language, and the translations say nothing else."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import polib
from django.utils.translation.template import templatize

from labsite.pages import words
from simulator.lab import inventory

ROOT = Path(__file__).resolve().parents[2]

CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "pgettext", "npgettext", "pgettext_lazy"}
TEXT = r"""u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
# A template as Python: each text that is to be translated, and its context if it has one.
IN_TEMPLATE = re.compile(rf"\b(?:(n?p?)gettext|_)\(\s*{TEXT}(?:,\s*{TEXT})?", re.DOTALL)
Key = tuple[str | None, str]  # context, text
DJANGO = {(None, ":")}  # what Django's own forms say


@cache
def entries() -> list[polib.POEntry]:
    """All translations."""
    return list(polib.pofile(str(ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"), encoding="utf-8"))


def in_python(source: str) -> Iterator[Key]:
    """The texts that a module has translated."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and name(node.func) in CALLS:
            texts = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            if "pgettext" in name(node.func):
                yield texts[0], texts[1]
            elif texts:
                yield None, texts[0]


def name(function: ast.expr) -> str:
    """What a function is called by."""
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def in_template(source: str) -> Iterator[Key]:
    """The texts that a template has translated."""
    for kind, first, second in IN_TEMPLATE.findall(templatize(source)):
        context, text = (ast.literal_eval(first), second) if "p" in kind else (None, first)
        yield context, ast.literal_eval(text)


@cache
def said() -> set[Key]:
    """Everything that the site has translated somewhere."""
    modules = [path for room in ("labsite", "lessons", "simulator") for path in (ROOT / room).rglob("*.py")]
    found = {key for path in modules for key in in_python(path.read_text(encoding="utf-8"))}
    found |= {key for path in (ROOT / "templates").rglob("*.html") for key in in_template(path.read_text("utf-8"))}
    return found | {(None, row[column]) for section in inventory() for row in section.rows for column in section.prose}


def test_everything_that_is_said_has_a_translation() -> None:
    done = {(each.msgctxt, each.msgid) for each in entries() if each.translated()}
    assert sorted(map(str, said() - done)) == [], "to be put into locale/zh_Hans/LC_MESSAGES/django.po"


def test_nothing_is_translated_that_nobody_says() -> None:
    assert sorted(str(each.msgid) for each in entries() if (each.msgctxt, each.msgid) not in said() | DJANGO) == []


def test_a_translation_names_what_is_filled_in() -> None:
    holes = re.compile(r"%\(\w+\)s|\{\w*\}")
    for each in entries():
        for text in each.msgstr_plural.values() or [each.msgstr]:
            assert set(holes.findall(text)) <= {*holes.findall(each.msgid), *holes.findall(each.msgid_plural)}, text


def test_the_words_of_the_pages_modules_keep_their_holes() -> None:
    holes = re.compile(r"\{\w+\}")
    translated = {each.msgid: each.msgstr for each in entries() if not each.msgctxt}
    for text in words.WORDS:
        assert sorted(holes.findall(translated[text])) == sorted(holes.findall(text)), text


# Text between what templates fill in that is not put through the translations: a colon, a comma, a bracket.
BETWEEN = re.compile(r"(?:\}\}|%\})(?:</?\w[^>]*>)*(?::|,|;| \()(?: |</|\{)")
BLOCK = re.compile(r"\{%\s*blocktranslate.*?%\}.*?\{%\s*endblocktranslate\s*%\}|<script.*?</script>", re.DOTALL)


def test_punctuation_of_templates_is_translated() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        assert BETWEEN.findall(BLOCK.sub("{{ }}", path.read_text("utf-8"))) == [], path
