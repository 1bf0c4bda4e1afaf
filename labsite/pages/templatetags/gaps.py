"""`{% gap %}`: what stands between two sentences. Scripts that are written without blanks have none there."""

from django import template
from django.utils.translation import get_language

register = template.Library()
WITHOUT_BLANKS = ("zh", "ja")


@register.simple_tag
def gap() -> str:
    """A blank, or nothing, by the reader's language."""
    return "" if (get_language() or "").startswith(WITHOUT_BLANKS) else " "
