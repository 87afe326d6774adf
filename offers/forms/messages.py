"""What members of organisations write to publishers."""

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from common.language import number
from offers.models.messages import MessageSubject

SHORTEST, LONGEST = 20, 2_000


def _allowed_length() -> str:
    return _("{fewest} to {most} characters.").format(fewest=SHORTEST, most=number(LONGEST))


class MessageForm(forms.Form):
    """A message to a publisher."""

    subject = forms.ChoiceField(
        label=_("What it is about"), choices=[("", _("Please choose")), *MessageSubject.choices]
    )
    text = forms.CharField(
        label=_("Your message"),
        min_length=SHORTEST,
        help_text=lazy(_allowed_length, str)(),
        widget=forms.Textarea(attrs={"rows": 8, "maxlength": LONGEST}),
    )

    def clean_text(self) -> str:
        """With one sign a line end, as browsers count them, though they send two."""
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n")
        if len(text) > LONGEST:
            raise forms.ValidationError(
                _("Please say it in {number} characters.").format(number=number(LONGEST))
            )
        return text
