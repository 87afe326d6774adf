"""Starting from an offer that is there: its published version as answers of a new draft."""

from typing import Any

from common.language import gettext_noop
from hats.bundles import Bundle, Filter, parse_bundle
from hats.bundles.projection import sources_of
from offers import limits
from offers.composing.offer import answers_of, compose
from offers.composing.steps import Step
from offers.models import Offer
from offers.queries import data

LEFT_OUT = gettext_noop(
    "Some of that offer could not be taken over: fields that no offer may take any more, filters"
    " or conditions that have no form, or a choice of countries. Look at fields, filters and"
    " purposes again."
)
_NAME = "copy"


def answers_from(offer: Offer) -> tuple[dict[str, Any], bool]:
    """Answer every step as the published version does, and say whether all of it has an answer.

    Columns get the names of the data catalogue.
    """
    version = offer.current_version
    assert version
    bundle = parse_bundle(version.bundle)
    endpoints = data.chosen(version.endpoints)
    answers = answers_of(bundle, endpoints)
    answers[Step.TERMS] = {
        "collection": version.collection,
        "period_days": version.period_days,
        "reward": version.reward_minor_units,
        "smallest_group": version.smallest_group,
    }
    answers[Step.PURPOSES] = {
        "purposes": version.purposes,
        "never": version.never,
        "longest_retention_days": version.longest_retention_days,
        "place": limits.place_of(version.countries),
    }
    answers[Step.USES] = {"coverage": version.coverage, "use_cases": version.use_cases}
    answers[Step.WORDS] = {
        "title": version.title,
        "summary": version.summary,
        "description": version.description,
        "for_people": version.for_people,
    }
    # No answer counts back from today: what was copied has its day already.
    again = compose(endpoints, answers, today=version.created_at.date()).to_bundle(_NAME)
    is_asked = _filters(bundle) == _filters(again) and _sources(bundle) == _sources(again)
    is_kept = limits.countries_of(answers[Step.PURPOSES]["place"]) == sorted(version.countries)
    is_whole = is_asked and is_kept and version.conditions is None
    return {str(step): part for step, part in answers.items()}, is_whole


def _sources(bundle: Bundle) -> set[tuple[str, str]]:
    return {
        (query.endpoint, source)
        for wanted in bundle.properties.values()
        for query in wanted.endpoints
        for source in (sources_of(query) or {}).values()
    }


def _filters(bundle: Bundle) -> int:
    """How many filters there are: a copied one is the same, one without a form is left out."""
    found: list[Filter] = [
        one
        for wanted in bundle.properties.values()
        for query in wanted.endpoints
        for one in query.filters
    ]
    return len(found)
