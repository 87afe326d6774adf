"""Order lines: opened to owners, filled place by place, delivered, closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from accounts import audit
from accounts.audit import Action
from accounts.models import Organisation, OrganisationStatus
from buyers import access, notifications
from buyers.actions import refunds
from buyers.constants import FILL_PERIOD
from buyers.errors import BuyerSuspended, LineFull, LineNotOpen
from buyers.models import Order, OrderLine, OrderLineStatus, OrderStatus, Refund
from buyers.queries import clears_itself
from common import events, transitions
from common.errors import InvalidTransition
from common.language import gettext as _
from common.money import Money
from ledger.actions import Leg, post
from ledger.models import AccountKind
from ledger.queries import PEOPLE_DELIVERED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import User

# One statement: no lock is held while anything else is thought about, and the row comes back.
_TAKE_PLACE = """
UPDATE buyers_orderline
SET places_taken = places_taken + 1,
    status = CASE WHEN places_taken + 1 = places THEN 'filled' ELSE status END
WHERE id = %s AND status = 'open' AND places_taken < places AND closes_at > %s
RETURNING *
"""
_UNDECIDED = (OrderLineStatus.PENDING, OrderLineStatus.IN_REVIEW)
_ENDED = (OrderLineStatus.CLOSED, OrderLineStatus.REJECTED, OrderLineStatus.CANCELLED)


@dataclass(frozen=True)
class Delivery:
    """One person's first delivery: who is to be paid, for which acceptance."""

    hat_owner_reference: str
    acceptance_id: int


def take_place(*, order_line_id: int, at: datetime) -> OrderLine:
    """Take one place of an open line; the last one turns the line to filled.

    :raises LineFull: every place is taken.
    :raises LineNotOpen: paused, closed, or past its closing time.
    """
    rows = list(OrderLine.objects.raw(_TAKE_PLACE, [order_line_id, at]))
    if not rows:
        _refuse_place(OrderLine.objects.get(pk=order_line_id))
    line = rows[0]
    if line.status == OrderLineStatus.FILLED:
        _record(Action.LINE_FILLED, line, was=OrderLineStatus.OPEN, at=at)
        notifications.filled(line)
    return line


def _refuse_place(line: OrderLine) -> None:
    if line.status == OrderLineStatus.FILLED or line.places_taken >= line.places:
        raise LineFull(_("Every place of this offer is taken. Nothing was shared."))
    if line.status == OrderLineStatus.PAUSED:
        raise LineNotOpen(_("This offer is paused, so nobody can say yes to it now."))
    raise LineNotOpen(_("This offer has closed. Nothing was shared."))


def release_place(*, order_line: OrderLine, at: datetime, key: str = "") -> None:
    """Give a place back that was never delivered: to owners, or on a closed line to the buyer.

    :param key: names the refund on a closed line, ``place:<acceptance uid>``: with it, twice is
        once. Before closing it is the caller who releases a place only once.
    :raises LineNotOpen: no place is taken.
    """
    with transaction.atomic():
        line = _locked(order_line)
        is_closed = line.status == OrderLineStatus.CLOSED
        if is_closed and Refund.objects.filter(key=key).exists():
            return
        if line.places_taken <= line.people_delivered:
            raise LineNotOpen(_("No place of this order line is free to be given back."))
        was, line.places_taken = line.status, line.places_taken - 1
        line.save(update_fields=["places_taken"])
        if was == OrderLineStatus.FILLED and at < line.closes_at:
            _reopen(line, at=at)
        if is_closed:
            assert key, "a place of a closed line is refunded under its acceptance's key"
            refunds.refund_places(
                order_line=line, places=1, key=key, reason="place not delivered", at=at
            )


def _reopen(line: OrderLine, *, at: datetime) -> None:
    """To owners, or on hold where the organisation was suspended since the line filled."""
    if _is_suspended(line):
        _move(line, OrderLineStatus.PAUSED, Action.LINE_PAUSED, at=at)
    else:
        _move(line, OrderLineStatus.OPEN, Action.LINE_REOPENED, at=at)


def record_deliveries(
    *, order_line: OrderLine, deliveries: Sequence[Delivery], key: str, at: datetime
) -> None:
    """Count people's first deliveries and pay for them, in one entry; once for each ``key``.

    The caller has locked the line, so that its count is exact.

    :raises django.db.IntegrityError: the line holds less money than the deliveries cost.
    """
    people = len(deliveries)
    if not people:
        return
    each = [
        Leg(AccountKind.OWNER_PAYABLE, delivery.hat_owner_reference, order_line.reward)
        for delivery in deliveries
    ]
    legs = _earnings(order_line, people) + each
    reference = order_line.reference
    entry = post(key=key, kind=PEOPLE_DELIVERED, reference=reference, at=at, legs=legs)
    if entry is not None:
        OrderLine.objects.filter(pk=order_line.pk).update(
            people_delivered=F("people_delivered") + people
        )
        order_line.people_delivered += people


