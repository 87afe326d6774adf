"""When what was stored counts as delivered: for nobody before the smallest group is reached.

Every function works in the caller's transaction, in which the line was locked first.
"""

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from accounts.audit import Action
from buyers.actions import lines
from buyers.models import OrderLine, OrderLineStatus
from common.language import gettext_noop
from fulfilment import audit
from fulfilment.actions import acceptances, datasets, endings, rewards
from fulfilment.audit import Trail
from fulfilment.models import Acceptance, AcceptanceStatus, RetrievalStatus


def deliver(*, line: OrderLine, stored: Collection[int], at: datetime) -> None:
    """Deliver what was stored, at once or when the group is complete.

    The acceptance that completes the group opens the dataset for all of them.

    :param stored: numbers of acceptances of this line, for which a block was just written.
    """
    if not stored:
        return
    if line.people_delivered:
        _fulfil(_waiting(line).filter(pk__in=stored), line=line, at=at)
        datasets.mark_stale(order_line=line, at=at)
        return
    waiting = _waiting(line)
    if waiting.count() >= line.places_minimum:
        _fulfil(waiting, line=line, at=at)
        datasets.open_dataset(order_line=line, at=at)


def settle(*, line: OrderLine, undelivered: Collection[int], once: bool, at: datetime) -> None:
    """Follow readings that brought nothing.

    Read only once, such an acceptance has come to its end; and on a closed line it may have been
    the last hope of the group.

    :param undelivered: numbers of acceptances whose HAT had nothing, or not what it takes.
    """
    if once and undelivered:
        found = endings.lock_acceptances(undelivered, line=line)
        ending = [row for row in found if row.status == AcceptanceStatus.CONFIRMED]
        sentence = gettext_noop(
            "Your HAT had nothing to give for this offer when we looked, so nothing was shared"
            " and your place is free again."
        )
        acceptances.end_locked(ending, line=line, at=at, sentence=sentence)
    if line.status == OrderLineStatus.CLOSED:
        acceptances.end_hopeless_group(line=line, at=at)


def _waiting(line: OrderLine) -> QuerySet[Acceptance]:
    """Confirmed acceptances of which something is stored."""
    return Acceptance.objects.filter(
        order_line=line,
        status=AcceptanceStatus.CONFIRMED,
        pk__in=Acceptance.objects.filter(
            order_line=line, debit__retrievals__status=RetrievalStatus.STORED
        ).values("pk"),
    )


def _fulfil(waiting: QuerySet[Acceptance], *, line: OrderLine, at: datetime) -> None:
    """These people have delivered: the reward is theirs, and the line pays for them."""
    rows = list(
        waiting.select_for_update(no_key=True, of=("self",))
        .order_by("pk")
        .values_list("pk", "hat_owner__user_id", "hat_owner__reference")
    )
    if not rows:
        return
    organisation = line.order.organisation_id
    trails = {number: Trail(at, user, organisation) for number, user, _ in rows}
    was, now = AcceptanceStatus.CONFIRMED, AcceptanceStatus.FULFILLED
    Acceptance.objects.filter(pk__in=list(trails)).update(status=now, delivered_at=at)
    entries = [
        trail.step(Action.ACCEPTANCE_FULFILLED, f"fulfilment.acceptance:{number}", was=was, now=now)
        for number, trail in trails.items()
    ]
    audit.write(entries + rewards.earn(trails, at=at))
    lines.record_deliveries(
        order_line=line,
        deliveries=[lines.Delivery(reference, number) for number, _, reference in rows],
        key=f"delivery:{line.reference}:{line.people_delivered + 1}",
        at=at,
    )
