"""An address and what it wants to hear, as somebody writes it down."""

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from labsite.outside.addresses import proper
from labsite.webhooks.events import EVENTS
from labsite.webhooks.models import Hook

# Only the type checker knows that the form is one of a kind of hook.
if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Hook]
else:
    ModelForm = forms.ModelForm


class HookForm(ModelForm):
    """Address and events."""

    url = forms.CharField(
        label=_("Address"),
        max_length=2000,
        widget=forms.URLInput(attrs={"placeholder": "https://school.example/podlab"}),
        help_text=_("Events are sent there by POST."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Events"), choices=list(EVENTS.items()), widget=forms.CheckboxSelectMultiple, initial=list(EVENTS)
    )

    class Meta:
        model = Hook
        fields = ("url", "kinds")

    def clean_url(self) -> str:
        """An address that can be reached."""
        return proper(self.cleaned_data["url"].strip())
