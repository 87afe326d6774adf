"""The steps of composing an offer, each as a form over one part of the draft's answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from common.fields import AmountField, WholeNumberField
from common.language import gettext, gettext_noop
from common.money import Money
from offers import limits
from offers.composing.fairness import smallest_group
from offers.composing.offer import Composition
from offers.composing.rules import HouseRules
from offers.composing.steps import USUAL_PERIOD_DAYS
from offers.constants import LISTED_NEVER, MOST_PLACES, RETENTION_DAYS, never_use
from offers.datafiles import EndpointFacts, FieldFacts
from offers.models import Collection, DataEndpoint, Purpose

PENCE = 100
LONGEST_PERIOD_DAYS = 365
MOST_REWARD = 1_000  # pounds
NEVER = (  # as versions keep them; shown in the reader's language
    gettext_noop("Advertising of any kind"),
    gettext_noop("Finding out who a person is"),
    gettext_noop("Decisions about insurance, credit or work"),
    gettext_noop("Joining it with other data about the same person"),
)


class _Lenient(forms.Form):
    """A form that may be saved half-filled: then nothing is required."""

    def __init__(self, data: QueryDict | None, *, is_lenient: bool = False, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.use_required_attribute = False
        if is_lenient:
            for field in self.fields.values():
                field.required = False


@dataclass(frozen=True)
class RecordChoice:
    """One kind of record to tick."""

    endpoint: DataEndpoint
    is_chosen: bool


class RecordsForm(_Lenient):
    """Which kinds of records."""

    endpoints = forms.MultipleChoiceField(
        label=_("Kinds of records"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one kind of record.")},
    )

    def __init__(
        self,
        data: QueryDict | None,
        *,
        known: Sequence[DataEndpoint],
        part: Mapping[str, Any] | None,
        is_lenient: bool = False,
    ) -> None:
        chosen = (part or {}).get("endpoints", [])
        super().__init__(data, is_lenient=is_lenient, initial={"endpoints": chosen})
        self._known = known
        field = self.fields["endpoints"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(endpoint.path, endpoint.name) for endpoint in known]

    @property
    def part(self) -> dict[str, Any]:
        """The paths chosen."""
        return {"endpoints": self.cleaned_data["endpoints"]}

    @property
    def topics(self) -> list[tuple[str, list[RecordChoice]]]:
        """What can be ticked, by subject."""
        ticked = self["endpoints"].value() or []
        topics: dict[str, list[RecordChoice]] = {}
        for endpoint in self._known:
            choice = RecordChoice(endpoint, endpoint.path in ticked)
            topics.setdefault(gettext(endpoint.category.name), []).append(choice)
        return list(topics.items())


@dataclass(frozen=True)
class FieldChoice:
    """One field to tick."""

    field: FieldFacts
    is_chosen: bool


@dataclass(frozen=True)
class FieldTable:
    """The fields of one kind of record; ``name`` is the form's own field."""

    endpoint: EndpointFacts
    name: str
    choices: list[FieldChoice]


class FieldsForm(_Lenient):
    """Which fields of each kind of record chosen."""

    def __init__(
        self,
        data: QueryDict | None,
        *,
        endpoints: Sequence[EndpointFacts],
        part: Mapping[str, Any] | None,
        is_lenient: bool = False,
    ) -> None:
        initial = {e.table: (part or {}).get(e.path, []) for e in endpoints}
        super().__init__(data, is_lenient=is_lenient, initial=initial)
        self._endpoints = endpoints
        for endpoint in endpoints:
            self.fields[endpoint.table] = forms.MultipleChoiceField(
                label=endpoint.name,
                required=not is_lenient,
                widget=forms.CheckboxSelectMultiple,
                choices=[(field.path, field.name) for field in endpoint.fields],
                error_messages={
                    "required": _("Choose at least one field, or leave the record out.")
                },
            )

    @property
    def part(self) -> dict[str, Any]:
        """The paths chosen, by kind of record."""
        return {e.path: self.cleaned_data[e.table] for e in self._endpoints}

    @property
    def tables(self) -> list[FieldTable]:
        """What can be ticked, by kind of record."""
        return [
            FieldTable(
                endpoint,
                endpoint.table,
                [
                    FieldChoice(field, field.path in (self[endpoint.table].value() or []))
                    for field in endpoint.fields
                ],
            )
            for endpoint in self._endpoints
        ]


