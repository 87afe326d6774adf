"""What a measurement works on: an offer, a paid and open order line, owners who may say yes.

Rows are written in bulk as the product's own actions would leave them; nothing here is measured.
"""

import itertools
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.audit import Action, subject_of
from accounts.models import AuditEntry, Organisation, OrganisationStatus, User
from buyers.models import Order, OrderLine, OrderLineStatus, OrderStatus
from common import sealing
from fulfilment.actions import consents, rewards
from fulfilment.actions.acceptances import CONFIRM_WITHIN
from fulfilment.models import (
    Acceptance,
    AcceptanceStatus,
    ConsentEvent,
    ConsentRecord,
    DataDebit,
    DataDebitStatus,
    DataKey,
    Reward,
)
from fulfilment.queries.acceptances import bundle_hash_of, card_of
from hats.models import HatOwner
from ledger.actions import Leg, post
from ledger.models import AccountKind
from ledger.queries import PAYMENT_SETTLED
from offers.models import (
    Category,
    Collection,
    Offer,
    OfferField,
    OfferVersion,
    OfferVersionStatus,
    Purpose,
)

SMALLEST_GROUP = 20
RECORDS_OF_ONE = 50
_numbers = itertools.count(1)
_COLUMNS = (
    ("at", "Time", "When the song was played.", OfferField.Kind.TIME, "2026-11-12 19:05"),
    ("song", "Song", "Title of the track.", OfferField.Kind.TEXT, "Paper Lanterns"),
    ("artist", "Artist", "First artist of the track.", OfferField.Kind.TEXT, "Low Tide"),
    ("album", "Album", "Where the track is from.", OfferField.Kind.TEXT, "Tide Tables"),
)
_MAPPING = {
    "at": "played_at",
    "song": "track.name",
    "artist": "track.artists[0].name",
    "album": "track.album.name",
}
_PLAYS = {"endpoint": "spotify/feed", "mapping": _MAPPING}
_BUNDLE = {
    "name": "measured-plays",
    "bundle": {
        "plays": {
            "endpoints": [_PLAYS],
            "orderBy": "played_at",
            "ordering": "descending",
            "limit": RECORDS_OF_ONE,
        }
    },
}


def published_version() -> OfferVersion:
    """A listed offer of the last plays of a person, with a dictionary of four columns."""
    number = next(_numbers)
    category, _ = Category.objects.get_or_create(slug="measured", defaults={"name": "Measured"})
    offer = Offer.objects.create(slug=f"measured-plays-{number}", category=category)
    version = OfferVersion.objects.create(
        offer=offer,
        number=1,
        title="Songs listened to",
        summary="Song, artist and time of the last plays.",
        description="One row for each play.",
        for_people="Song, first artist, album and time of your last plays; not your name.",
        bundle=_BUNDLE,
        purposes=[Purpose.ACADEMIC_RESEARCH],
        never=["Advertising to single people"],
        reward_minor_units=80,
        fee_minor_units=16,
        collection=Collection.ONCE,
        period_days=30,
        smallest_group=SMALLEST_GROUP,
    )
    OfferField.objects.bulk_create(
        OfferField(
            version=version,
            position=position,
            table="plays",
            path=path,
            name=name,
            meaning=meaning,
            kind=kind,
            example=example,
        )
        for position, (path, name, meaning, kind, example) in enumerate(_COLUMNS)
    )
    version.status, version.published_at = OfferVersionStatus.PUBLISHED, timezone.now()
    version.content_hash = f"{number:064x}"
    version.save(update_fields=["status", "published_at", "content_hash"])
    return version


def open_line(version: OfferVersion, *, places: int) -> OrderLine:
    """A line of a paid order, live now, with the money for its places in the ledger."""
    now, number = timezone.now(), next(_numbers)
    organisation = Organisation.objects.create(
        name=f"Measured {number}",
        slug=f"measured-{number}",
        country="GB",
        status=OrganisationStatus.VERIFIED,
        verified_at=now,
    )
    buyer = User.objects.create_user(f"buyer{number}@measured.example")
    order = Order.objects.create(
        organisation=organisation,
        placed_by=buyer,
        status=OrderStatus.PAID,
        currency=version.currency,
        total_minor_units=0,
        paid_at=now,
    )
    line = OrderLine.objects.create(
        order=order,
        offer_version=version,
        status=OrderLineStatus.OPEN,
        purpose=version.purposes[0],
        purpose_words="To learn when people listen to music.",
        retention_days=180,
        country="GB",
        places=places,
        places_minimum=SMALLEST_GROUP,
        reward_minor_units=version.reward_minor_units,
        fee_minor_units=version.fee_minor_units,
        tax_minor_units=version.fee.percent_rounded_up(20).minor_units,
        currency=version.currency,
        closes_at=now + timedelta(days=30),
        cleared_at=now,
        opened_at=now,
    )
    Order.objects.filter(pk=order.pk).update(total_minor_units=line.total.minor_units)
    _pay(line)
    return line


