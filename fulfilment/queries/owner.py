"""What a HAT owner's rooms show: what is shared, what is offered, what was earned."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum

from buyers.models import OrderLine, OrderLineStatus
from buyers.queries import open_lines, open_lines_for
from common.money import Money
from fulfilment.models import (
    Acceptance,
    AcceptanceStatus,
    Decline,
    Retrieval,
    RetrievalStatus,
    Reward,
    RewardStatus,
)
from fulfilment.queries.standing import Readings, Standing, progress_of, standing_of
from hats.models import HatOwner
from ledger import queries as ledger
from ledger.models import AccountKind

_LIVE = (AcceptanceStatus.ACCEPTED, AcceptanceStatus.CONFIRMED, AcceptanceStatus.FULFILLED)
_KEPT = Q(status=AcceptanceStatus.ENDED, delivered_at__isnull=False)
_ROUNDED_TO = 5  # a number that moves by one would tell who came and who went
# Long texts that no list shows.
_UNSHOWN = ("description", "sample", "words")


@dataclass(frozen=True)
class Share:
    """One yes as a row of a list, and as the head of its page."""

    acceptance: Acceptance
    standing: Standing
    progress: str
    readings: Readings
    can_stop: bool
    kept_until: datetime | None


def acceptances_of(owner: HatOwner) -> QuerySet[Acceptance]:
    """Every yes of this owner, with all that its pages name."""
    return Acceptance.objects.filter(hat_owner=owner).select_related(
        "hat_owner__user",
        "order_line__order__organisation",
        "order_line__offer_version__offer__category",
        "order_line__dataset",
        "debit",
        "reward",
    )


def shares_now(owner: HatOwner, *, at: datetime) -> list[Share]:
    """What can be stopped: what is read, waits to be read, or is still with a buyer."""
    rows = acceptances_of(owner).filter(Q(status__in=_LIVE) | _KEPT).order_by("-pk")
    return shares_of(_without_long_texts(rows), at=at)


def shares_over(owner: HatOwner) -> QuerySet[Acceptance]:
    """What was stopped, lapsed, or ended without a delivery, the newest first."""
    rows = acceptances_of(owner).exclude(Q(status__in=_LIVE) | _KEPT).order_by("-pk")
    return _without_long_texts(rows)


def share_of(acceptance: Acceptance, *, at: datetime) -> Share:
    """One yes, as its page shows it."""
    return shares_of([acceptance], at=at)[0]


def shares_of(rows: Iterable[Acceptance], *, at: datetime) -> list[Share]:
    """These acceptances as rows of a list, in two more queries for all."""
    acceptances = list(rows)
    read = _readings([a.pk for a in acceptances])
    return [_share(a, read.get(a.pk, Readings()), at=at) for a in acceptances]


def _share(acceptance: Acceptance, readings: Readings, *, at: datetime) -> Share:
    dataset = getattr(acceptance.order_line, "dataset", None)
    return Share(
        acceptance=acceptance,
        standing=standing_of(acceptance, readings),
        progress=progress_of(acceptance, readings, at=at),
        readings=readings,
        can_stop=AcceptanceStatus.WITHDRAWN in Acceptance.TRANSITIONS[acceptance.status],
        kept_until=dataset.delete_after if dataset else None,
    )


def _readings(acceptance_ids: list[int]) -> dict[int, Readings]:
    """How often each was read, when last, and what came of the last reading."""
    stored = Q(status=RetrievalStatus.STORED)
    rows = (
        Retrieval.objects.filter(debit__acceptance__in=acceptance_ids)
        .values("debit__acceptance")
        .annotate(
            times=Count("pk", filter=stored),
            last_at=Max("finished_at", filter=stored),
            last=Max("pk", filter=Q(finished_at__isnull=False)),
        )
        .values_list("debit__acceptance", "times", "last_at", "last")
    )
    found = list(rows)
    last = [number for *_, number in found if number]
    outcomes = dict(Retrieval.objects.filter(pk__in=last).values_list("pk", "status"))
    return {
        acceptance: Readings(times, last_at, outcomes.get(number, ""))
        for acceptance, times, last_at, number in found
    }


def _without_long_texts(rows: QuerySet[Acceptance]) -> QuerySet[Acceptance]:
    return rows.defer(*(f"order_line__offer_version__{name}" for name in _UNSHOWN))


def inbox(owner: HatOwner, *, at: datetime) -> QuerySet[OrderLine]:
    """Open lines this HAT can fill that its owner has not answered, the newest first."""
    answered = Acceptance.objects.filter(hat_owner=owner).exclude(status=AcceptanceStatus.LAPSED)
    declined = Decline.objects.filter(hat_owner=owner)
    before = _taken_part(
        owner, organisation=OuterRef("order__organisation"), offer=OuterRef("offer_version__offer")
    )
    return (
        open_lines_for(owner.endpoints, at=at)
        .exclude(pk__in=answered.values("order_line"))
        .exclude(pk__in=declined.values("order_line"))
        .exclude(Q(only_new_people=True) & Exists(before))
        .defer("offer_version__bundle", *(f"offer_version__{name}" for name in _UNSHOWN))
    )


def _taken_part(
    owner: HatOwner, *, organisation: int | OuterRef, offer: int | OuterRef
) -> QuerySet[Acceptance]:
    """The owner's yeses to orders of an offer by an organisation; one that lapsed is none."""
    return Acceptance.objects.exclude(status=AcceptanceStatus.LAPSED).filter(
        hat_owner=owner,
        order_line__order__organisation=organisation,
        order_line__offer_version__offer=offer,
    )