class TermsForm(_Lenient):
    """How often and how long, for which reward, and for how many people at least."""

    collection = forms.ChoiceField(
        label=_("How often is the data read?"),
        choices=Collection.choices,
        widget=forms.RadioSelect,
    )
    period_days = forms.IntegerField(
        label=_("For how many days at most?"), min_value=1, max_value=LONGEST_PERIOD_DAYS
    )
    reward = AmountField(
        label=_("Reward for one person, £"), min_value=0, max_value=MOST_REWARD, decimal_places=2
    )
    smallest_group = WholeNumberField(label=_("Smallest group"), max_value=MOST_PLACES)

    def __init__(
        self,
        data: QueryDict | None,
        *,
        composition: Composition,
        rules: HouseRules,
        part: Mapping[str, Any] | None,
        is_lenient: bool = False,
    ) -> None:
        fewest = smallest_group(is_special=composition.is_special)
        usual = {"collection": "once", "period_days": USUAL_PERIOD_DAYS, "smallest_group": fewest}
        stored = {k: v for k, v in (part or {}).items() if v is not None}
        if "reward" in stored:
            stored["reward"] = Decimal(stored["reward"]).scaleb(-2)  # 2.40, not 2.4
        super().__init__(data, is_lenient=is_lenient, initial=usual | stored)
        self._fewest, self._rules = fewest, rules
        self._needs_care = composition.is_special or composition.is_precise_location

    def clean_smallest_group(self) -> int | None:
        people: int | None = self.cleaned_data["smallest_group"]
        if people is not None and people < self._fewest:
            said = _("{people} people at least.")
            raise forms.ValidationError(said.format(people=self._fewest))
        return people

    def clean(self) -> dict[str, Any]:
        super().clean()
        values = self.cleaned_data
        if values.get("reward") is None or not values.get("period_days"):
            return values
        floor = self._rules.lowest_reward(
            values.get("collection") or "once", values["period_days"], needs_care=self._needs_care
        )
        if _money(values["reward"], floor.currency) < floor:
            said = _("Fair pay for this is {floor} or more.")
            self.add_error("reward", said.format(floor=floor))
        return values

    @property
    def part(self) -> dict[str, Any]:
        """The terms; the reward in whole pence."""
        values = dict(self.cleaned_data)
        values["collection"] = values["collection"] or "once"
        values["period_days"] = values["period_days"] or USUAL_PERIOD_DAYS
        values["smallest_group"] = values["smallest_group"] or self._fewest
        if values["reward"] is not None:
            values["reward"] = int(values["reward"] * PENCE)
        return values


class PurposesForm(_Lenient):
    """What the data may be used for, and what never."""

    purposes = forms.MultipleChoiceField(
        label=_("It may be used for"),
        choices=Purpose.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each order of this offer states one of these. Tick only what you need."),
    )
    never = forms.MultipleChoiceField(
        label=_("It must never be used for"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("People read this. Passing it on is always forbidden."),
    )
    also_never = forms.CharField(
        label=_("Nor for this, in your own words"), max_length=120, required=False
    )
    longest_retention_days = forms.TypedChoiceField(
        label=_("How long may it be kept at most?"),
        coerce=int,
        choices=partial(limits.retention_choices, None),
        help_text=_("Counted from delivery. Each order says how long: this, or less."),
    )
    place = forms.ChoiceField(
        label=_("Where may it be kept?"),
        choices=limits.place_choices,
        required=False,
        help_text=_("Each order names the country. People read it before they say yes."),
    )

    def __init__(
        self, data: QueryDict | None, *, part: Mapping[str, Any] | None, is_lenient: bool = False
    ) -> None:
        stored = part or {}
        never = stored.get("never", list(NEVER[:2]))
        own = next((use for use in reversed(never) if use not in LISTED_NEVER), "")
        ticked = [use for use in never if use != own]
        initial = {
            "purposes": stored.get("purposes", []),
            "never": ticked,
            "also_never": own,
            "longest_retention_days": stored.get("longest_retention_days") or RETENTION_DAYS[-1],
            "place": stored.get("place", limits.ANYWHERE),
        }
        super().__init__(data, is_lenient=is_lenient, initial=initial)
        field = self.fields["never"]
        assert isinstance(field, forms.MultipleChoiceField)
        sent = [use for use in (data.getlist("never") if data else ()) if use in LISTED_NEVER]
        known = dict.fromkeys([*NEVER, *ticked, *sent])  # what was unticked can be ticked again
        field.choices = [(use, never_use(use)) for use in known]

    @property
    def part(self) -> dict[str, Any]:
        """Purposes, forbidden uses, and how long and where the data may be kept."""
        own = self.cleaned_data["also_never"].strip()
        never = [*self.cleaned_data["never"], *([own] if own else [])]
        return {
            "purposes": self.cleaned_data["purposes"],
            "never": list(dict.fromkeys(never)),
            "longest_retention_days": self.cleaned_data["longest_retention_days"] or None,
            "place": self.cleaned_data["place"],
        }


class WordsForm(_Lenient):
    """What buyers and people read."""

    title = forms.CharField(
        label=_("Title"), max_length=120, help_text=_("What one gets: “Nights of sleep”.")
    )
    summary = forms.CharField(label=_("One line for the card"), max_length=200)
    description = forms.CharField(
        label=_("For buyers"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What one row is, what it is good for, and what it does not say."),
    )
    for_people = forms.CharField(
        label=_("For the people whose data it is"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "They read this before they say yes: what is included, and what is not. Speak to them:"
            " “the songs you played”."
        ),
    )

    def __init__(
        self, data: QueryDict | None, *, part: Mapping[str, Any] | None, is_lenient: bool = False
    ) -> None:
        super().__init__(data, is_lenient=is_lenient, initial=dict(part or {}))

    @property
    def part(self) -> dict[str, Any]:
        """The four texts."""
        return {
            name: value.replace("\r\n", "\n").strip() for name, value in self.cleaned_data.items()
        }


class HandInForm(forms.Form):
    """The last step."""

    is_private = forms.BooleanField(
        label=_("Private: found only by an invitation code that you give away"),
        required=False,
        help_text=_("It stands in no list and no search. Moderators review it like any other."),
    )


def _money(pounds: Decimal, currency: str) -> Money:
    return Money(int(pounds * PENCE), currency)


class CodeForm(forms.Form):
    """The code of a private offer."""

    code = forms.CharField(
        label=_("Invitation code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
