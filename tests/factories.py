"""People, offers and orders for tests: plain functions with believable defaults.

People are named by role: publisher, buyer, approver, moderator, stranger, owner. Each function
writes the row as the product would leave it, without going through the actions that tests of
those actions are about.
"""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import Membership, Organisation, OrganisationStatus, Role, User
from buyers.models import Order, OrderLine, OrderLineStatus, OrderStatus
from hats.models import HatOwner
from offers.models import (
    Category,
    Collection,
    Offer,
    OfferField,
    OfferVersion,
    OfferVersionStatus,
    Purpose,
)

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
_numbers = itertools.count(1)

BUNDLE: dict[str, Any] = {
    "name": "evening-plays-1",
    "bundle": {
        "plays": {
            "endpoints": [
                {
                    "endpoint": "spotify/feed",
                    "mapping": {
                        "at": "played_at",
                        "song": "track.name",
                        "artist": "track.artists[0].name",
                    },
                }
            ],
            "orderBy": "played_at",
            "ordering": "descending",
            "limit": 50,
        }
    },
}
SAMPLE = [
    {
        "plays": [
            {"at": "2026-11-12T19:05:11.000Z", "song": "Paper Lanterns", "artist": "Low Tide"},
            {"at": "2026-11-12T18:59:40.000Z", "song": "Harbour Lights", "artist": "Mina Vale"},
        ]
    },
    {"plays": [{"at": "2026-11-10T21:30:00.000Z", "song": "Slow Train", "artist": "The Quays"}]},
]


def make_user(name: str = "Robin Vale", **fields: Any) -> User:
    """A person who can log in with e-mail and ``PASSWORD``; the address counts as verified."""
    from allauth.account.models import EmailAddress  # noqa: PLC0415  # needs the app registry

    email = fields.pop("email", f"person{next(_numbers)}@example.org")
    user = User.objects.create_user(email, PASSWORD, name=name, **fields)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def make_moderator() -> User:
    return make_user("Mo Derator", is_moderator=True)


def make_organisation(name: str = "Tidewater Museum", **fields: Any) -> Organisation:
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "slug": f"organisation-{number}",
        "kind": "Museum",
        "city": "Bristol",
        "country": "GB",
        "contact_email": "data@tidewater.example",
        "status": OrganisationStatus.VERIFIED,
        "verified_at": NOON - timedelta(days=90),
    }
    return Organisation.objects.create(name=name, **(defaults | fields))


def make_member(organisation: Organisation, role: Role = Role.BUYER, **fields: Any) -> User:
    user = make_user(**fields)
    Membership.objects.create(user=user, organisation=organisation, role=role)
    return user


def make_category(slug: str = "music") -> Category:
    return Category.objects.get_or_create(
        slug=slug, defaults={"name": "Music and listening", "drawing": "music"}
    )[0]


def make_offer(**fields: Any) -> Offer:
    """An offer without any version yet, on the market's own shelf unless told otherwise."""
    defaults: dict[str, Any] = {"slug": f"offer-{next(_numbers)}"}
    if "category" not in fields:
        defaults["category"] = make_category()
    return Offer.objects.create(**(defaults | fields))


def make_version(**fields: Any) -> OfferVersion:
    """A published version of a new, listed offer: songs played in the evening."""
    number = next(_numbers)
    offer = fields.pop("offer", None) or Offer.objects.create(
        slug=f"offer-{number}", category=fields.pop("category", None) or make_category()
    )
    defaults: dict[str, Any] = {
        "number": offer.versions.count() + 1,
        "status": OfferVersionStatus.PUBLISHED,
        "title": "Songs listened to in the evening",
        "summary": "Song, artist and time of your last evening plays.",
        "description": "One row for each play between six and midnight.",
        "for_people": "Song, first artist and time of your last evening plays; not your name.",
        "bundle": BUNDLE,
        "purposes": [Purpose.ACADEMIC_RESEARCH, Purpose.MARKET_RESEARCH],
        "never": ["Advertising to single people"],
        "reward_minor_units": 80,
        "fee_minor_units": 16,
        "collection": Collection.ONCE,
        "period_days": 30,
        "smallest_group": 20,
        "sample": SAMPLE,
        "record_kinds": ["event"],
        "freshness": "hours",
        "reaches_back_days": 365,
        "usual_records": 100,
        "coverage": "People who listen on Spotify, in any country.",
        "content_hash": f"{number:064x}",
        "published_at": NOON - timedelta(days=30),
    }
    version = OfferVersion.objects.create(offer=offer, **(defaults | fields))
    if version.bundle == BUNDLE:
        _add_fields(version)
    if version.status == OfferVersionStatus.PUBLISHED:
        offer.current_version = version
        offer.save(update_fields=["current_version"])
    return version


def _add_fields(version: OfferVersion) -> None:
    rows = [
        ("at", "Time", "When the song was played.", OfferField.Kind.TIME, "2026-11-12 19:05"),
        ("song", "Song", "Title of the track.", OfferField.Kind.TEXT, "Paper Lanterns"),
        ("artist", "Artist", "First artist of the track.", OfferField.Kind.TEXT, "Low Tide"),
    ]
    for position, (path, name, meaning, kind, example) in enumerate(rows):
        OfferField.objects.create(
            version=version,
            position=position,
            table="plays",
            path=path,
            name=name,
            meaning=meaning,
            kind=kind,
            example=example,
        )


def make_line(
    version: OfferVersion | None = None,
    organisation: Organisation | None = None,
    **fields: Any,
) -> OrderLine:
    """An open line of a paid order: 20 places at 80 + 16 + 4 pence, unless told otherwise.

    No money is in the ledger for it: tests about money pay through ``buyers.actions``.
    """
    version = version or make_version()
    organisation = organisation or make_organisation()
    status = fields.pop("status", OrderLineStatus.OPEN)
    places = fields.pop("places", 20)
    order_status = fields.pop("order_status", OrderStatus.PAID)
    defaults: dict[str, Any] = {
        "purpose": version.purposes[0],
        "purpose_words": "To learn when people listen to music.",
        "retention_days": 180,
        "country": "GB",
        "places_minimum": min(version.smallest_group, places),
        "reward_minor_units": version.reward_minor_units,
        "fee_minor_units": version.fee_minor_units,
        "tax_minor_units": version.fee.percent_rounded_up(20).minor_units,
        "currency": version.currency,
        "closes_at": NOON + timedelta(days=30),
        "cleared_at": NOON - timedelta(days=1),
        "opened_at": NOON - timedelta(days=1),
    }
    values = defaults | fields
    place = sum(values[f"{part}_minor_units"] for part in ("reward", "fee", "tax"))
    order = Order.objects.create(
        organisation=organisation,
        placed_by=make_member(organisation),
        status=order_status,
        currency=version.currency,
        total_minor_units=place * places,
        placed_at=NOON - timedelta(days=2),
        paid_at=NOON - timedelta(days=2),
    )
    return OrderLine.objects.create(
        order=order, offer_version=version, status=status, places=places, **values
    )


def make_hat_owner(domain: str | None = None, **fields: Any) -> HatOwner:
    """A connected HAT owner who holds ``spotify/feed``; the key is only a word here."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "hat_domain": domain or f"owner{number}.hat.localhost:9100",
        "cluster": "hat.localhost",
        "public_key": "-----BEGIN PUBLIC KEY-----",
        "endpoints": ["spotify/feed"],
        "connected_at": NOON - timedelta(days=10),
    }
    user = User.objects.create_user(None, name="")
    return HatOwner.objects.create(user=user, **(defaults | fields))
