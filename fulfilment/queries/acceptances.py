"""What a yes says to a HAT, and which of the HAT's pages lead its owner on."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from buyers.models import OrderLine
from buyers.queries import owner_card_for
from common import language
from fulfilment.models import Acceptance
from hats.bundles import (
    Bundle,
    bundle_hash,
    bundle_to_json,
    destinations_of,
    parse_bundle,
    renamed,
)
from hats.configured import hat_at
from offers.cards import Card, card_hash
from offers.models import OfferField, OfferVersion

Json = dict[str, object]
R = TypeVar("R")


@dataclass(frozen=True)
class FlatProperty:
    """A property of one endpoint whose records have only plain fields: most offers are so."""

    endpoint: str
    fields: frozenset[str]
    limit: int | None


@dataclass(frozen=True)
class Asked:
    """What an answer is held against: the bundle, and a short way for its simple properties."""

    bundle: Bundle
    flat: Mapping[str, FlatProperty]


@dataclass(frozen=True)
class ShownCard:
    """A card with the hash by which a yes names it.

    :param language: in which it was made, by ISO 639-1.
    """

    card: Card
    sha256: str
    language: str


def bundle_of(version: OfferVersion) -> Bundle:
    """The version's bundle, parsed once in each process; a published version never changes."""
    return _bundle(_keyed(version))


def named_bundle(acceptance: Acceptance) -> Json:
    """The bundle under the name it has on this one HAT, as it travels."""
    return _travelling(bundle_of(acceptance.order_line.offer_version), f"mk-{acceptance.uid}")


def named_conditions(acceptance: Acceptance) -> Json | None:
    """The conditions of the offer, if any, under their name on this one HAT."""
    conditions = acceptance.order_line.offer_version.conditions
    if not conditions:
        return None
    return _travelling(parse_bundle(conditions), f"mk-{acceptance.uid}-conditions")


def bundle_hash_of(acceptance: Acceptance) -> str:
    """SHA-256 of what the HAT is asked for, under the offer's own name for it."""
    return _bundle_hash(_keyed(acceptance.order_line.offer_version))


def fields_of(version: OfferVersion) -> tuple[OfferField, ...]:
    """The dictionary of a published version, read once in each process."""
    return _fields(_keyed(version))


def card_of(line: OrderLine) -> ShownCard:
    """The card that owners see now in the language of the moment, made once for all of them.

    Everything on it is frozen with the line but what we know of the organisation.
    """
    organisation = line.order.organisation
    known = (
        organisation.name,
        organisation.kind,
        organisation.city,
        organisation.country,
        organisation.status,
        organisation.verified_at,
    )
    version = line.offer_version
    frozen = (line.pk, version.content_hash, line.purpose_words, line.retention_days)
    return _card(_Keyed(line, language.language(), *frozen, *known))


def confirm_page_url(acceptance: Acceptance, *, back: str, fallback: str) -> str:
    """The HAT's page on which its owner confirms the data debit.

    :param back: absolute address to return to; the HAT adds nothing to it, so it says nothing.
    :param fallback: where the owner goes who does not confirm.
    :raises HatNotTrusted: the HAT's cluster is not configured any more.
    """
    hat = hat_at(acceptance.hat_owner.hat_domain)
    return hat.confirm_url(debit_id=str(acceptance.uid), redirect=back, fallback=fallback)


def debit_page_url(acceptance: Acceptance) -> str:
    """The HAT's page of the data debit, where its owner switches it off.

    :raises HatNotTrusted: the HAT's cluster is not configured any more.
    """
    return hat_at(acceptance.hat_owner.hat_domain).debit_url(debit_id=str(acceptance.uid))


def asked_of(version_ids: Collection[int]) -> dict[int, Asked]:
    """What these versions ask for."""
    rows = OfferVersion.objects.only("pk", "content_hash", "bundle").filter(pk__in=version_ids)
    return {version.pk: _asked(_keyed(version)) for version in rows}


class _Keyed(Generic[R]):
    """A row as a key of a cache: equal when all that the cached value is made of is equal."""

    def __init__(self, row: R, *key: object) -> None:
        self.row = row
        self.key = key

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Keyed) and self.key == other.key


def _keyed(version: OfferVersion) -> _Keyed[OfferVersion]:
    return _Keyed(version, version.pk, version.content_hash)


@lru_cache(maxsize=512)
def _bundle(version: _Keyed[OfferVersion]) -> Bundle:
    return parse_bundle(version.row.bundle)


@lru_cache(maxsize=512)
def _asked(version: _Keyed[OfferVersion]) -> Asked:
    bundle = bundle_of(version.row)
    flat = {
        name: FlatProperty(wanted.endpoints[0].endpoint, frozenset(paths), wanted.limit)
        for name, paths in destinations_of(bundle).items()
        if len((wanted := bundle.properties[name]).endpoints) == 1
        and paths
        and not any("." in path or "[" in path for path in paths)
    }
    return Asked(bundle, flat)


@lru_cache(maxsize=512)
def _bundle_hash(version: _Keyed[OfferVersion]) -> str:
    return bundle_hash(bundle_of(version.row))


@lru_cache(maxsize=512)
def _fields(version: _Keyed[OfferVersion]) -> tuple[OfferField, ...]:
    return tuple(version.row.fields.order_by("position", "pk"))


@lru_cache(maxsize=512)
def _card(line: _Keyed[OrderLine]) -> ShownCard:
    card, spoken = owner_card_for(line.row), language.language()
    return ShownCard(card, card_hash(card), language=spoken.partition("-")[0])


def _travelling(bundle: Bundle, name: str) -> Json:
    return dict(bundle_to_json(renamed(bundle, name=name)))
