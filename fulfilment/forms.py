"""What owners and buyers send after payment."""

from django import forms


class AcceptForm(forms.Form):
    """A yes to exactly the card that was on the screen."""

    card_hash = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
