"""Schemas of the files that people write, for their editors."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from lessons import schema


@require_safe
@cache_control(public=True, max_age=3600)
def lesson(request: HttpRequest) -> JsonResponse:
    """Of a lesson.yaml."""
    answer = JsonResponse(schema.schema(), json_dumps_params={"indent": 1}, content_type="application/schema+json")
    answer["Access-Control-Allow-Origin"] = "*"  # editors in browsers read it too; there is nothing in it of anybody
    return answer
