"""The step that narrows: for each field taken, the one question it can be narrowed by."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from common.fields import AmountField, WholeNumberField
from common.language import gettext as _
from hats.bundles.phrases import HOURS_OF_A_DAY
from hats.bundles.speech import DAYS, LOCAL_TIME
from hats.bundles.text import lexemes
from offers.composing.offer import Wish, usual_limit
from offers.datafiles import FieldFacts

MOST_RECORDS = 5_000
LARGEST_FIGURE = 10**12  # either way; nothing that a person's records count is larger
LAST_YEAR = 2999
_OWN = "own"
_BACK = (30, 90, 180, 365)
Fields = dict[str, forms.Field]


@dataclass(frozen=True)
class FieldGroup:
    """The controls of one field."""

    field: FieldFacts
    controls: list[BoundField]
    has_errors: bool


@dataclass(frozen=True)
class TableGroup:
    """One kind of record: how many of it, and its fields that can be narrowed."""

    wish: Wish
    limit: BoundField
    groups: list[FieldGroup]


class FiltersForm(forms.Form):
    """All of the records, or only some; nothing here is required."""

    def __init__(
        self,
        data: QueryDict | None,
        *,
        wishes: Sequence[Wish],
        part: Mapping[str, Any] | None,
        is_lenient: bool = False,
    ) -> None:
        del is_lenient
        self._wishes = wishes
        super().__init__(data, initial=dict(_initial(wishes, part or {})))
        for wish in wishes:
            self.fields[f"{wish.endpoint.table}-limit"] = WholeNumberField(
                label=_("At most how many, the newest first"),
                min_value=1,
                max_value=MOST_RECORDS,
                required=False,
                help_text=_("Empty: all of them."),
                widget=forms.TextInput(attrs={"inputmode": "numeric"}),
            )
            for field in _narrowable(wish):
                for name, control in _CONTROLS[field.filter_by](field).items():
                    self.fields[_name(wish, field, name)] = control

    def clean(self) -> dict[str, Any]:
        super().clean()
        for wish in self._wishes:
            for field in _narrowable(wish):
                for name, fault in _faults(self._values(wish, field)):
                    said = _("“{field}”: {fault}").format(field=field.name, fault=fault)
                    self.add_error(_name(wish, field, name), said)
        return self.cleaned_data

    @property
    def part(self) -> dict[str, Any]:
        """What narrows each kind of record, and how many are taken."""
        return {
            wish.endpoint.path: {
                "limit": self.cleaned_data.get(f"{wish.endpoint.table}-limit"),
                "by": {
                    field.path: held
                    for field in _narrowable(wish)
                    if (held := _held(self._values(wish, field)))
                },
            }
            for wish in self._wishes
        }

    @property
    def tables(self) -> list[TableGroup]:
        """The controls, by kind of record and field."""
        return [
            TableGroup(
                wish,
                self[f"{wish.endpoint.table}-limit"],
                [self._group(wish, field) for field in _narrowable(wish)],
            )
            for wish in self._wishes
        ]

    def _group(self, wish: Wish, field: FieldFacts) -> FieldGroup:
        names = _CONTROLS[field.filter_by](field)
        controls = [self[_name(wish, field, name)] for name in names]
        return FieldGroup(field, controls, any(control.errors for control in controls))

    def _values(self, wish: Wish, field: FieldFacts) -> dict[str, Any]:
        names = _CONTROLS[field.filter_by](field)
        return {name: self.cleaned_data.get(_name(wish, field, name)) for name in names}


def _narrowable(wish: Wish) -> list[FieldFacts]:
    return [field for field, _phrases in wish.fields if field.filter_by]


def _name(wish: Wish, field: FieldFacts, control: str) -> str:
    return f"{wish.endpoint.table}-{field.column}-{control}"


# -- controls of each question ------------------------------------------------------------------


def _number(field: FieldFacts) -> Fields:
    if not field.unit:
        return {"low": _figure_field(_("At least")), "high": _figure_field(_("At most"))}
    return {
        "low": _figure_field(_("At least ({unit})").format(unit=field.unit)),
        "high": _figure_field(_("At most ({unit})").format(unit=field.unit)),
    }


def _figure_field(label: str) -> forms.Field:
    return AmountField(
        label=label,
        required=False,
        decimal_places=6,
        min_value=-LARGEST_FIGURE,
        max_value=LARGEST_FIGURE,
    )


def _choice(field: FieldFacts) -> Fields:
    choices = [(value, value) for value in field.values]
    ticks = forms.CheckboxSelectMultiple
    return {
        "values": forms.MultipleChoiceField(
            label=_("Only these"), choices=choices, widget=ticks, required=False
        )
    }


def _words(_field: FieldFacts) -> Fields:
    return {
        "text": forms.CharField(
            label=_("Only with these words"),
            max_length=100,
            required=False,
            help_text=_("All of them, in any English form: “run” finds “running”."),
        )
    }


def _yes_no(_field: FieldFacts) -> Fields:
    choices = [("", _("Yes and no")), ("yes", _("Only yes")), ("no", _("Only no"))]
    return {"yes": forms.ChoiceField(label=_("Which"), choices=choices, required=False)}


def _element(_field: FieldFacts) -> Fields:
    label = _("Only with this in it")
    return {"text": forms.CharField(label=label, max_length=60, required=False)}


def _span(_field: FieldFacts) -> Fields:
    back = [(str(days), _("In the last {days} days").format(days=days)) for days in _BACK]
    choices = [("", _("Any time")), *back, (_OWN, _("From a day of my choice"))]
    picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return {
        "days": forms.ChoiceField(
            label=_("When"),
            choices=choices,
            required=False,
            help_text=_("“In the last days” is counted back from the day you hand in, and stays."),
        ),
        "since": forms.DateField(label=_("From this day on"), widget=picker, required=False),
        "until": forms.DateField(label=_("Before this day"), widget=picker, required=False),
    }


def _clock(field: FieldFacts) -> Fields:
    since, until = _("From this hour (UTC)"), _("Until this hour (UTC)")
    if field.unit == LOCAL_TIME:
        since, until = _("From this hour (local)"), _("Until this hour (local)")
    first, last = _hours(range(24)), _hours(range(1, 25))
    days = [(str(number), _(day)) for number, day in enumerate(DAYS, start=1)]
    return {
        "from": forms.ChoiceField(label=since, choices=first, required=False),
        "to": forms.ChoiceField(label=until, choices=last, required=False),
        "weekdays": forms.MultipleChoiceField(
            label=_("Only on these days"),
            choices=days,
            widget=forms.CheckboxSelectMultiple,
            required=False,
        ),
    }


def _hours(hours: Iterable[int]) -> list[tuple[str, str]]:
    return [("", _("Any")), *((str(hour), f"{hour:02}:00") for hour in hours)]


_CONTROLS: Mapping[str, Callable[[FieldFacts], Fields]] = {
    "number": _number,
    "choice": _choice,
    "words": _words,
    "yes-no": _yes_no,
    "element": _element,
    "day": _span,
    "moment": lambda field: _span(field) | _clock(field),
    "seconds": _clock,
}


# -- what was typed, as answers, and back -------------------------------------------------------


def _held(values: Mapping[str, Any]) -> dict[str, Any]:
    """What :mod:`offers.composing.narrowing` takes; nothing typed is nothing held."""
    held: dict[str, Any] = {}
    for name in ("low", "high"):
        if isinstance(values.get(name), Decimal):
            held[name] = _figure(values[name])
    if values.get("text"):
        held["text"] = values["text"].strip()
    if values.get("values"):
        held["values"] = values["values"]
    if values.get("yes"):
        held["yes"] = values["yes"] == "yes"
    return held | _held_of_days(values) | _held_of_clock(values)


def _held_of_days(values: Mapping[str, Any]) -> dict[str, Any]:
    days = values.get("days")
    if days and days != _OWN:
        return {"days": int(days)}
    since, until = values.get("since"), values.get("until")
    if days != _OWN or since is None:
        return {}
    return {"since": since.isoformat()} | ({"until": until.isoformat()} if until else {})


def _held_of_clock(values: Mapping[str, Any]) -> dict[str, Any]:
    held: dict[str, Any] = {}
    first, end = values.get("from"), values.get("to")
    if first or end:
        held["hours"] = [int(first or 0), int(end or HOURS_OF_A_DAY) - 1]
    if values.get("weekdays"):
        held["weekdays"] = sorted(int(day) for day in values["weekdays"])
    return held


def _figure(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _faults(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What cannot be meant, by control."""
    faults: list[tuple[str, str]] = []
    low, high = values.get("low"), values.get("high")
    if low is not None and high is not None and high < low:
        faults.append(("high", _("The highest is below the lowest.")))
    if values.get("days") == _OWN and values.get("since") is None:
        faults.append(("since", _("Say from which day.")))
    since, until = values.get("since"), values.get("until")
    if since and until and until <= since:
        faults.append(("until", _("This day is not after the first.")))
    for name, day in (("since", since), ("until", until)):
        if day and day.year > LAST_YEAR:
            faults.append((name, _("This day is too far away.")))
    if values.get("from") and values.get("from") == values.get("to"):
        faults.append(("to", _("This is the hour it begins with.")))
    if values.get("text") and not lexemes(values["text"]):
        faults.append(("text", _("These words are too common to search for.")))
    return faults


def _initial(wishes: Sequence[Wish], part: Mapping[str, Any]) -> list[tuple[str, Any]]:
    initial: list[tuple[str, Any]] = []
    for wish in wishes:
        stored = part.get(wish.endpoint.path, {"limit": usual_limit(wish.endpoint)})
        initial.append((f"{wish.endpoint.table}-limit", stored.get("limit")))
        for field in _narrowable(wish):
            held = stored.get("by", {}).get(field.path, {})
            initial += [(_name(wish, field, k), v) for k, v in _shown(held).items()]
    return initial


def _shown(held: Mapping[str, Any]) -> dict[str, Any]:
    """The controls' own values."""
    shown = {k: held[k] for k in ("low", "high", "text", "values", "days") if k in held}
    if "yes" in held:
        shown["yes"] = "yes" if held["yes"] else "no"
    if "since" in held:
        shown |= {"days": _OWN, "since": held["since"], "until": held.get("until")}
    if "hours" in held:
        first, last = held["hours"]
        shown |= {"from": str(first), "to": str(last + 1)}
    if "weekdays" in held:
        shown["weekdays"] = [str(day) for day in held["weekdays"]]
    return shown
