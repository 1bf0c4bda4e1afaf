"""The page and the document that say what is simulated."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from labsite.pages.simulated import WORDS, markdown
from simulator.lab import inventory

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "what-is-simulated.md"


def test_the_document_is_up_to_date() -> None:
    assert DOCUMENT.read_text() == markdown(), "manage.py simulated > docs/what-is-simulated.md"


def test_every_heading_is_there_for_the_translators() -> None:
    headings = {text for section in inventory() for text in (section.title, *section.columns)}
    assert headings == set(WORDS)


def test_no_table_is_empty_and_every_row_has_its_columns() -> None:
    for section in inventory():
        assert section.rows, section.name
        assert all(len(row) == len(section.columns) for row in section.rows), section.name


@pytest.mark.django_db
def test_the_page_shows_every_section_to_everybody() -> None:
    text = Client().get(reverse("what-is-simulated")).content.decode()
    for section in inventory():
        assert f'id="{section.name}"' in text
    assert "Refused" in text


@pytest.mark.django_db
def test_the_page_is_in_chinese_where_the_site_is() -> None:
    text = Client(headers={"accept-language": "zh-hans"}).get(reverse("what-is-simulated")).content.decode()
    assert '<th scope="row">机器</th><td>一个容器最多有 100 个进程；再多时 fork 会失败，报 <code>Resource' in text
    english = {
        row[column] for section in inventory() for row in section.rows for column in section.prose if " " in row[column]
    }
    assert [sentence for sentence in english if escape(sentence) in text] == []
