"""What came of lines that have closed, told to the shop in numbers, for its estimates."""

from datetime import UTC, datetime, timedelta

from django.db.models import F, Max, OuterRef, Subquery

from buyers.models import OrderLine, OrderLineStatus
from fulfilment.models import Acceptance, AcceptanceStatus, DatasetRevision, DatasetRevisionStatus
from hats.models import HatOwner, HatOwnerStatus
from offers.actions import history
from offers.models import Outcome

_BATCH = 200
_HOUR = timedelta(hours=1)
_HOURS_AT_MOST = 2**31 - 1


def note_outcomes(*, at: datetime) -> None:
    """Tell the shop how lines went that have closed since, and what they have delivered since.

    Each line is told once, each revision once; harmless when run twice.
    """
    known = Outcome.objects.filter(line_reference=OuterRef("reference")).values("revision")
    closed = OrderLine.objects.filter(status=OrderLineStatus.CLOSED, opened_at__isnull=False)
    lines = closed.select_related("offer_version__offer").annotate(told=Subquery(known[:1]))
    for line in lines.filter(told=None).order_by("pk")[:_BATCH]:
        course = _course(line, at=at)
        history.note_outcome(offer=line.offer_version.offer, course=course, at=at)
    _note_deliveries()


def _course(line: OrderLine, *, at: datetime) -> history.Course:
    yes = Acceptance.objects.filter(order_line=line).exclude(status=AcceptanceStatus.LAPSED)
    agreed = yes.filter(hat_owner__is_counted=True).count()
    was_filled = line.places_taken >= line.places
    assert line.opened_at is not None
    ended = (was_filled and yes.aggregate(last=Max("accepted_at"))["last"]) or line.closed_at or at
    return history.Course(
        line_reference=line.reference,
        reward_minor_units=line.reward_minor_units,
        currency=line.currency,
        places=line.places,
        people_asked=max(_asked(line, until=ended), agreed),
        people_agreed=agreed,
        hours_open=max(1, round((ended - line.opened_at) / _HOUR)),
        was_filled=was_filled,
    )


def _asked(line: OrderLine, *, until: datetime) -> int:
    """Who let themselves be counted, was connected by then and holds what the offer reads."""
    owners = HatOwner.objects.filter(status=HatOwnerStatus.CONNECTED, is_counted=True)
    needed = line.offer_version.endpoints
    return owners.filter(connected_at__lte=until, endpoints__contains=needed).count()


def _note_deliveries() -> None:
    """Measure the newest sealed revision of each line that was told of, where it is a new one."""
    sealed = DatasetRevision.objects.filter(status=DatasetRevisionStatus.SEALED)
    newest = sealed.filter(dataset=OuterRef("dataset")).order_by("-number").values("number")
    told = Outcome.objects.filter(line_reference=OuterRef("dataset__order_line__reference"))
    revisions = (
        sealed.filter(number=Subquery(newest[:1]))
        .annotate(measured=Subquery(told.values("revision")[:1]))
        .exclude(measured=None)
        .select_related("dataset__order_line")
        .order_by("pk")
    )
    for revision in revisions.filter(number__gt=F("measured"))[:_BATCH]:
        history.note_delivery(
            line_reference=revision.dataset.order_line.reference, delivered=_delivered(revision)
        )


def _delivered(revision: DatasetRevision) -> history.Delivered:
    profile = revision.profile
    return history.Delivered(
        revision=revision.number,
        people_delivered=revision.people,
        cells=profile.get("cells", 0),
        cells_filled=profile.get("filled", 0),
        hours_old=_hours_old(revision, profile.get("newest", "")),
    )


def _hours_old(revision: DatasetRevision, newest: str) -> int | None:
    """How old the newest time was when the revision was sealed; times are UTC, as the profile's."""
    if not newest or revision.sealed_at is None:
        return None
    try:
        moment = datetime.fromisoformat(newest)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(0, round((revision.sealed_at - moment) / _HOUR)), _HOURS_AT_MOST)
