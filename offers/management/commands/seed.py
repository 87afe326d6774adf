"""Fill the shelf with as many offers, and the market with as many HAT owners, as a test wants.

Everything is invented and the same each time; what is there already is counted and left as it is.
"""

import time
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.text import slugify

from accounts import audit
from accounts.audit import Action
from accounts.models import AuditEntry, Organisation, OrganisationStatus, User
from common.ids import numbered_reference
from hats.models import HatOwner
from offers import actions
from offers.management.commands import seed_offers
from offers.management.variations import variation
from offers.models import Category, Offer, OfferField, OfferVersion, OfferVersionStatus

BATCH = 2_000
SLUG, DOMAIN = "-seeded-", ".seeded.invalid"
OFFERS_OF_A_PUBLISHER = 200
KINDS = ("University", "Museum", "Charity", "Public body", "Company")
NAMES = ("Harbour", "Northgate", "Willow", "Quayside", "Meridian", "Larkhill", "Ashdown", "Tarn")
COUNTRIES = ("GB", "GB", "GB", "IE", "DE", "FR", "NL")
OLDEST_DAYS = 730
PLUGS_OF_A_HAT = (1, 6)
FURTHER = 10**9  # numbers whose references nothing invented has by its own number


class Command(BaseCommand):
    """``manage.py seed --offers 100000 --owners 100000``."""

    help = "Invent offers on the shelf and connected HAT owners, up to these numbers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--offers", type=int, default=0, metavar="N")
        parser.add_argument("--owners", type=int, default=0, metavar="N")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Invented offers and owners are for demos and tests: set DEMO=1.")
        began, at = time.monotonic(), timezone.now()
        seed_offers.seed(at=at)
        offers = seed_shelf(options["offers"], at=at)
        owners = seed_owners(options["owners"], at=at)
        actions.refresh_people_available(at)
        _tidy()
        took = time.monotonic() - began
        self.stdout.write(f"{offers:,} offers and {owners:,} owners are new, in {took:.0f} s.")


def _tidy() -> None:
    """As the database will be after some time: without the dead rows of filling it, and vacuumed.

    Only a plain vacuum notes which pages everybody sees, so that counting need not look there.
    """
    with connection.cursor() as cursor:
        if connection.in_atomic_block:
            cursor.execute("ANALYZE")
        else:
            cursor.execute("VACUUM (FULL) offers_listing")
            cursor.execute("VACUUM (ANALYZE)")


