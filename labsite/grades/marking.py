"""The page on which a class says how it marks: for all its lessons, and what is otherwise for some of them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from labsite.classes.models import Classroom
from labsite.grades import book, recording
from labsite.grades.models import Policy

LABELS = {
    "weight": gettext_lazy("Weight"),
    "attempts": gettext_lazy("Which attempt counts"),
    "hint_cost": gettext_lazy("Each hint takes (%)"),
    "late": gettext_lazy("What comes late"),
    "late_percent": gettext_lazy("Less by (%)"),
    "late_floor": gettext_lazy("but at least (%)"),
}
NUMBERS = ("weight", "hint_cost", "late_percent", "late_floor")
SAME = gettext_lazy("as for all")


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    """How lessons are marked, or one of them; *title* is its name."""

    class Meta:
        model = Policy
        fields: ClassVar = list(LABELS)
        labels: ClassVar = LABELS

    def __init__(self, *args: Any, title: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = title
        for name, field in self.fields.items():
            field.widget.attrs |= (
                {"aria-label": _("{name}: {text}").format(name=title, text=LABELS[name])} if title else {}
            )
            if name in NUMBERS:
                field.widget.attrs |= {"min": 0, "step": "any"}
                field.required = False
        for name, choices in (("attempts", Policy.ATTEMPTS), ("late", Policy.LATE)):
            field = self.fields[name]
            assert isinstance(field, forms.TypedChoiceField)
            field.choices = [("", SAME), *choices] if title else choices

    def clean(self) -> dict[str, Any]:
        """What is left empty is as if nobody had said anything."""
        said = super().clean() or {}
        empty = {"weight": Decimal(1), "late_percent": Decimal(0), "late_floor": Decimal(0)}
        return said | {name: value for name, value in empty.items() if said.get(name, "") is None}

    def says_something(self) -> bool:
        """Whether anything is otherwise than for all."""
        said = self.cleaned_data
        return bool(said["weight"] != 1 or said["attempts"] or said["hint_cost"] is not None or said["late"])


@require_http_methods(["GET", "POST"])
@never_cache
def marking(request: HttpRequest, classroom: int) -> HttpResponse:
    """The page, and what comes of it: all of it, or none."""
    found = get_object_or_404(Classroom, pk=classroom)
    forms_of = filled(found, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not any(form.errors for form in forms_of):
            store(found, forms_of)
            messages.success(request, _("Saved. The marks are reckoned anew."))
            return redirect("marking", classroom)
        messages.error(request, _("Nothing was saved: some fields are not right."))
    context = {"classroom": found, "general": forms_of[0], "forms": forms_of[1:], "labels": LABELS.values()}
    return render(request, "grades/marking.html", context)


def filled(classroom: Classroom, data: Mapping[str, Any] | None) -> list[PolicyForm]:
    """The form for all lessons, then one for each."""
    known, language = {policy.lesson: policy for policy in classroom.policies.all()}, get_language() or "en"
    names = {"": ""} | {each.lesson.slug: each.lesson.text(language).title for each in book.columns(classroom.pk)}
    return [
        PolicyForm(
            data,
            instance=known.get(slug) or Policy(classroom=classroom, lesson=slug),
            prefix=f"lesson-{slug}" if slug else "all",
            title=title,
        )
        for slug, title in names.items()
    ]


@transaction.atomic
def store(classroom: Classroom, said: list[PolicyForm]) -> None:
    """Keep what is said; marks follow."""
    for form in said:
        if not form.title or form.says_something():
            form.save()
        elif form.instance.pk:
            form.instance.delete()
    transaction.on_commit(lambda: recording.hear_of_lessons(classroom))
