"""The steps of composing an offer, in their order, and what each still lacks."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from common.language import gettext as _
from common.language import gettext_noop, pgettext, pgettext_noop
from offers.composing.fairness import smallest_group
from offers.composing.offer import Composition
from offers.composing.rules import HouseRules
from offers.facts import use_case_problems

USUAL_PERIOD_DAYS = 30


class Step(StrEnum):
    """One page of the composer; the name stands in its address and in the answers."""

    RECORDS = "records"
    FIELDS = "fields"
    FILTERS = "filters"
    TERMS = "terms"
    PURPOSES = "purposes"
    USES = "uses"
    WORDS = "words"
    CHECK = "check"

    @property
    def label(self) -> str:
        """One word for it."""
        return pgettext("step", _LABELS[self])

    @property
    def question(self) -> str:
        """What the step asks."""
        return _(_QUESTIONS[self])

    @property
    def after(self) -> "Step":
        """The next one; the last stays."""
        steps = list(Step)
        return steps[min(steps.index(self) + 1, len(steps) - 1)]

    @property
    def before(self) -> "Step | None":
        """The one before it."""
        place = list(Step).index(self)
        return list(Step)[place - 1] if place else None


_LABELS = {
    Step.RECORDS: pgettext_noop("step", "Records"),
    Step.FIELDS: pgettext_noop("step", "Fields"),
    Step.FILTERS: pgettext_noop("step", "Filters"),
    Step.TERMS: pgettext_noop("step", "Terms"),
    Step.PURPOSES: pgettext_noop("step", "Purposes"),
    Step.USES: pgettext_noop("step", "Uses"),
    Step.WORDS: pgettext_noop("step", "Words"),
    Step.CHECK: pgettext_noop("step", "Check"),
}
_QUESTIONS = {
    Step.RECORDS: gettext_noop("Which kinds of records?"),
    Step.FIELDS: gettext_noop("Which fields of them?"),
    Step.FILTERS: gettext_noop("All of them, or only some?"),
    Step.TERMS: gettext_noop("How often, how long, for what reward?"),
    Step.PURPOSES: gettext_noop("What may it be used for?"),
    Step.USES: gettext_noop("What is it good for?"),
    Step.WORDS: gettext_noop("How do you say it?"),
    Step.CHECK: gettext_noop("Look it over and hand it in"),
}
_TEXTS = {
    "title": gettext_noop("Write a title."),
    "summary": gettext_noop("Write one line for the card."),
    "description": gettext_noop("Write a description for buyers."),
    "for_people": gettext_noop("Write what people read."),
}


@dataclass(frozen=True)
class Lack:
    """Something to be done before handing in."""

    step: Step
    sentence: str


def lacks_of(
    answers: Mapping[str, Any], composition: Composition, *, rules: HouseRules
) -> list[Lack]:
    """What is still missing or below a floor, in the order of the steps."""
    lacks = []
    if not composition.endpoints:
        lacks.append(Lack(Step.RECORDS, _("Choose at least one kind of record.")))
    elif not composition.fields:
        lacks.append(Lack(Step.FIELDS, _("Choose at least one field.")))
    else:
        lacks += _empty_records(composition)
    lacks += _terms(answers.get(Step.TERMS, {}), composition, rules)
    if not answers.get(Step.PURPOSES, {}).get("purposes"):
        lacks.append(Lack(Step.PURPOSES, _("Allow at least one purpose.")))
    if use_case_problems(answers.get(Step.USES, {}).get("use_cases", [])):
        lacks.append(Lack(Step.USES, _("Write headline and text of each use, or empty both.")))
    words = answers.get(Step.WORDS, {})
    missing = [said for name, said in _TEXTS.items() if not str(words.get(name, "")).strip()]
    lacks += [Lack(Step.WORDS, _(said)) for said in missing]
    return lacks


def _empty_records(composition: Composition) -> list[Lack]:
    used = {wish.endpoint.path for wish in composition.wishes}
    unused = [one.name for one in composition.endpoints if one.path not in used]
    said = _("Choose a field of {record}, or leave it out.")
    return [Lack(Step.FIELDS, said.format(record=name)) for name in unused]


def _terms(terms: Mapping[str, Any], composition: Composition, rules: HouseRules) -> list[Lack]:
    if terms.get("reward") is None:
        return [Lack(Step.TERMS, _("Say how often the data is read, and for what reward."))]
    needs_care = composition.is_special or composition.is_precise_location
    floor = rules.lowest_reward(terms["collection"], terms["period_days"], needs_care=needs_care)
    lacks = []
    if terms["reward"] < floor.minor_units:
        said = _("The reward is below the fair-pay floor of {floor}.")
        lacks.append(Lack(Step.TERMS, said.format(floor=floor)))
    fewest = smallest_group(is_special=composition.is_special)
    if terms["smallest_group"] < fewest:
        said = _("The smallest group is {people} people at least.")
        lacks.append(Lack(Step.TERMS, said.format(people=fewest)))
    return lacks
