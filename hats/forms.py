"""What people type, or bring back from their HAT."""

from django import forms
from django.utils.translation import gettext_lazy as _

from hats.clusters import Hat
from hats.configured import clusters, hat_typed
from hats.errors import HatAddressInvalid, HatNotTrusted
from hats.models import KeyDecision, OwnersWord


class LoginForm(forms.Form):
    """Whose HAT it is; there is no password here."""

    address = forms.CharField(
        max_length=300,
        strip=False,
        label=_("The address of your HAT"),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
                "inputmode": "url",
            }
        ),
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they came
        known = clusters()
        example = f"yourname.{known[0].suffix}" if known else "alice.hubat.net"
        self.fields["address"].help_text = _("For example {example}").format(example=example)

    def clean_address(self) -> Hat:
        """Turn what was typed into a HAT of a trusted cluster."""
        try:
            return hat_typed(self.cleaned_data["address"])
        except (HatAddressInvalid, HatNotTrusted) as refusal:
            raise forms.ValidationError(refusal.sentence) from None


class WayBackForm(forms.Form):
    """What a HAT adds to our address on the way back; unknown parts are ignored."""

    state = forms.CharField(required=False, max_length=1000, strip=False)
    token = forms.CharField(required=False, max_length=9000, strip=False)
    error = forms.CharField(required=False, max_length=400)


class OwnersWordForm(forms.Form):
    """What an owner says about a key we do not know."""

    word = forms.ChoiceField(
        label=_("What happened?"),
        widget=forms.RadioSelect,
        choices=[
            (OwnersWord.MINE, _("I moved my HAT, or set it up anew: this was me")),
            (OwnersWord.UNKNOWN, _("I do not know")),
        ],
    )


class KeyDecisionForm(forms.Form):
    """What a moderator decides about a new key, and why."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        widget=forms.RadioSelect,
        choices=[
            (KeyDecision.TRUSTED, _("Trust the new key: reading goes on")),
            (KeyDecision.REFUSED, _("Disconnect the HAT for good: this key is never trusted")),
        ],
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        help_text=_("For whoever looks at this later; name no person."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CountingForm(forms.Form):
    """Whether to be counted among the people who can fill an offer."""

    COUNTED, NOT_COUNTED = "yes", "no"

    counted = forms.ChoiceField(
        choices=[(COUNTED, _("Count me")), (NOT_COUNTED, _("Do not count me"))]
    )

    def clean_counted(self) -> bool:
        return bool(self.cleaned_data["counted"] == self.COUNTED)
