"""Texts that come in every language: a browser gets the one that its learner reads."""

from typing import Any

from django.conf import settings

CODES = frozenset(code for code, _ in settings.LANGUAGES)


def localised(value: Any, language: str) -> Any:
    """*value* with every {language code: text} in it replaced by the text in *language*."""
    if isinstance(value, dict):
        if value and value.keys() == CODES:
            return value[language if language in CODES else settings.LANGUAGE_CODE]
        return {key: localised(entry, language) for key, entry in value.items()}
    if isinstance(value, list):
        return [localised(entry, language) for entry in value]
    return value
