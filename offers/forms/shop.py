"""What people type in the shop: searches that never fail, places, decisions."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from common.errors import NotFound
from common.fields import AmountField, WholeNumberField
from common.language import gettext, gettext_noop, number
from common.money import Money
from offers.access import offer_by_reference
from offers.actions.requests import Question
from offers.constants import DAYS_OPEN, MOST_PLACES
from offers.models import Offer, OfferList, Purpose, SearchRhythm
from offers.models.keeping import LONGEST_ADDRESS
from offers.queries.catalogue import SORTS, Search
from offers.queries.estimating import Wish

LONGEST_SEARCH = 200
MOST_VALUES = 40
FACETS = (
    *("category", "people", "price", "source", "kind", "purpose"),
    *("period", "freshness", "collection", "group", "age", "country", "care"),
)
SEARCHED_FOR = ("q", "price_from", "price_to", *FACETS)
PENCE = 100
FEWEST_TO_CHOOSE_FROM = 2


class SearchForm(forms.Form):
    """The whole state of the catalogue, from its address; what cannot be read is left out."""

    q = forms.CharField(required=False)
    sort = forms.CharField(required=False)
    price_from = AmountField(
        required=False, min_value=0, max_value=100_000, decimal_places=2, label=_("From, £")
    )
    price_to = AmountField(
        required=False, min_value=0, max_value=100_000, decimal_places=2, label=_("To, £")
    )

    def __init__(self, query: QueryDict) -> None:
        self._query = query
        super().__init__(query)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        lowest, highest = cleaned.get("price_from"), cleaned.get("price_to")
        if lowest is not None and highest is not None and highest < lowest:
            self.add_error("price_to", gettext("The highest price is below the lowest."))
        return self.cleaned_data

    def search(self) -> Search:
        """The search to run; a part that is not valid is as if it were not there."""
        self.is_valid()
        values = self.cleaned_data
        return Search(
            words=values.get("q", "").strip()[:LONGEST_SEARCH],
            chosen={key: self._query.getlist(key)[:MOST_VALUES] for key in FACETS},
            price_from=_pence(values.get("price_from")),
            price_to=_pence(values.get("price_to")),
            sort=values.get("sort", "") if values.get("sort") in SORTS else "",
        )


def search_at(address: str) -> Search:
    """The search behind the parameters of an address."""
    return SearchForm(QueryDict(address)).search()


class PlacesForm(forms.Form):
    """How many people, for the order box."""

    places = WholeNumberField(label=_("Number of people"))

    def __init__(self, data: QueryDict | None, *, smallest: int, usual: int) -> None:
        super().__init__(data, initial={"places": max(smallest, usual)})
        field = self.fields["places"]
        assert isinstance(field, forms.IntegerField)
        message = _places_message(smallest)
        field.error_messages = {"required": message, "invalid": message}
        field.validators = []
        self._smallest, self._message = smallest, message

    def clean_places(self) -> int:
        places: int = self.cleaned_data["places"]
        if not self._smallest <= places <= MOST_PLACES:
            raise forms.ValidationError(self._message)
        return places

    @property
    def number(self) -> int | None:
        """The number asked for, the usual one where none was, ``None`` where it will not do."""
        if not self.is_bound:
            return int(self.initial["places"])
        return self.cleaned_data["places"] if self.is_valid() else None


class DecisionForm(forms.Form):
    """A moderator's decision about one version."""

    PUBLISH, SEND_BACK = "publish", "send_back"
    REASONS = (
        gettext_noop("The purpose does not need every field."),
        gettext_noop("The words are hard to understand."),
        gettext_noop("What people read does not match what is collected."),
        gettext_noop("The reward is too low for what is asked."),
        gettext_noop("It is read more often or longer than the purpose needs."),
    )

    decision = forms.ChoiceField(
        choices=[(one, one) for one in (PUBLISH, SEND_BACK)], label=_("Decision")
    )
    reasons = forms.MultipleChoiceField(
        required=False,
        label=_("Reasons, as the publisher will read them"),
        choices=[(reason, _(reason)) for reason in REASONS],
        widget=forms.CheckboxSelectMultiple,
    )
    words = forms.CharField(
        required=False,
        max_length=240,
        label=_("In your own words"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") == self.SEND_BACK and not self.reason():
            self.add_error(
                "words", _("Tick a reason or write one, so that they know what to change.")
            )
        return self.cleaned_data

    def reason(self) -> str:
        """All reasons in one text, at most as long as the column is.

        Those of the list are said in the language of the moment.
        """
        ticked = [str(_(reason)) for reason in self.cleaned_data.get("reasons", [])]
        parts = [*ticked, self.cleaned_data.get("words", "")]
        return " ".join(part.strip() for part in parts if part.strip())[:512]


class SavedSearchForm(forms.Form):
    """A search to keep: its name and how often to tell of new matches."""

    name = forms.CharField(
        max_length=120, label=_("Name"), help_text=_("As you will read it in mails.")
    )
    rhythm = forms.ChoiceField(
        choices=SearchRhythm.choices,
        initial=SearchRhythm.DAILY,
        label=_("Tell me of new offers that fit"),
        widget=forms.RadioSelect,
    )
    address = forms.CharField(required=False, max_length=LONGEST_ADDRESS, widget=forms.HiddenInput)


class RhythmForm(forms.Form):
    """How often to tell of new matches."""

    rhythm = forms.ChoiceField(choices=SearchRhythm.choices)


class ListsField(forms.ModelMultipleChoiceField[OfferList]):
    """Shared lists by their names."""

    def label_from_instance(self, obj: OfferList) -> str:
        return obj.name


class KeepForm(forms.Form):
    """Where an offer is to be found again: all that is ticked, and nowhere else."""

    bookmark = forms.BooleanField(required=False, label=_("My own bookmarks"))
    lists = ListsField(
        queryset=OfferList.objects.none(),
        required=False,
        label=_("Lists that your organisation shares"),
        widget=forms.CheckboxSelectMultiple,
    )
    new_list = forms.CharField(
        required=False, max_length=80, label=_("A new shared list"), help_text=_("Its name.")
    )

    def __init__(
        self, data: QueryDict | None, *, lists: QuerySet[OfferList], initial: dict[str, Any]
    ) -> None:
        super().__init__(data, initial=initial)
        field = self.fields["lists"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = lists


class RequestForm(forms.Form):
    """What is missing on the shelf."""

    title = forms.CharField(max_length=120, label=_("In one line"))
    what = forms.CharField(
        max_length=2_000,
        label=_("Which data"),
        help_text=_("Fields, from which services, over which time."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    purpose = forms.ChoiceField(
        choices=[("", _("Please choose")), *Purpose.choices], label=_("For what")
    )
    why = forms.CharField(
        max_length=2_000,
        label=_("What you want to learn from it"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    people = WholeNumberField(min_value=10, max_value=1_000_000, label=_("From how many people"))
    budget = AmountField(
        required=False,
        min_value=0,
        max_value=100_000_000,
        decimal_places=2,
        label=_("Budget for all of it, £"),
    )

    def question(self) -> Question:
        """The valid form as what is asked."""
        values = dict(self.cleaned_data)
        return Question(budget_minor_units=_pence(values.pop("budget")), **values)


class AnswerForm(forms.Form):
    """The offer that answers a request."""

    offer = forms.CharField(
        max_length=16, label=_("Reference of the offer"), help_text=_("Such as HM-7F3K9QT.")
    )

    def clean_offer(self) -> Offer:
        try:
            return offer_by_reference(self.cleaned_data["offer"])
        except NotFound as problem:
            raise forms.ValidationError(
                gettext("There is no such offer on the shelf.")
            ) from problem


class CloseForm(forms.Form):
    """Why a request will not be answered."""

    reason = forms.CharField(
        max_length=512, label=_("Why"), widget=forms.Textarea(attrs={"rows": 3})
    )


def _places_message(smallest: int) -> str:
    return gettext("Between {smallest} (the smallest group) and {most} people.").format(
        smallest=number(smallest), most=number(MOST_PLACES)
    )


def _pence(pounds: Decimal | None) -> int | None:
    return None if pounds is None else int(pounds * PENCE)


def _always(message: object) -> dict[str, Any]:
    """One sentence for whatever is wrong with a number."""
    wrong = ("required", "invalid", "min_value", "max_value")
    too_long = ("max_decimal_places", "max_digits", "max_whole_digits")
    return dict.fromkeys((*wrong, *too_long), message)


class EstimateForm(forms.Form):
    """What somebody thinks of ordering; without an answer it asks for the usual."""

    places = WholeNumberField(label=_("People you think of"))
    days = forms.IntegerField(
        min_value=1,
        max_value=DAYS_OPEN,
        label=_("Days you can wait"),
        help_text=format_lazy(
            _("An order is open to people for {days} days at most."), days=DAYS_OPEN
        ),
        error_messages=_always(format_lazy(_("Between 1 and {days} days."), days=DAYS_OPEN)),
    )
    reward = AmountField(
        min_value=Decimal("0.01"),
        max_value=1_000,
        decimal_places=2,
        label=_("Reward for each person, £"),
        error_messages=_always(_("An amount from 0.01 to 1,000 pounds, in whole pence.")),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    part = forms.MultipleChoiceField(
        label=_("Only people who hold"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Keep at least one kind of data."),
            "invalid_choice": _("This offer does not ask for that."),
        },
    )

    def __init__(
        self,
        data: QueryDict | None,
        *,
        places: int,
        smallest: int,
        reward: Money,
        parts: Mapping[str, str],
    ) -> None:
        usual = {
            "places": places,
            "days": DAYS_OPEN,
            "reward": Decimal(reward.minor_units).scaleb(-2),  # 2.40, not 2.4
            "part": list(parts),
        }
        super().__init__(data, initial=usual, auto_id="estimate-%s")
        number_of_people, part = self.fields["places"], self.fields["part"]
        assert isinstance(part, forms.MultipleChoiceField)
        message = _places_message(smallest)
        number_of_people.error_messages = {"required": message, "invalid": message}
        number_of_people.validators = []
        part.choices = list(parts.items())
        self._smallest, self._message, self._currency = smallest, message, reward.currency
        if len(parts) < FEWEST_TO_CHOOSE_FROM:
            del self.fields["part"]
        self._all = frozenset(parts)

    def clean_places(self) -> int:
        places: int = self.cleaned_data["places"]
        if not self._smallest <= places <= MOST_PLACES:
            raise forms.ValidationError(self._message)
        return places

    def wish(self) -> Wish | None:
        """What was asked for, the usual where nothing was, ``None`` where it will not do."""
        if self.is_bound and not self.is_valid():
            return None
        values = self.cleaned_data if self.is_bound else self.initial
        return Wish(
            places=values["places"],
            days=values["days"],
            reward=Money(int(values["reward"] * PENCE), self._currency),
            wanted=frozenset(values["part"]) if "part" in self.fields else self._all,
        )
