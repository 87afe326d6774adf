"""Every read of the buyers' side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.models import OrganisationStatus
from buyers.models import OrderLine, OrderLineStatus
from hats.bundles import endpoints_of, parse_bundle
from offers.cards import Card, CardFacts, owner_card
from offers.models import OfferStatus, OfferVersionStatus

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet


def clears_itself(line: OrderLine) -> bool:
    """Whether the line needs no moderator: all about it is known and ordinary.

    A verified organisation, of which a moderator has cleared a line before, buys for a listed
    purpose a published version that is on sale and holds neither special categories nor exact
    places.
    """
    version = line.offer_version
    ordinary = not (version.special_category or version.precise_location)
    on_sale = (
        version.status == OfferVersionStatus.PUBLISHED
        and version.offer.status == OfferStatus.LISTED
        and line.purpose in version.purposes
    )
    verified = line.order.organisation.status == OrganisationStatus.VERIFIED
    return ordinary and on_sale and verified and is_known_buyer(line)


def is_known_buyer(line: OrderLine) -> bool:
    """Whether a moderator has cleared a line of this organisation before."""
    cleared = OrderLine.objects.filter(
        order__organisation=line.order.organisation_id, cleared_by__isnull=False
    )
    return cleared.exclude(pk=line.pk).exists()


def open_lines(*, at: datetime) -> QuerySet[OrderLine]:
    """Lines that owners may say yes to now, newest first, with all that a card needs."""
    return (
        OrderLine.objects.filter(status=OrderLineStatus.OPEN, closes_at__gt=at)
        .select_related("order__organisation", "offer_version__offer__category")
        .order_by("-opened_at", "-pk")
    )


def open_lines_for(endpoints: Iterable[str], *, at: datetime) -> list[OrderLine]:
    """Open lines that a HAT holding these endpoints can fill, newest first."""
    held = set(endpoints)
    return [line for line in open_lines(at=at) if _wanted(line) <= held]


def _wanted(line: OrderLine) -> frozenset[str]:
    return endpoints_of(parse_bundle(line.offer_version.bundle))


def owner_card_for(line: OrderLine) -> Card:
    """The very card that owners read for this line, in six blocks."""
    version, organisation = line.offer_version, line.order.organisation
    verified = organisation.status == OrganisationStatus.VERIFIED and organisation.verified_at
    facts = CardFacts(
        organisation_name=organisation.name,
        organisation_kind=organisation.kind,
        organisation_city=organisation.city,
        organisation_country=organisation.country,
        verified_on=verified.date() if verified else None,
        purpose=line.get_purpose_display(),
        purpose_words=line.purpose_words,
        never=version.never,
        title=version.title,
        for_people=version.for_people,
        field_names=[field.name for field in version.fields.order_by("position", "pk")],
        collection=version.collection,
        period_days=version.period_days,
        retention_days=line.retention_days,
        country=line.country,
        reward=str(line.reward),
        smallest_group=line.places_minimum,
        special_category=version.special_category,
        precise_location=version.precise_location,
        has_conditions=bool(version.conditions),
    )
    return owner_card(facts)