def seed_shelf(wanted: int, *, at: datetime) -> int:
    """Publish invented offers until there are so many; how many are new."""
    there = Offer.objects.filter(slug__contains=SLUG).count()
    shelf = [path.read_text("utf-8") for path in sorted(seed_offers.SHELF.glob("*"))]
    categories = {category.slug: category for category in Category.objects.all()}
    publishers = _publishers(wanted // OFFERS_OF_A_PUBLISHER + 1, at=at)
    with _index_in_bulk():
        for numbers in _batches(range(there, wanted)):
            made = [(number, *_invented(number, shelf)) for number in numbers]
            _publish(made, categories, publishers, at=at)
    return max(0, wanted - there)


@contextmanager
def _index_in_bulk() -> Iterator[None]:
    """Let the index of words take entries by the thousand meanwhile, and sort them in at last."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER INDEX listing_document SET (fastupdate = on)")
        cursor.execute("SET gin_pending_list_limit = '64MB'")
        try:
            yield
        finally:
            cursor.execute("ALTER INDEX listing_document SET (fastupdate = off)")
            cursor.execute("SELECT gin_clean_pending_list('listing_document')")


def _invented(number: int, shelf: Sequence[str]) -> tuple[dict[str, Any], actions.VersionContent]:
    rng = Random(number)  # noqa: S311  # repeatable, not secret
    raw = variation(rng.choice(shelf), rng)
    return raw, seed_offers.content_of(raw)


@transaction.atomic
def _publish(
    made: Sequence[tuple[int, dict[str, Any], actions.VersionContent]],
    categories: Mapping[str, Category],
    publishers: Sequence[Organisation],
    *,
    at: datetime,
) -> None:
    """Offers, versions and fields; at last the versions are made current, which lists them."""
    references = _references(Offer, "HM", [number for number, _raw, _content in made])
    offers = Offer.objects.bulk_create(
        Offer(
            reference=references[number],
            slug=f"{slugify(raw['title'])[:60]}{SLUG}{number}",
            category=categories[raw["category"]],
            publisher=publishers[number % len(publishers)] if number % 10 else None,
            popularity=min(4, int(Random(number).expovariate(1.5))),  # noqa: S311  # not secret
            created_at=at,
        )
        for number, raw, _content in made
    )
    versions = OfferVersion.objects.bulk_create(
        _version(offer, content, number=number, at=at)
        for offer, (number, _raw, content) in zip(offers, made, strict=True)
    )
    OfferField.objects.bulk_create(
        OfferField(version=version, position=position, **vars(column))
        for version, (_number, _raw, content) in zip(versions, made, strict=True)
        for position, column in enumerate(content.columns)
    )
    AuditEntry.objects.bulk_create(_published(version, at=at) for version in versions)
    first = OfferVersion.objects.filter(offer=OuterRef("pk")).values("pk")[:1]
    Offer.objects.filter(pk__in=[offer.pk for offer in offers]).update(
        current_version=Subquery(first)
    )


def _version(
    offer: Offer, content: actions.VersionContent, *, number: int, at: datetime
) -> OfferVersion:
    days = Random(number).uniform(0, OLDEST_DAYS)  # noqa: S311  # repeatable, not secret
    version = OfferVersion(
        offer=offer,
        number=1,
        status=OfferVersionStatus.PUBLISHED,
        created_at=at,
        published_at=at - timedelta(days=days),
        **actions.version_columns(content, category=offer.category),
    )
    columns = [vars(column) for column in content.columns]
    version.content_hash = actions.content_hash(version, columns=columns)
    return version


def _published(version: OfferVersion, *, at: datetime) -> AuditEntry:
    """The last step of its history, as the record has it of every version."""
    was, now = OfferVersionStatus.SUBMITTED, version.status
    return audit.entry(Action.OFFER_PUBLISHED, version, at=at, was=was, now=now)


def _publishers(wanted: int, *, at: datetime) -> list[Organisation]:
    """Verified organisations, as many as asked for."""
    slugs = [f"publisher{SLUG}{number}" for number in range(wanted)]
    there = Organisation.objects.filter(slug__in=slugs).count()
    references = _references(Organisation, "ORG", range(there, wanted))
    made = Organisation.objects.bulk_create(
        _publisher(number, slugs[number], reference=reference, at=at)
        for number, reference in references.items()
    )
    was, now = OrganisationStatus.UNVERIFIED, OrganisationStatus.VERIFIED
    AuditEntry.objects.bulk_create(
        audit.entry(Action.ORGANISATION_VERIFIED, one, at=at, was=was, now=now) for one in made
    )
    return list(Organisation.objects.filter(slug__in=slugs).order_by("pk"))


def _publisher(number: int, slug: str, *, reference: str, at: datetime) -> Organisation:
    kind = KINDS[number % len(KINDS)]
    return Organisation(
        reference=reference,
        name=f"{NAMES[number % len(NAMES)]} {kind} {number + 1}",
        slug=slug,
        kind=kind,
        city="Bristol",
        country=COUNTRIES[number % len(COUNTRIES)],
        contact_email=f"data{number}@publisher.invalid",
        status=OrganisationStatus.VERIFIED,
        verified_at=at,
    )


def seed_owners(wanted: int, *, at: datetime) -> int:
    """Connect invented owners, whose HATs nobody can reach, until there are so many."""
    there = HatOwner.objects.filter(hat_domain__endswith=DOMAIN).count()
    endpoints = _endpoints_of_the_shelf()
    for numbers in _batches(range(there, wanted)):
        _connect(numbers, endpoints, at=at)
    return max(0, wanted - there)


@transaction.atomic
def _connect(numbers: Sequence[int], endpoints: Sequence[str], *, at: datetime) -> None:
    references = _references(HatOwner, "HO", numbers)
    users = User.objects.bulk_create(User(email=None, password="!") for _ in numbers)  # noqa: S106  # none
    HatOwner.objects.bulk_create(
        HatOwner(
            reference=references[number],
            user=user,
            hat_domain=f"hat{number}{DOMAIN}",
            cluster=DOMAIN.lstrip("."),
            public_key="",
            connected_at=at,
            endpoints=_held(number, endpoints),
        )
        for number, user in zip(numbers, users, strict=True)
    )


def _references(
    model: type[Offer | Organisation | HatOwner], prefix: str, numbers: Sequence[int]
) -> dict[int, str]:
    """One for each number, the same ones each time, but for what somebody has by chance."""
    given: dict[int, str] = {}
    turn, left = 0, list(numbers)
    while left:
        given |= {number: numbered_reference(prefix, number + turn) for number in left}
        wanted = [given[number] for number in left]
        found = model._default_manager.filter(reference__in=wanted)  # noqa: SLF001  # any of three
        taken = set(found.values_list("reference", flat=True))
        turn, left = turn + FURTHER, [number for number in left if given[number] in taken]
    return given


def _held(number: int, endpoints: Sequence[str]) -> list[str]:
    """What one HAT holds; well-known plugs are held by more people."""
    rng = Random(number)  # noqa: S311  # repeatable, not secret
    count = rng.randint(*PLUGS_OF_A_HAT)
    likely = [int(len(endpoints) * rng.random() ** 2) for _ in range(count)]
    return sorted({endpoints[place] for place in likely})


def _endpoints_of_the_shelf() -> list[str]:
    own = Offer.objects.filter(publisher=None, current_version__isnull=False)
    held = own.values_list("current_version__endpoints", flat=True).distinct()
    return sorted({name for endpoints in held for name in endpoints or ()})


def _batches(numbers: range) -> Iterator[range]:
    for start in range(numbers.start, numbers.stop, BATCH):
        yield range(start, min(start + BATCH, numbers.stop))
