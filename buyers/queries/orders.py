"""Orders as their buyers see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Prefetch

from accounts.audit import Action, subject_of
from accounts.models import AuditEntry
from buyers.models import (
    Order,
    OrderLine,
    OrderLineStatus,
    OrderStatus,
    Payment,
    PaymentStatus,
    Refund,
)
from common.language import gettext as _
from common.language import gettext_noop, number, pgettext
from common.money import Money
from common.templatetags.ui import date_long
from ledger.queries import LineMoney, line_money

if TYPE_CHECKING:
    from datetime import datetime

    from django.db import models

    from accounts.models import Organisation, User
    from offers.models import OfferVersion

_EVENTS_SHOWN = 12
_FEWEST_FOR_A_GUESS = 5  # people; fewer say nothing about how fast an order fills
_WATCHED = (OrderLineStatus.OPEN, OrderLineStatus.PAUSED, OrderLineStatus.FILLED)


class Step(TypedDict):
    """A point of the timeline; ``state`` is done, now, later or stopped."""

    label: str
    when: str
    state: str


class Row(TypedDict, total=False):
    """A line of the money statement."""

    label: str
    amount: Money
    key: str


@dataclass(frozen=True)
class Progress:
    """How full a line is and where its money is; what the page asks for again and again."""

    line: OrderLine
    money: LineMoney
    rows: list[Row]
    total: Row
    likely_full_at: datetime | None
    is_moving: bool
    words: str
    money_words: str


def orders_of(organisation: Organisation) -> models.QuerySet[Order]:
    """An organisation's orders, newest first, with what a list shows."""
    lines = OrderLine.objects.select_related("offer_version__offer__category").order_by("pk")
    return (
        Order.objects.filter(organisation=organisation)
        .select_related("placed_by")
        .prefetch_related(Prefetch("lines", queryset=lines))
        .order_by("-pk")
    )


def waiting_order(user: User, version: OfferVersion) -> Order | None:
    """The person's newest order of this version that nobody has paid yet."""
    waiting = (OrderStatus.AWAITING_APPROVAL, OrderStatus.AWAITING_PAYMENT)
    orders = Order.objects.filter(placed_by=user, status__in=waiting, lines__offer_version=version)
    return orders.order_by("-pk").first()


def has_earlier(organisation: Organisation, version: OfferVersion) -> bool:
    """Whether people have said yes to an order of the same offer by the organisation."""
    return OrderLine.objects.filter(
        order__organisation=organisation,
        offer_version__offer=version.offer_id,
        places_taken__gt=0,
    ).exists()


def line_of(order: Order) -> OrderLine:
    """The order's line, with the offer it is of and the dataset it led to, if any."""
    line = (
        OrderLine.objects.select_related("offer_version__offer__category", "dataset")
        .filter(order=order)
        .order_by("pk")[0]
    )
    line.order = order
    return line


def dataset_reference(line: OrderLine) -> str:
    """The dataset's public reference, empty before it is opened."""
    dataset = getattr(line, "dataset", None)
    return dataset.reference if dataset else ""


def progress_of(line: OrderLine, *, at: datetime) -> Progress:
    """The line's figures now."""
    money = line_money(line.reference, currency=line.currency)
    delivered = line.people_delivered >= line.places_taken and line.places_taken == line.places
    return Progress(
        line=line,
        money=money,
        rows=_rows(line, money),
        total=_total(line, money),
        likely_full_at=likely_full_at(line, at=at),
        is_moving=line.status in _WATCHED and not delivered,
        words=_fill_words(line),
        money_words=_money_words(line, money),
    )


def _fill_words(line: OrderLine) -> str:
    """What the number of people means in this state."""
    match line.status:
        case OrderLineStatus.OPEN:
            return _("People can say yes until {day}.").format(day=date_long(line.closes_at))
        case OrderLineStatus.FILLED:
            return _(
                "Every place is taken. Each person's data follows the confirmation on the HAT."
            )
        case OrderLineStatus.PAUSED:
            return _("Nobody can say yes while it is paused.")
        case OrderLineStatus.CLOSED:
            return _("Closed on {day}.").format(day=date_long(line.closed_at))
        case OrderLineStatus.PENDING | OrderLineStatus.IN_REVIEW:
            return _("Nobody has been asked yet.")
    return _("Nobody is asked any more.")


