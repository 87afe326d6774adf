"""What buyers and moderators fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.constants import by_name
from buyers.actions.orders import Wishes
from common import language
from common.fields import WholeNumberField
from common.language import gettext_noop, number
from common.money import Money
from offers import limits
from offers.constants import MOST_PLACES
from offers.models import Purpose

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from offers.models import OfferVersion


def _countries(allowed: Iterable[str]) -> list[tuple[str, str]]:
    return [("", str(_("Choose a country"))), *by_name(allowed)]


def _in_days(words: str, days: int) -> str:
    """Say ``6 months (180 days)``: the order and the card count in days."""
    if str(days) in words:
        return words
    return language.gettext("{words} ({days} days)").format(words=words, days=days)


class OrderForm(forms.Form):
    """Places of one offer version.

    The hidden fields say what the page showed: the version, the total, and a key by which the
    same page orders only once.
    """

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    agreed = forms.IntegerField(required=False, widget=forms.HiddenInput)
    purpose = forms.ChoiceField(
        label=_("What will you use the data for?"), widget=forms.RadioSelect, choices=[]
    )
    purpose_words = forms.CharField(
        label=_("In your own words"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One sentence. HAT owners read it, word for word, before they say yes or no."),
    )
    retention_days = forms.TypedChoiceField(
        label=_("How long will you keep the data?"),
        coerce=int,
        choices=[],
        error_messages={"invalid_choice": _("This offer does not allow that.")},
        help_text=_("Counted from delivery. After that it must be deleted."),
    )
    country = forms.ChoiceField(
        label=_("In which country will you keep it?"),
        choices=[],
        error_messages={"invalid_choice": _("This offer does not allow that country.")},
    )
    only_new_people = forms.BooleanField(
        label=_("Only people who are not in your earlier orders of this offer"),
        required=False,
        help_text=_("They are not asked again, and you pay for nobody twice."),
    )
    places = WholeNumberField(label=_("Number of people"), max_value=MOST_PLACES)

    def __init__(
        self, *args: Any, offer_version: OfferVersion, has_earlier: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not has_earlier:
            del self.fields["only_new_people"]
        allowed = [(p.value, p.label) for p in Purpose if p.value in offer_version.purposes]
        smallest = offer_version.smallest_group
        longest = offer_version.longest_retention_days
        times = [(days, _in_days(words, days)) for days, words in limits.retention_choices(longest)]
        self._offer("retention_days", times)
        self._offer("country", _countries(limits.country_choices(offer_version.countries)))
        self.fields["purpose"] = forms.ChoiceField(
            label=self.fields["purpose"].label,
            widget=forms.RadioSelect,
            choices=allowed,
            error_messages={"invalid_choice": _("This offer does not allow that purpose.")},
        )
        self.fields["places"] = WholeNumberField(
            label=_("Number of people"),
            min_value=smallest,
            max_value=MOST_PLACES,
            help_text=_("From {smallest}, the smallest group, to {most}.").format(
                smallest=number(smallest), most=number(MOST_PLACES)
            ),
        )
        self.currency = offer_version.currency

    def _offer(self, name: str, choices: Sequence[tuple[int | str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @property
    def wishes(self) -> Wishes:
        """What was chosen."""
        names = ("places", "purpose", "purpose_words", "retention_days", "country")
        return Wishes(
            **{name: self.cleaned_data[name] for name in names},
            only_new_people=self.cleaned_data.get("only_new_people", False),
        )

    @property
    def agreed_total(self) -> Money:
        """The total on the button that was pressed."""
        return Money(self.cleaned_data["agreed"] or 0, self.currency)


class ApprovalForm(forms.Form):
    """An approver's answer."""

    decision = forms.ChoiceField(
        choices=[("approve", _("Approve")), ("decline", _("Do not approve"))], label=_("Decision")
    )


class DecisionForm(forms.Form):
    """A moderator's decision about an order line; refusing needs a reason."""

    REASONS = [
        gettext_noop("The purpose is too wide or unclear"),
        gettext_noop("The purpose does not need this data"),
        gettext_noop("The purpose does not need so many people"),
        gettext_noop("The data would be kept longer than the purpose needs"),
        gettext_noop("We could not verify who is asking"),
    ]

    decision = forms.ChoiceField(
        choices=[("clear", _("Let it go live")), ("reject", _("Refuse"))], label=_("Decision")
    )
    reasons = forms.MultipleChoiceField(
        label=_("Reasons, as the buyer will read them"),
        choices=[(reason, _(reason)) for reason in REASONS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    words = forms.CharField(
        label=_("In your own words"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        """Refusing without a reason would leave the buyer with nothing to change."""
        cleaned = super().clean() or {}
        has_reason = cleaned.get("reasons") or cleaned.get("words")
        if cleaned.get("decision") == "reject" and not has_reason:
            self.add_error("words", _("Give at least one reason, or write one."))
        return cleaned

    def reason_in(self, code: str) -> str:
        """The reasons, in the language of who will read them, and the words as one text."""
        words = self.cleaned_data["words"].strip()
        with language.override(code):
            reasons = "; ".join(map(language.gettext, self.cleaned_data["reasons"]))
        return ". ".join(part.rstrip(".") for part in (reasons, words) if part) + "."


class TillForm(forms.Form):
    """What one can do at the sandbox till."""

    answer = forms.ChoiceField(
        choices=[
            ("pay", _("Pay")),
            ("decline", _("Decline")),
            ("leave", _("Close without paying")),
        ]
    )
