"""Which lines go live by themselves, and what a moderator should look at in the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Value,
    When,
)

from accounts.models import OrganisationStatus
from buyers.models import OrderLine, OrderLineStatus
from common.language import gettext as _
from common.language import gettext_noop
from offers.models import OfferStatus, OfferVersionStatus

if TYPE_CHECKING:
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


@dataclass(frozen=True)
class Rule:
    """One reason to look closer: ``weight`` orders the queue, ``words`` are for the moderator."""

    key: str
    weight: int
    level: str
    when: Q
    short: str
    words: str


@dataclass(frozen=True)
class Flag:
    """A rule that applies to a line."""

    level: str
    tone: str
    icon: str
    short: str
    words: str


# Above this an order is large, in minor units.
HIGH_AMOUNT_MINOR_UNITS = 100_000

_HIGH, _MEDIUM = gettext_noop("High"), gettext_noop("Medium")
_LOOKS = {_HIGH: ("danger", "exclamation-octagon"), _MEDIUM: ("attention", "exclamation-triangle")}
_CLEARED_BEFORE = OrderLine.objects.filter(
    order__organisation=OuterRef("order__organisation"), cleared_by__isnull=False
).exclude(pk=OuterRef("pk"))

RULES = (
    Rule(
        "special",
        16,
        _HIGH,
        Q(offer_version__special_category=True),
        gettext_noop("Special category"),
        gettext_noop(
            "It asks for a special category of data: health, or another part of life that the law"
            " protects especially."
        ),
    ),
    Rule(
        "places",
        8,
        _HIGH,
        Q(offer_version__precise_location=True),
        gettext_noop("Exact places"),
        gettext_noop("Exact places show where somebody lives and works, even without a name."),
    ),
    Rule(
        "unverified",
        4,
        _MEDIUM,
        ~Q(order__organisation__status=OrganisationStatus.VERIFIED),
        gettext_noop("Not verified"),
        gettext_noop("We have not verified this organisation."),
    ),
    Rule(
        "first",
        2,
        _MEDIUM,
        ~Q(Exists(_CLEARED_BEFORE)),
        gettext_noop("First order"),
        gettext_noop("No order of this organisation was let through before."),
    ),
    Rule(
        "amount",
        1,
        _MEDIUM,
        Q(order__total_minor_units__gte=HIGH_AMOUNT_MINOR_UNITS),
        gettext_noop("Large order"),
        gettext_noop("A large order: does the purpose need so many people?"),
    ),
)


def with_risk(lines: QuerySet[OrderLine]) -> QuerySet[OrderLine]:
    """Each line with ``risk`` and, for each rule, ``risk_<key>``."""
    applies = {
        f"risk_{rule.key}": ExpressionWrapper(rule.when, output_field=BooleanField())
        for rule in RULES
    }
    total = sum(
        (
            Case(When(**{f"risk_{rule.key}": True}, then=Value(rule.weight)), default=Value(0))
            for rule in RULES
        ),
        Value(0),
    )
    return lines.annotate(**applies).annotate(risk=total)


def flags_of(line: OrderLine) -> list[Flag]:
    """Why a person should look at a line that came from ``with_risk``, gravest first."""
    rules = [rule for rule in RULES if getattr(line, f"risk_{rule.key}")]
    return [
        Flag(_(rule.level), *_LOOKS[rule.level], _(rule.short), _(rule.words)) for rule in rules
    ]


def review_queue() -> QuerySet[OrderLine]:
    """Paid lines that wait for a moderator: by risk, then by how long they have waited."""
    waiting = OrderLine.objects.filter(status=OrderLineStatus.IN_REVIEW)
    return with_risk(_with_names(waiting)).order_by(F("risk").desc(), "order__paid_at", "pk")


def live_lines() -> QuerySet[OrderLine]:
    """Lines that owners can see, or could before they were paused, newest first."""
    live = OrderLine.objects.filter(status__in=[OrderLineStatus.OPEN, OrderLineStatus.PAUSED])
    return with_risk(_with_names(live)).order_by("-opened_at", "-pk")


def _with_names(lines: QuerySet[OrderLine]) -> QuerySet[OrderLine]:
    return lines.select_related("order__organisation", "offer_version__offer__category")
