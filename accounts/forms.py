"""What people type about themselves and their organisations."""

from django import forms
from django.http import HttpRequest

from accounts.models import User


class SignupExtras(forms.Form):
    """Asked beside e-mail and password when signing up."""

    name = forms.CharField(max_length=120, label="Your name")

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth once the person exists."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