def _pay(line: OrderLine) -> None:
    legs = [
        Leg(AccountKind.CLEARING, "till", -line.total),
        Leg(AccountKind.HELD_REWARDS, line.reference, line.reward.times(line.places)),
        Leg(AccountKind.HELD_FEES, line.reference, (line.fee + line.tax).times(line.places)),
    ]
    key, at = f"measured:{line.pk}", timezone.now()
    post(key=key, kind=PAYMENT_SETTLED, reference=line.reference, at=at, legs=legs)


def connected_owners(domains: Iterable[str]) -> Sequence[HatOwner]:
    """Owners as the log-in with their HATs leaves them."""
    chosen = list(domains)
    users = User.objects.bulk_create(User(name="", password="!") for _ in chosen)  # noqa: S106  # unusable
    return HatOwner.objects.bulk_create(
        HatOwner(
            user=user,
            hat_domain=domain,
            cluster="hat.localhost",
            public_key="measured",
            endpoints=["spotify/feed"],
        )
        for user, domain in zip(users, chosen, strict=True)
    )


def sharing(line: OrderLine, owners: Sequence[HatOwner]) -> list[Acceptance]:
    """Each owner's yes to the line, its record, key, reward and debit: confirmed, not read yet."""
    at, shown = timezone.now(), card_of(line)
    yes = Acceptance.objects.bulk_create(
        Acceptance(
            order_line=line,
            hat_owner=owner,
            status=AcceptanceStatus.CONFIRMED,
            accepted_at=at,
            confirmed_at=at,
            confirm_by=at + CONFIRM_WITHIN,
        )
        for owner in owners
    )
    records = ConsentRecord.objects.bulk_create(consents.freeze(one, shown=shown) for one in yes)
    ConsentEvent.objects.bulk_create(
        consents.event(record, kind, at=at)
        for record in records
        for kind in (ConsentEvent.Kind.GIVEN, ConsentEvent.Kind.CONFIRMED)
    )
    DataKey.objects.bulk_create(_key(one) for one in yes)
    Reward.objects.bulk_create(rewards.hold(one) for one in yes)
    DataDebit.objects.bulk_create(_enabled(one, version=line.offer_version) for one in yes)
    OrderLine.objects.filter(pk=line.pk).update(places_taken=len(yes))
    return yes


def write_histories(acceptances: Sequence[Acceptance]) -> None:
    """One entry a row that is past its first status, so that the record ends where the row is."""
    lines = {one.order_line.pk: one.order_line for one in acceptances}.values()
    rows: list[tuple[Action, Any]] = []
    for line in lines:
        rows += [(Action.ORGANISATION_VERIFIED, line.order.organisation)]
        rows += [(Action.OFFER_PUBLISHED, line.offer_version), (Action.ORDER_PAID, line.order)]
        rows += [(Action.LINE_OPENED, line)]
    rows += [(Action.ACCEPTANCE_CONFIRMED, one) for one in acceptances]
    rows += [(Action.DEBIT_ENABLED, one.debit) for one in acceptances]
    at = timezone.now()
    AuditEntry.objects.bulk_create(
        AuditEntry(at=at, action=action, subject=subject_of(row), to_status=row.status)
        for action, row in rows
    )


def _key(acceptance: Acceptance) -> DataKey:
    context = f"acceptance:{acceptance.uid}"
    return DataKey(
        acceptance=acceptance, wrapped=sealing.wrap(sealing.new_data_key(), context=context)
    )


def _enabled(acceptance: Acceptance, *, version: OfferVersion) -> DataDebit:
    at = acceptance.accepted_at
    return DataDebit(
        acceptance=acceptance,
        status=DataDebitStatus.ENABLED,
        bundle_name=f"mk-{acceptance.uid}",
        bundle_hash=bundle_hash_of(acceptance),
        proposed_at=at,
        enabled_at=at,
        ends_at=at + timedelta(days=version.period_days),
    )
