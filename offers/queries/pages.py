"""What the pages of one offer show: its tables, its card, its versions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Organisation, User
from common.language import gettext as _
from common.language import gettext_noop, listed, number
from common.money import Money
from hats.bundles import Bundle, parse_bundle
from offers import limits
from offers.cards import Card, CardFacts, owner_card
from offers.exports import sample_rows
from offers.models import Offer, OfferField, OfferVersion, OfferVersionStatus, Purpose
from offers.queries import definitions
from offers.tables import Cell, Column, columns_of, tables_of

SAMPLE_ROWS_SHOWN = 6
MISSING = gettext_noop("empty")
NUMBER = "r"
STYLES = {"date": "iso", "date and time": "iso"}
_OWN_AND_STAMP = """
SELECT organisation.*, (SELECT stamp FROM offers_shelf LIMIT 1) AS stamp
FROM accounts_membership membership
JOIN accounts_organisation organisation ON organisation.id = membership.organisation_id
WHERE membership.user_id = %s AND organisation.slug = %s
"""


class Terms(Protocol):
    """What an organisation adds to an offer when it orders; ``buyers.OrderLine`` is one."""

    @property
    def purpose(self) -> str: ...
    @property
    def purpose_words(self) -> str: ...
    @property
    def retention_days(self) -> int: ...
    @property
    def country(self) -> str: ...
    @property
    def reward(self) -> Money: ...
    @property
    def places_minimum(self) -> int: ...


@dataclass(frozen=True)
class PreviewTerms:
    """Stands in for an order that is not there yet."""

    purpose: str
    reward: Money
    places_minimum: int
    retention_days: int
    country: str
    purpose_words: str


@dataclass(frozen=True)
class ShownCell:
    """One cell as a page shows it; ``style`` is a class of the house's tables."""

    text: str
    style: str
    is_missing: bool = False


@dataclass(frozen=True)
class Table:
    """One table of the file to come: its dictionary and some invented rows.

    :param tests: what a record must meet to be read; empty: all are.
    """

    name: str
    label: str
    source: str
    tests: str
    fields: Sequence[OfferField]
    columns: Sequence[Column]
    rows: Sequence[Sequence[ShownCell]]


def fields_of(version: OfferVersion) -> list[OfferField]:
    """The dictionary, in the order of the columns; no query where it is loaded already."""
    return sorted(version.fields.all(), key=lambda field: (field.position, field.pk))


def tables(version: OfferVersion, fields: Sequence[OfferField]) -> list[Table]:
    """Each table with its dictionary, where it is read from, and its first invented rows."""
    bundle = parse_bundle(version.bundle)
    tests = definitions.tests_by_table(version, fields)
    return [
        Table(
            name=name,
            label=name.replace("-", " ").replace("_", " ").capitalize(),
            source=source_words(bundle, name),
            tests=tests.get(name, ""),
            fields=[field for field in fields if field.table == name],
            columns=columns,
            rows=[
                [_shown(row[0], style=""), *map(_in_column, row[1:], columns)]
                for row in islice(sample_rows(version.sample, columns), SAMPLE_ROWS_SHOWN)
            ],
        )
        for name, columns in tables_of(columns_of(fields)).items()
    ]


def source_words(bundle: Bundle, table: str) -> str:
    """Where one table comes from: ``spotify/feed, the newest 1,000 at most``."""
    wanted = bundle.properties.get(table)
    if wanted is None:
        return ""
    source = listed(list(dict.fromkeys(query.endpoint for query in wanted.endpoints)))
    if wanted.limit is None:
        return source
    if wanted.limit == 1:
        words = _("{source}, the newest only") if wanted.is_descending else _("{source}, one")
    elif wanted.is_descending:
        words = _("{source}, the newest {count} at most")
    else:
        words = _("{source}, up to {count}")
    return words.format(source=source, count=number(wanted.limit))


def card_facts(
    version: OfferVersion, fields: Iterable[OfferField], *, organisation: Organisation, terms: Terms
) -> CardFacts:
    """Everything the owner's card says, from the version, who asks and on which terms."""
    fields = list(fields)
    checked = organisation.verified_at if organisation.status == "verified" else None
    return CardFacts(
        organisation_name=organisation.name,
        organisation_kind=organisation.kind,
        organisation_city=organisation.city,
        organisation_country=organisation.country,
        verified_on=checked.date() if checked else None,
        purpose=purpose_label(terms.purpose),
        purpose_words=terms.purpose_words,
        never=version.never,
        title=version.title,
        for_people=version.for_people,
        field_names=[field.name for field in fields],
        data_words=definitions.data_words(version, fields),
        condition_words=definitions.condition_words(version, fields),
        collection=version.collection,
        period_days=version.period_days,
        retention_days=terms.retention_days,
        country=terms.country,
        reward=str(terms.reward),
        smallest_group=terms.places_minimum,
        special_category=version.special_category,
        precise_location=version.precise_location,
        has_conditions=bool(version.conditions),
    )


def preview_card(
    version: OfferVersion, fields: Iterable[OfferField], *, organisation: Organisation | None
) -> Card:
    """The card as owners would see it if this organisation ordered; ``None``: whoever reads."""
    organisation = organisation or Organisation(
        name=_("Your organisation"), kind="Organisation", country="GB"
    )
    terms = PreviewTerms(
        purpose=version.purposes[0] if version.purposes else "",
        purpose_words=_("Your purpose, in your own words"),
        reward=version.reward,
        places_minimum=version.smallest_group,
        retention_days=limits.nearest_retention(version.longest_retention_days),
        country=limits.nearest_country(version.countries, organisation.country),
    )
    return owner_card(card_facts(version, fields, organisation=organisation, terms=terms))


def purpose_label(value: str) -> str:
    """The listed purpose in words; an unknown one stands for itself."""
    return str(Purpose(value).label) if value in Purpose.values else value


def own_organisation(user: User, slug: str) -> Organisation | None:
    """The organisation a buyer is working for, if it is theirs."""
    return Organisation.objects.filter(memberships__user=user, slug=slug).first()


def own_organisation_and_stamp(user: User, slug: str) -> tuple[Organisation | None, UUID | None]:
    """As above, and ``catalogue.shelf_stamp`` in the same query where it is theirs.

    Written out, since it is asked for each page of an offer, and putting it together each time
    takes five times as long as asking it.
    """
    found = next(iter(Organisation.objects.raw(_OWN_AND_STAMP, [user.pk, slug])), None)
    return found, getattr(found, "stamp", None)


def published_versions(offer: Offer) -> QuerySet[OfferVersion]:
    """All that was ever published of the offer, newest first, without its longest texts."""
    once_published = (OfferVersionStatus.PUBLISHED, OfferVersionStatus.RETIRED)
    return (
        offer.versions.filter(status__in=once_published)
        .defer("sample", "words", "description", "for_people")
        .order_by("-number")
    )


def _in_column(cell: Cell, column: Column) -> ShownCell:
    return _shown(cell, style=NUMBER if column.is_number else STYLES.get(column.kind, ""))


def _shown(cell: Cell, *, style: str) -> ShownCell:
    if cell is None or cell == "":
        return ShownCell(_(MISSING), style, is_missing=True)
    return ShownCell(str(cell).lower() if isinstance(cell, bool) else str(cell), style)
