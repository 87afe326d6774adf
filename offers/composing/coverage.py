"""What can be stated of a composed offer by itself, from the data catalogue and the filters."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from common.language import in_english
from hats.bundles.phrases import Period, Since
from offers.composing.offer import Composition, Wish
from offers.facts import FRESHNESS, USUAL_COVERAGE, Facts, records_band
from offers.recipes import Example
from offers.tables import columns_of
from offers.worked import USUAL_EXAMPLES, suggested

_MONTH_DAYS = 30


def facts_of(composition: Composition, *, coverage: str, today: date) -> Facts:
    """Coverage and freshness: of several kinds of records, the stalest and the longest.

    :param coverage: people and places in the publisher's words; empty: the usual ones.
    """
    wishes = composition.wishes
    freshness = [wish.endpoint.freshness for wish in wishes]
    return Facts(
        record_kinds=list(dict.fromkeys(wish.endpoint.kind for wish in wishes)),
        freshness=max(freshness, key=FRESHNESS.index, default=""),
        reaches_back_days=max((_reach(wish, today=today) for wish in wishes), default=0),
        usual_records=records_band(sum(_records(wish, today=today) for wish in wishes)),
        coverage=coverage or USUAL_COVERAGE,
    )


def ideas_of(composition: Composition) -> list[Example]:
    """Worked examples that the fields allow, for the publisher to keep or drop."""
    return suggested(columns_of(composition.columns()), composition.sample())


def examples_of(composition: Composition, kept: Sequence[str] | None) -> list[dict[str, str]]:
    """The examples kept, as a version keeps them; ``None``: nobody has chosen, so the usual ones.

    A version is hashed and the same for everybody, so its questions are English.

    :param kept: keys of examples; those that the fields no longer allow are left out.
    """
    with in_english():
        ideas = ideas_of(composition)
    if kept is None:
        return [example.to_json() for example in ideas[:USUAL_EXAMPLES]]
    return [example.to_json() for example in ideas if example.key in kept]


def _reach(wish: Wish, *, today: date) -> int:
    """How far back, as the first day of a filter and the limit allow."""
    endpoint, days = wish.endpoint, wish.endpoint.reaches_back_days
    begins = [
        phrase.since
        for _field, phrases in wish.fields
        for phrase in phrases
        if isinstance(phrase, Since | Period)
    ]
    if begins:
        days = min(days, max(1, (today - max(begins)).days))  # none would be how things stand
    if wish.limit and endpoint.records_a_month:
        days = min(days, -(-wish.limit * _MONTH_DAYS // endpoint.records_a_month))
    return days


def _records(wish: Wish, *, today: date) -> int:
    """What most people have at most; filters on values can only make it fewer."""
    a_month = wish.endpoint.records_a_month
    count = -(-a_month * _reach(wish, today=today) // _MONTH_DAYS) if a_month else 1
    return min(count, wish.limit) if wish.limit else count


def stated_of(composition: Composition, part: dict[str, Any], *, today: date) -> dict[str, Any]:
    """All that a version states, from the answers of the step about it."""
    facts = facts_of(composition, coverage=part.get("coverage", ""), today=today)
    return {
        **vars(facts),
        "use_cases": part.get("use_cases", []),
        "examples": examples_of(composition, part.get("examples")),
    }