def _money_words(line: OrderLine, money: LineMoney) -> str:
    """What the figures do not say by themselves."""
    if not money.paid:
        if line.status == OrderLineStatus.CANCELLED:
            return _("Nothing was paid, and nothing will be.")
        return _("Nothing was paid yet.")
    words = []
    if money.delivered:
        delivered = _("Delivered so far: rewards {rewards}, fee {fee}, VAT {tax}.")
        words.append(delivered.format(rewards=money.rewards, fee=money.fees, tax=money.tax))
    if money.refund_on_its_way:
        on_its_way = _("{amount} of the refund is on its way.")
        words.append(on_its_way.format(amount=money.refund_on_its_way))
    if line.status == OrderLineStatus.CLOSED and money.held:
        words.append(_("What is still held belongs to people whose data is on its way."))
    elif line.status in _WATCHED:
        left = _("What nobody takes by {day} goes back by itself.")
        words.append(left.format(day=date_long(line.closes_at)))
    return " ".join(words)


def _rows(line: OrderLine, money: LineMoney) -> list[Row]:
    if not money.paid:
        each = (
            (line.reward, _("Rewards, {places} × {amount}")),
            (line.fee, _("Market fee, {places} × {amount}")),
            (line.tax, _("VAT on the fee, {places} × {amount}")),
        )
        return [
            {"label": _times(words, line.places, part), "amount": part.times(line.places)}
            for part, words in each
        ]
    delivered = _("Delivered")
    if line.people_delivered:
        words = _("Delivered, {places} × {amount}")
        delivered = _times(words, line.people_delivered, line.price_of_place)
    return [
        {"label": delivered, "amount": money.delivered, "key": "a"},
        {"label": _("Held for this order"), "amount": money.held, "key": "b"},
        {"label": _("Refunded"), "amount": money.refunded, "key": "c"},
    ]


def _times(words: str, places: int, amount: Money) -> str:
    return words.format(places=number(places), amount=amount)


def _total(line: OrderLine, money: LineMoney) -> Row:
    if not money.paid:
        return {"label": _("To pay"), "amount": line.total}
    label = _("Paid on {day}").format(day=date_long(line.order.paid_at))
    return {"label": label, "amount": money.paid}


def likely_full_at(line: OrderLine, *, at: datetime) -> datetime | None:
    """When the last place is taken if people go on as they did; None where nobody can say."""
    left = line.places - line.places_taken
    if line.status != OrderLineStatus.OPEN or line.opened_at is None or not left:
        return None
    if line.places_taken < _FEWEST_FOR_A_GUESS or at <= line.opened_at:
        return None
    guess = at + (at - line.opened_at) * left / line.places_taken
    return guess if guess < line.closes_at else None


def last_payment(order: Order) -> Payment | None:
    """The latest attempt to pay."""
    return order.payments.order_by("-pk").first()


def was_declined(order: Order, payment: Payment | None) -> bool:
    """Whether the last attempt failed and the order still waits for money."""
    failed = payment is not None and payment.status == PaymentStatus.FAILED
    return failed and order.status == OrderStatus.AWAITING_PAYMENT


def entries_of(order: Order, line: OrderLine) -> list[AuditEntry]:
    """What happened to the order, its money, its line and its dataset, oldest first."""
    rows: list[models.Model] = [order, line, *order.payments.only("pk")]
    rows += Refund.objects.filter(order_line=line).only("pk")
    dataset = getattr(line, "dataset", None)
    if dataset is not None:
        rows.append(dataset)
    subjects = [subject_of(row) for row in rows]
    entries = AuditEntry.objects.filter(subject__in=subjects).select_related("actor")
    return list(entries.order_by("pk"))


def latest(entries: list[AuditEntry]) -> list[tuple[datetime, str]]:
    """The last events in words, newest first."""
    told = [(entry.at, words) for entry in entries if (words := _words(entry))]
    return told[: -_EVENTS_SHOWN - 1 : -1]


def _words(entry: AuditEntry) -> str:
    who = entry.actor.name if entry.actor and entry.actor.name else _("Somebody")
    amount = Money(entry.details.get("minor_units", 0), entry.details.get("currency", "GBP"))
    words = _EVENT_WORDS.get(Action(entry.action), "")
    return _(words).format(who=who, amount=amount) if words else ""


