"""Offers that are being composed, as their pages show them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import Organisation
from common.language import gettext as _
from common.language import gettext_noop
from common.money import Money
from common.templatetags.ui import BAND_EDGES
from offers import limits
from offers.cards import Card
from offers.composing.coverage import stated_of
from offers.composing.fairness import smallest_group
from offers.composing.offer import Composition, compose
from offers.composing.rules import HouseRules
from offers.composing.steps import USUAL_PERIOD_DAYS, Lack, Step, lacks_of
from offers.constants import USUAL_PLACES
from offers.estimates import band_above
from offers.models import OfferDraft, OfferField, OfferVersion, OfferVersionStatus
from offers.pricing import Quote, quote
from offers.queries import data, pages
from offers.queries.people import people_for
from offers.queries.stated import Stated, stated

UNTITLED = gettext_noop("Your offer")
NO_WORDS = gettext_noop("Here stands what is included and what is not, once you have written it.")
NO_PURPOSE = gettext_noop("a purpose that you choose")


@dataclass(frozen=True)
class Preview:
    """What the right-hand side shows at each step.

    :param people: who hold all of it, as bands let it be told; ``None``: not known yet.
    :param price: for one person, and ``whole`` for a usual number of places.
    """

    version: OfferVersion
    card: Card
    tables: Sequence[pages.Table]
    stated: Stated
    bundle_text: str
    people: int | None
    price: Quote
    whole: Quote

    @property
    def has_too_few_people(self) -> bool:
        """Whether even the upper edge of the band is below the smallest group."""
        if self.people is None:
            return False
        return band_above(self.people, edges=BAND_EDGES) < self.version.smallest_group


def drafts_of(organisation: Organisation) -> QuerySet[OfferDraft]:
    """An organisation's drafts, the one changed last first.

    Each has the ``status`` of its newest version, and the ``reason`` of the last decision.
    """
    newest = OfferVersion.objects.filter(offer=OuterRef("offer")).order_by("-number")
    return (
        OfferDraft.objects.filter(organisation=organisation)
        .select_related("offer__current_version", "changed_by")
        .annotate(
            status=Subquery(newest.values("status")[:1]),
            reason=Subquery(newest.values("decision_reason")[:1]),
        )
        .order_by("-changed_at", "-pk")
    )


def newest_version(draft: OfferDraft) -> OfferVersion | None:
    """What was handed in last."""
    if draft.offer_id is None:
        return None
    return OfferVersion.objects.filter(offer=draft.offer_id).order_by("-number").first()


def is_waiting(draft: OfferDraft) -> bool:
    """Whether moderators have it, so that nothing can be changed."""
    version = newest_version(draft)
    return version is not None and version.status == OfferVersionStatus.SUBMITTED


def composition_of(answers: Mapping[str, Any], *, today: date) -> Composition:
    """What the answers ask of a HAT."""
    paths = answers.get(Step.RECORDS, {}).get("endpoints", [])
    return compose(data.chosen(paths) if paths else [], answers, today=today)


def lacks(draft: OfferDraft, *, rules: HouseRules, today: date) -> list[Lack]:
    """What must still be done before handing in."""
    return lacks_of(draft.answers, composition_of(draft.answers, today=today), rules=rules)


def row_of(
    draft: OfferDraft, composition: Composition, *, rules: HouseRules, today: date
) -> tuple[OfferVersion, list[OfferField]]:
    """The version and the dictionary that handing in would write, unsaved.

    Where nothing was answered yet, usual values stand.
    """
    words, purposes = draft.answers.get(Step.WORDS, {}), draft.answers.get(Step.PURPOSES, {})
    terms = terms_of(draft.answers, composition, rules=rules)
    reward = Money(terms["reward"], rules.currency)
    version = OfferVersion(
        title=words.get("title") or _(UNTITLED),
        summary=words.get("summary", ""),
        description=words.get("description", ""),
        for_people=words.get("for_people", ""),
        bundle=composition.to_json(draft.reference.lower()),
        purposes=purposes.get("purposes", []),
        never=purposes.get("never", []),
        reward_minor_units=reward.minor_units,
        fee_minor_units=rules.fee_on(reward).minor_units,
        currency=rules.currency,
        collection=terms["collection"],
        period_days=terms["period_days"],
        smallest_group=terms["smallest_group"],
        special_category=composition.is_special,
        precise_location=composition.is_precise_location,
        longest_retention_days=purposes.get("longest_retention_days"),
        countries=limits.countries_of(purposes.get("place", limits.ANYWHERE)),
        sample=composition.sample(),
        **stated_of(composition, draft.answers.get(Step.USES, {}), today=today),
    )
    fields = [
        OfferField(position=position, **asdict(column))
        for position, column in enumerate(composition.columns())
    ]
    return version, fields


def terms_of(
    answers: Mapping[str, Any], composition: Composition, *, rules: HouseRules
) -> dict[str, Any]:
    """The terms answered; where there are none, the usual ones and the floors."""
    terms = {"collection": "once", "period_days": USUAL_PERIOD_DAYS} | answers.get(Step.TERMS, {})
    needs_care = composition.is_special or composition.is_precise_location
    floor = rules.lowest_reward(terms["collection"], terms["period_days"], needs_care=needs_care)
    fewest = smallest_group(is_special=composition.is_special)
    return {"reward": floor.minor_units, "smallest_group": fewest} | {
        name: value for name, value in terms.items() if value is not None
    }


def preview(draft: OfferDraft, *, rules: HouseRules, today: date) -> Preview | None:
    """All that can be shown of a draft; nothing before a field is chosen.

    While moderators have it, exactly what they have.
    """
    newest = newest_version(draft)
    if newest and newest.status == OfferVersionStatus.SUBMITTED:
        return _shown(newest, pages.fields_of(newest), draft=draft, rules=rules)
    composition = composition_of(draft.answers, today=today)
    if not composition.fields:
        return None
    version, fields = row_of(draft, composition, rules=rules, today=today)
    version.for_people = version.for_people or _(NO_WORDS)
    version.purposes = version.purposes or [_(NO_PURPOSE)]
    return _shown(version, fields, draft=draft, rules=rules)


def _shown(
    version: OfferVersion, fields: Sequence[OfferField], *, draft: OfferDraft, rules: HouseRules
) -> Preview:
    tax = rules.tax_percent
    places = max(USUAL_PLACES, version.smallest_group)
    return Preview(
        version=version,
        card=pages.preview_card(version, fields, organisation=draft.organisation),
        tables=pages.tables(version, fields),
        stated=stated(version, fields),
        bundle_text=json.dumps(version.bundle, indent=2, ensure_ascii=False),
        people=people_for(version),
        price=quote(version.reward, version.fee, places=1, tax_percent=tax),
        whole=quote(version.reward, version.fee, places=places, tax_percent=tax),
    )
