"""What members of organisations write to publishers."""

from django import forms

from offers.models.messages import MessageSubject

SHORTEST, LONGEST = 20, 2_000


class MessageForm(forms.Form):
    """A message to a publisher."""

    subject = forms.ChoiceField(
        label="What it is about", choices=[("", "Please choose"), *MessageSubject.choices]
    )
    text = forms.CharField(
        label="Your message",
        min_length=SHORTEST,
        help_text=f"{SHORTEST} to {LONGEST:,} characters.",
        widget=forms.Textarea(attrs={"rows": 8, "maxlength": LONGEST}),
    )

    def clean_text(self) -> str:
        """With one sign a line end, as browsers count them, though they send two."""
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n")
        if len(text) > LONGEST:
            raise forms.ValidationError(f"Please say it in {LONGEST:,} characters.")
        return text
