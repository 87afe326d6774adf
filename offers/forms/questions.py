"""What people type about an offer in public, and what moderators say to it."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from common.language import gettext_noop, number
from offers.models import signature

SHORTEST, LONGEST = 20, 1_000
NO_CONTACTS = _(
    "No links, e-mail addresses or telephone numbers here, please: everybody can read this, and"
    " what you agree on this market is protected by it."
)
_LINK = re.compile(
    r"://|\bwww\.|[\w-]{2,}\.(?:com|org|net|edu|gov|eu|uk|de|biz)\b(?!\.\w)", re.IGNORECASE
)
_ADDRESS = re.compile(r"@\w|\bmailto:", re.IGNORECASE)
# Dates look like numbers to dial: they are taken out first.
_DATE = re.compile(r"\b\d{1,4}([./-])\d{1,2}\1\d{1,4}\b")
_TELEPHONE = re.compile(
    r"(?<![\d.,:/-])(?:\+\s?\d|\(?0\d)(?:[\s().\/-]{0,2}\d){6,}|\b\d{3}[-. ]\d{3}[-. ]\d{4}\b"
)
_BLANK_LINES = re.compile(r"\n{3,}")
_KEPT = "\n\0"  # a line break; and NUL, which the field itself refuses in words
_UNSEEN = {"Cc", "Cf", "Co", "Cs"}  # controls, directions, joiners: nothing anybody reads


def _allowed_length() -> str:
    return _("Between {fewest} and {most} characters.").format(
        fewest=SHORTEST, most=number(LONGEST)
    )


class PublicWords(forms.CharField):
    """A text for everybody: long enough to mean something, and without ways around the market."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            min_length=SHORTEST,
            max_length=LONGEST,
            help_text=lazy(_allowed_length, str)(),
            widget=forms.Textarea(attrs={"rows": 5}),
            **kwargs,
        )

    def to_python(self, value: object) -> str:
        """Leave out what nobody sees, and breaks of lines beyond a paragraph’s."""
        text = super().to_python(value) or ""
        lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
        seen = "".join(
            sign for sign in lines if sign in _KEPT or unicodedata.category(sign) not in _UNSEEN
        )
        return _BLANK_LINES.sub("\n\n", unicodedata.normalize("NFC", seen)).strip()

    def validate(self, value: str) -> None:
        super().validate(value)
        plain = unicodedata.normalize("NFKC", value)  # a wide ＠ is an @ too
        without_dates = _DATE.sub(" ", plain)
        if _LINK.search(plain) or _ADDRESS.search(plain) or _TELEPHONE.search(without_dates):
            raise forms.ValidationError(NO_CONTACTS)


class QuestionForm(forms.Form):
    """A question, and how everybody reads who asks it."""

    KIND, NAME = "kind", "name"

    text = PublicWords(label=_("Your question"))
    signed = forms.ChoiceField(
        label=_("Who asks, as everybody reads it"),
        help_text=_("Your own name is never shown."),
        initial=KIND,
        widget=forms.RadioSelect,
    )

    def __init__(self, data: QueryDict | None, *, organisation: Organisation) -> None:
        super().__init__(data)
        signed = self.fields["signed"]
        assert isinstance(signed, forms.ChoiceField)
        signed.choices = [
            (self.KIND, signature(organisation, is_named=False)),
            (self.NAME, signature(organisation, is_named=True)),
        ]

    @property
    def names_organisation(self) -> bool:
        """Whether the valid form wants the name shown."""
        return bool(self.cleaned_data["signed"] == self.NAME)


class ReplyForm(forms.Form):
    """An answer to a question."""

    text = PublicWords(label=_("Your answer"))


class ReportForm(forms.Form):
    """Why something should not be shown."""

    REASONS: Mapping[str, str] = {
        "contact": gettext_noop("It holds a contact or leads away from the market."),
        "person": gettext_noop("It tells something about a person."),
        "wrong": gettext_noop("It is wrong or misleads."),
        "conduct": gettext_noop("It is rude, or advertises something."),
        "other": gettext_noop("Something else."),
    }

    kind = forms.ChoiceField(
        label=_("What is wrong with it"),
        choices=[(code, _(words)) for code, words in REASONS.items()],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        required=False,
        max_length=400,
        label=_("In your own words"),
        help_text=_("Only moderators read this."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == "other" and not cleaned.get("words"):
            self.add_error("words", _("Please say what is wrong."))
        return self.cleaned_data

    def reason(self) -> str:
        """Both in one text, in the language of the moment."""
        values = self.cleaned_data
        return f"{_(self.REASONS[values['kind']])} {values['words']}".strip()


class LookForm(forms.Form):
    """A moderator's decision about one question or one answer to it."""

    SHOW, TURN_DOWN, HIDE, LEAVE = "show", "turn_down", "hide", "leave"
    REASONS = (
        gettext_noop("It holds a contact or leads away from the market."),
        gettext_noop("It tells something about a person."),
        gettext_noop("It is not about this offer."),
        gettext_noop("It is wrong or misleads."),
        gettext_noop("It is rude, or advertises something."),
    )

    about = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    decision = forms.ChoiceField(
        choices=[(one, one) for one in (SHOW, TURN_DOWN, HIDE, LEAVE)], label=_("Decision")
    )
    reasons = forms.MultipleChoiceField(
        required=False,
        label=_("Reasons, as who wrote it will read them"),
        choices=[(reason, _(reason)) for reason in REASONS],
        widget=forms.CheckboxSelectMultiple,
    )
    words = forms.CharField(
        required=False,
        max_length=240,
        label=_("In your own words"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: QueryDict | None, *, about: int) -> None:
        """:param about: the number of an answer; 0: the question itself."""
        super().__init__(data, initial={"about": about}, auto_id=f"about-{about}-%s")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") in {self.TURN_DOWN, self.HIDE} and not self.reason():
            self.add_error("words", _("Tick a reason or write one, so that who wrote it knows."))
        return self.cleaned_data

    def reason(self) -> str:
        """All reasons in one text; those of the list in the language of the moment."""
        ticked = [str(_(reason)) for reason in self.cleaned_data.get("reasons", [])]
        parts = [*ticked, self.cleaned_data.get("words", "")]
        return " ".join(part.strip() for part in parts if part.strip())[:512]