_EVENT_WORDS = {
    Action.ORDER_PLACED: gettext_noop("{who} placed the order"),
    Action.ORDER_APPROVAL_ASKED: gettext_noop("The order went to an approver"),
    Action.ORDER_APPROVED: gettext_noop("{who} approved the spend"),
    Action.ORDER_CANCELLED: gettext_noop("{who} cancelled the order"),
    Action.ORDER_CLOSED: gettext_noop("The order is complete"),
    Action.PAYMENT_SETTLED: gettext_noop("Payment of {amount} arrived"),
    Action.PAYMENT_FAILED: gettext_noop("The payment was declined; nothing was charged"),
    Action.PAYMENT_EXPIRED: gettext_noop("The payment page was called off; nothing was charged"),
    Action.REFUND_INTENDED: gettext_noop("{amount} is on its way back"),
    Action.REFUND_SUCCEEDED: gettext_noop("Refund of {amount} arrived"),
    Action.REFUND_FAILED: gettext_noop("A refund of {amount} failed; the money is held again"),
    Action.LINE_IN_REVIEW: gettext_noop("A moderator is asked to look at the order"),
    Action.LINE_CLEARED: gettext_noop("The order was let through"),
    Action.LINE_OPENED: gettext_noop("HAT owners can say yes"),
    Action.LINE_REJECTED: gettext_noop("A moderator refused the order"),
    Action.LINE_PAUSED: gettext_noop("A moderator paused the order"),
    Action.LINE_RESUMED: gettext_noop("The order goes on"),
    Action.LINE_FILLED: gettext_noop("Every place is taken"),
    Action.LINE_REOPENED: gettext_noop("A place became free again"),
    Action.LINE_CLOSED: gettext_noop("Closed to new acceptances"),
    Action.DATASET_OPENED: gettext_noop("The smallest group is reached; the dataset opened"),
}


def timeline(
    order: Order, line: OrderLine, entries: list[AuditEntry], *, likely_full_at: datetime | None
) -> list[Step]:
    """Placed, approved, paid, reviewed, open, filled, delivered: as far as the order came."""
    seen = {entry.action: entry.at for entry in entries}
    reached = _reached(order, line, seen)
    done = [_step(label, date_long(when), "done") for label, when in reached if when]
    ahead = [_step(label, "", "later") for label, when in reached if not when]
    if order.status == OrderStatus.CANCELLED or line.status in _STOPPED:
        ended = line.closed_at or order.closed_at
        return [*done, _step(line.get_status_display(), date_long(ended), "stopped")]
    if line.status in _OPEN:
        done[-1] = _step(pgettext("status", "Open"), _since(line), "now")
        ahead[0]["when"] = _likely(likely_full_at) if likely_full_at else ""
    elif ahead:
        ahead[0]["state"] = "now"
    return done + ahead


def _since(line: OrderLine) -> str:
    return _("since {day}").format(day=date_long(line.opened_at))


def _likely(at: datetime) -> str:
    return _("likely {day}").format(day=date_long(at))


_OPEN = (OrderLineStatus.OPEN, OrderLineStatus.PAUSED)
_STOPPED = (OrderLineStatus.REJECTED, OrderLineStatus.CANCELLED)


def _reached(
    order: Order, line: OrderLine, seen: dict[str, datetime]
) -> list[tuple[str, datetime | None]]:
    """Each step with the moment it was reached."""
    asked = order.approved_at or order.status == OrderStatus.AWAITING_APPROVAL
    is_full = line.places_taken == line.places
    filled = seen.get(Action.LINE_FILLED) if is_full else None
    closed = line.closed_at if line.status == OrderLineStatus.CLOSED else None
    steps = [
        (_("Placed"), order.placed_at),
        *([(_("Approved"), order.approved_at)] if asked else []),
        (_("Paid"), order.paid_at),
        (_("Reviewed"), line.cleared_at if order.paid_at else None),
        (pgettext("status", "Open"), line.opened_at),
        (_("Filled") if is_full or not closed else _("Closed"), filled or closed),
    ]
    if closed and not line.places_taken:
        return steps  # nobody came, so nothing will be delivered
    return [*steps, (_("Delivered"), _delivered(line, seen) if filled or closed else None)]


def _delivered(line: OrderLine, seen: dict[str, datetime]) -> datetime | None:
    """When the last person who holds a place was delivered."""
    if line.people_delivered < line.places_taken:
        return None
    return line.closed_at or seen.get(Action.DATASET_OPENED)


def _step(label: str, when: str, state: str) -> Step:
    return {"label": label, "when": when, "state": state}
