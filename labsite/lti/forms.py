"""A registration as an administrator writes it down: on the page, by the command, or as a platform says it of itself."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from labsite.lti.models import Platform
from labsite.outside.addresses import proper
from labsite.outside.requests import origin

MOST_LINES = 100
LONGEST_LINE = 255

# Only the type checker knows that the form is one of a kind of platform.
if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Platform]
else:
    ModelForm = forms.ModelForm


class Lines(forms.CharField):
    """A list, one to a line."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        found = [line.strip() for line in str(value or "").splitlines() if line.strip()]
        if len(found) > MOST_LINES or any(len(line) > LONGEST_LINE for line in found):
            raise ValidationError(_("There are too many lines, or one is too long."))
        return list(dict.fromkeys(found))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != self.to_python(data))


class PlatformForm(ModelForm):
    """What is to be known of a platform; the words are those of Moodle and Canvas."""

    deployments = Lines(
        label=gettext_lazy("Deployment ids"),
        required=False,
        help_text=gettext_lazy("One to a line. Launches of other deployments are refused."),
    )
    more_origins = Lines(
        label=gettext_lazy("Further origins"),
        required=False,
        help_text=gettext_lazy(
            "Where pages and services of the platform are, if not where its end points are. One to a line, as https://school.example."
        ),
    )

    class Meta:
        model = Platform
        fields = (
            "name",
            "issuer",
            "client",
            "deployments",
            "authorization",
            "token",
            "keys",
            "audience",
            "more_origins",
        )
        labels: ClassVar = {
            "name": gettext_lazy("Name of the platform"),
            "issuer": gettext_lazy("Platform id (issuer)"),
            "client": gettext_lazy("Client id"),
            "authorization": gettext_lazy("Authentication request URL"),
            "token": gettext_lazy("Access token URL"),
            "keys": gettext_lazy("Public keyset URL"),
            "audience": gettext_lazy("Audience of our assertions"),
        }
        help_texts: ClassVar = {"audience": gettext_lazy("Usually empty: then it is the access token URL.")}

    def clean_more_origins(self) -> list[str]:
        """Origins, as browsers write them."""
        return sorted({origin(proper(each)) for each in self.cleaned_data["more_origins"]})

    def clean_authorization(self) -> str:
        """An address."""
        return proper(self.cleaned_data["authorization"])

    def clean_token(self) -> str:
        """An address."""
        return proper(self.cleaned_data["token"])

    def clean_keys(self) -> str:
        """An address."""
        return proper(self.cleaned_data["keys"])

    def clean(self) -> dict[str, Any]:
        """One registration of a client id at an issuer."""
        found = super().clean() or {}
        same = Platform.objects.filter(issuer=found.get("issuer"), client=found.get("client"))
        if same.exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("A platform with this issuer and client id is registered already."))
        return found
