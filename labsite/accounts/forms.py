"""The form with which a learner, or a guest who wants to stay, gets a name and a password."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.forms import UserCreationForm

from labsite.accounts.models import User

# Only the type checker knows that the form is one of a kind of user.
if TYPE_CHECKING:
    Form = UserCreationForm[User]
else:
    Form = UserCreationForm


class SignUpForm(Form):
    """Makes an account; of the guest who fills it in, if *guest* is given, so that all their work stays theirs."""

    class Meta:
        model = User
        fields = ("username",)

    def __init__(self, *args: Any, guest: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, instance=guest, initial={"username": ""}, **kwargs)

    def save(self, commit: bool = True) -> User:
        """The account, no longer a guest."""
        self.instance.is_guest = False
        return super().save(commit)
