"""What a version states of its data, as pages show it: facts, use cases, worked examples."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from offers.facts import Fact, in_words
from offers.models import OfferField, OfferVersion
from offers.tables import columns_of
from offers.worked import USUAL_EXAMPLES, Worked, suggested, worked


@dataclass(frozen=True)
class Stated:
    """All of it; ``uses`` are mappings of ``headline`` and ``text``."""

    facts: Sequence[Fact]
    uses: Sequence[dict[str, Any]]
    worked: Sequence[Worked]


def stated(version: OfferVersion, fields: Sequence[OfferField]) -> Stated:
    """What is stated, the examples worked out on the invented rows.

    A version from before examples were asked for gets what its columns suggest.
    """
    return Stated(
        facts=facts_of(version),
        uses=version.use_cases,
        worked=_worked(version, fields),
    )


def facts_of(version: OfferVersion) -> list[Fact]:
    """Coverage and freshness in words, in the order of the page."""
    return in_words(version.facts, collection=version.collection, period_days=version.period_days)


def _worked(version: OfferVersion, fields: Sequence[OfferField]) -> list[Worked]:
    columns = columns_of(fields)
    examples: Sequence[object] = version.examples
    if version.facts is None:
        ideas = suggested(columns, version.sample)[:USUAL_EXAMPLES]
        examples = [example.to_json() for example in ideas]
    return worked(examples, columns, version.sample)