def _earnings(line: OrderLine, people: int) -> list[Leg]:
    """What leaves the line's two purses, and the market's share of it."""
    fee, tax = line.fee.times(people), line.tax.times(people)
    return [
        Leg(AccountKind.HELD_REWARDS, line.reference, -line.reward.times(people)),
        Leg(AccountKind.HELD_FEES, line.reference, -(fee + tax)),
        Leg(AccountKind.FEE_INCOME, line.reference, fee),
        Leg(AccountKind.TAX_PAYABLE, line.reference, tax),
    ]


def start_paid_line(*, order_line: OrderLine, at: datetime) -> None:
    """The money is there: the line opens if it is cleared already or clears itself, or waits.

    Of an organisation that was suspended since, a moderator has to look again. The caller has
    locked the line.
    """
    if order_line.cleared_at is not None and _is_suspended(order_line):
        order_line.cleared_at = order_line.cleared_by = None
        order_line.save(update_fields=["cleared_at", "cleared_by"])
    if order_line.cleared_at is None and clears_itself(order_line):
        order_line.cleared_at = at
        order_line.save(update_fields=["cleared_at"])
        _record(Action.LINE_CLEARED, order_line, was=order_line.status, at=at, by_rule=True)
    if order_line.cleared_at is not None:
        _open(order_line, at=at)
    else:
        _move(order_line, OrderLineStatus.IN_REVIEW, Action.LINE_IN_REVIEW, at=at)


def clear_line(*, order_line: OrderLine, by: User, at: datetime) -> None:
    """A moderator lets the line go live: at once when it is paid, else when it will be.

    :raises NotFound: not a moderator.
    :raises OwnOrganisation: the moderator belongs to the organisation that buys.
    :raises BuyerSuspended: the organisation is suspended.
    :raises InvalidTransition: the line is past review.
    """
    access.require_decider(by, line=order_line)
    with transaction.atomic():
        line = _locked(order_line)
        _refuse_suspended(line)
        if line.cleared_at or line.status not in _UNDECIDED:
            raise InvalidTransition(_("This order line was decided already."))
        line.cleared_at, line.cleared_by = at, by
        line.save(update_fields=["cleared_at", "cleared_by"])
        _record(Action.LINE_CLEARED, line, was=line.status, at=at, by=by)
        if line.status == OrderLineStatus.IN_REVIEW:
            _open(line, at=at, by=by)


def reject_line(*, order_line: OrderLine, by: User, reason: str, at: datetime) -> None:
    """A moderator refuses the line: all its money goes back, and the buyer reads why.

    :raises NotFound, OwnOrganisation: as for ``clear_line``.
    :raises InvalidTransition: the line is not in review.
    """
    access.require_decider(by, line=order_line)
    with transaction.atomic():
        order, line = _locked_with_order(order_line)
        line.decision_reason, line.closed_at = reason, at
        _move(line, OrderLineStatus.REJECTED, Action.LINE_REJECTED, at=at, by=by)
        line.save(update_fields=["decision_reason", "closed_at"])
        key = f"reject:{line.reference}"
        refunds.refund_places(
            order_line=line, places=line.places, key=key, reason="order refused", at=at
        )
        notifications.rejected(line)
        _close_order_when_done(order, at=at)


def pause_line(*, order_line: OrderLine, by: User, at: datetime) -> None:
    """Nobody can say yes until it goes on.

    :raises NotFound, OwnOrganisation: as for ``clear_line``.
    :raises InvalidTransition: the line is not open.
    """
    access.require_decider(by, line=order_line)
    with transaction.atomic():
        line = _locked(order_line)
        _move(line, OrderLineStatus.PAUSED, Action.LINE_PAUSED, at=at, by=by)


def pause_lines_of(*, organisation_id: int, at: datetime) -> None:
    """Pause all that owners can say yes to of one organisation; the caller has a transaction."""
    # What is about to open or to be given a place back holds its lock: wait for that, then look.
    rows = OrderLine.objects.select_for_update(of=("self",)).select_related("order__organisation")
    going_on = rows.filter(order__organisation=organisation_id).exclude(status__in=_ENDED)
    for line in going_on.order_by("pk"):
        if line.status == OrderLineStatus.OPEN:
            _move(line, OrderLineStatus.PAUSED, Action.LINE_PAUSED, at=at)


