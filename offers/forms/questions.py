"""What people type about an offer in public, and what moderators say to it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from common.language import gettext_noop, number
from offers.forms.public import PublicWords
from offers.models import signature

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SHORTEST, LONGEST = 20, 1_000


def _allowed_length() -> str:
    return _("Between {fewest} and {most} characters.").format(
        fewest=SHORTEST, most=number(LONGEST)
    )


def _words(label: "_StrPromise") -> PublicWords:
    help_text = lazy(_allowed_length, str)()
    return PublicWords(label=label, shortest=SHORTEST, longest=LONGEST, rows=5, help_text=help_text)


class QuestionForm(forms.Form):
    """A question, and how everybody reads who asks it."""

    KIND, NAME = "kind", "name"

    text = _words(_("Your question"))
    signed = forms.ChoiceField(
        label=_("Who asks, as everybody reads it"),
        help_text=_("Your own name is never shown."),
        initial=KIND,
        widget=forms.RadioSelect,
    )

    def __init__(
        self,
        data: QueryDict | None,
        *,
        organisation: Organisation,
        initial: dict[str, str] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
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

    text = _words(_("Your answer"))


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