def is_for(line: OrderLine, owner: HatOwner) -> bool:
    """Whether the line asks people like this owner: not where it wants new ones alone."""
    if not line.only_new_people:
        return True
    before = _taken_part(
        owner, organisation=line.order.organisation_id, offer=line.offer_version.offer_id
    )
    return not before.exclude(order_line=line).exists()


def declined_lines(owner: HatOwner, *, at: datetime) -> QuerySet[Decline]:
    """What the owner said no to and could still say yes to, the newest no first."""
    still_open = open_lines(at=at).values("pk")
    return (
        Decline.objects.filter(hat_owner=owner, order_line__in=still_open)
        .select_related(
            "order_line__order__organisation", "order_line__offer_version__offer__category"
        )
        .order_by("-pk")
    )


def takes_answers(line: OrderLine, *, at: datetime) -> bool:
    """Whether somebody could say yes to the line now."""
    return line.status == OrderLineStatus.OPEN and line.closes_at > at


def people_so_far(line: OrderLine) -> int:
    """How many have said yes, rounded down; nothing before the smallest group is reached."""
    if line.places_taken < line.places_minimum:
        return 0
    return line.places_taken - line.places_taken % _ROUNDED_TO


@dataclass(frozen=True)
class Earnings:
    """Where an owner's rewards are; ``whole`` is always the sum of the other three."""

    held: Money
    earned: Money
    paid: Money

    @property
    def whole(self) -> Money:
        """All rewards of this owner that were not released."""
        return self.held + self.earned + self.paid


def earnings_of(owner: HatOwner) -> Earnings:
    """Held and paid as the rewards say, and what is owed as the money book says."""
    currency = settings.CURRENCY
    sums = dict(
        Reward.objects.filter(acceptance__hat_owner=owner, currency=currency)
        .values("status")
        .annotate(whole=Sum("amount_minor_units"))
        .values_list("status", "whole")
    )
    return Earnings(
        held=Money(sums.get(RewardStatus.HELD, 0), currency),
        earned=ledger.balance(AccountKind.OWNER_PAYABLE, owner.reference, currency=currency),
        paid=Money(sums.get(RewardStatus.PAID, 0), currency),
    )


def rewards_of(owner: HatOwner) -> QuerySet[Reward]:
    """Each reward with what it is for, the newest first."""
    return (
        Reward.objects.filter(acceptance__hat_owner=owner)
        .select_related(
            "acceptance__order_line__order__organisation", "acceptance__order_line__offer_version"
        )
        .defer(*(f"acceptance__order_line__offer_version__{name}" for name in _UNSHOWN))
        .order_by("-pk")
    )