def resume_line(*, order_line: OrderLine, by: User, at: datetime) -> None:
    """Owners can say yes again.

    :raises NotFound, OwnOrganisation, BuyerSuspended: as for ``clear_line``.
    :raises InvalidTransition: the line is not paused.
    """
    access.require_decider(by, line=order_line)
    with transaction.atomic():
        line = _locked(order_line)
        _refuse_suspended(line)
        if line.status != OrderLineStatus.PAUSED:
            raise InvalidTransition(_("This order line is not paused."))
        _move(line, OrderLineStatus.OPEN, Action.LINE_RESUMED, at=at, by=by)


def close_line(*, order_line: OrderLine, at: datetime, by: User | None = None) -> None:
    """Take no more acceptances and refund the places that nobody holds. Twice is once.

    :raises InvalidTransition: the line was never open.
    """
    with transaction.atomic():
        order, line = _locked_with_order(order_line)
        if line.status == OrderLineStatus.CLOSED:
            return
        transitions.check(OrderLine.TRANSITIONS, current=line.status, target=OrderLineStatus.CLOSED)
        # Who has not confirmed gives the place back now, while the line can still take it.
        events.publish(events.OrderLineClosing(line.pk, at))
        line.refresh_from_db()
        line.closed_at = at
        line.save(update_fields=["closed_at"])
        _move(line, OrderLineStatus.CLOSED, Action.LINE_CLOSED, at=at, by=by)
        empty = line.places - line.places_taken
        refund = refunds.refund_places(
            order_line=line,
            places=empty,
            key=f"close:{line.reference}",
            reason="places nobody took",
            at=at,
        )
        notifications.closed(line, refund=refund.amount if refund else Money(0, line.currency))
        _close_order_when_done(order, at=at)


def cancel_line(*, order_line: OrderLine, at: datetime, by: User | None = None) -> None:
    """Cancel a line that nobody has said yes to; the caller has locked order and line.

    :raises InvalidTransition: somebody holds a place, or the line has ended.
    """
    if order_line.places_taken:
        raise LineNotOpen(
            _("Somebody has said yes already, so the order can only be closed, not cancelled.")
        )
    order_line.closed_at = at
    order_line.save(update_fields=["closed_at"])
    _move(order_line, OrderLineStatus.CANCELLED, Action.LINE_CANCELLED, at=at, by=by)
    refunds.refund_places(
        order_line=order_line,
        places=order_line.places,
        key=f"cancel:{order_line.reference}",
        reason="order cancelled",
        at=at,
    )


def _is_suspended(line: OrderLine) -> bool:
    """Whether the organisation is suspended now, read after the line was locked."""
    found = Organisation.objects.filter(orders=line.order_id, status=OrganisationStatus.SUSPENDED)
    return found.exists()


def _refuse_suspended(line: OrderLine) -> None:
    if _is_suspended(line):
        raise BuyerSuspended


def _open(line: OrderLine, *, at: datetime, by: User | None = None) -> None:
    line.opened_at, line.closes_at = at, at + FILL_PERIOD
    line.save(update_fields=["opened_at", "closes_at"])
    _move(line, OrderLineStatus.OPEN, Action.LINE_OPENED, at=at, by=by)
    notifications.opened(line)
    events.publish(events.OrderLineOpened(line.pk, at))


def _move(
    line: OrderLine,
    target: OrderLineStatus,
    action: Action,
    *,
    at: datetime,
    by: User | None = None,
) -> None:
    transitions.check(OrderLine.TRANSITIONS, current=line.status, target=target)
    was, line.status = line.status, target
    line.save(update_fields=["status"])
    _record(action, line, was=was, at=at, by=by)


def _close_order_when_done(order: Order, *, at: datetime) -> None:
    """The caller has locked the order."""
    if order.lines.exclude(status__in=_ENDED).exists():
        return
    transitions.check(Order.TRANSITIONS, current=order.status, target=OrderStatus.CLOSED)
    was, order.status, order.closed_at = order.status, OrderStatus.CLOSED, at
    order.save(update_fields=["status", "closed_at"])
    audit.record(
        Action.ORDER_CLOSED, order, at=at, organisation=order.organisation, was=was, now="closed"
    )


def _locked(line: OrderLine) -> OrderLine:
    return OrderLine.objects.select_for_update(of=("self",)).select_related("order").get(pk=line.pk)


def _locked_with_order(line: OrderLine) -> tuple[Order, OrderLine]:
    """Parent before child."""
    order = Order.objects.select_for_update().get(pk=line.order_id)
    return order, _locked(line)


def _record(
    action: Action,
    line: OrderLine,
    *,
    was: str,
    at: datetime,
    by: User | None = None,
    **details: bool,
) -> None:
    audit.record(
        action,
        line,
        at=at,
        actor=by,
        organisation=line.order.organisation,
        was=was,
        now=line.status,
        **details,
    )
