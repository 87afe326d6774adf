"""What buyers are told, each fact once: in the shop and by mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from accounts.access import ROLE_ORDER
from accounts.models import Role, User
from accounts.notifications import notify

if TYPE_CHECKING:
    from collections.abc import Iterable

    from buyers.models import Order, OrderLine, Refund
    from common.money import Money

_APPROVERS = ROLE_ORDER[ROLE_ORDER.index(Role.APPROVER) :]


def approval_asked(order: Order) -> None:
    """To everybody of the organisation who may approve."""
    approvers = User.objects.filter(
        memberships__organisation=order.organisation_id,
        memberships__role__in=_APPROVERS,
        is_active=True,
    ).order_by("pk")
    _tell(
        approvers,
        order,
        fact="approval_asked",
        subject=f"Order {order.reference} over {order.total} needs your approval",
        line="Nothing is paid and nobody is asked for data before you approve.",
        view="buyers:order-approve",
    )


def approved(order: Order) -> None:
    """To who placed the order."""
    _tell(
        [order.placed_by],
        order,
        fact="approved",
        subject=f"Order {order.reference} is approved",
        line=f"You can pay {order.total} now; HAT owners are asked after that.",
    )


def declined(order: Order) -> None:
    """To who placed the order."""
    _tell(
        [order.placed_by],
        order,
        fact="declined",
        subject=f"Order {order.reference} was not approved",
        line="The order is cancelled. Nothing was paid and nobody was asked.",
    )


def paid(order: Order) -> None:
    """To who placed the order."""
    _tell(
        [order.placed_by],
        order,
        fact="paid",
        subject=f"{order.total} for order {order.reference} arrived",
        line="The money is held for this order, place by place, until data is delivered.",
    )


def opened(line: OrderLine) -> None:
    """To who placed the order."""
    _tell(
        [line.order.placed_by],
        line.order,
        fact="opened",
        subject=f"Order {line.order.reference} is open to HAT owners",
        line=f"Up to {line.places:,} people can say yes until {_day(line)}.",
    )


def rejected(line: OrderLine) -> None:
    """To who placed the order, with the moderator's reason."""
    _tell(
        [line.order.placed_by],
        line.order,
        fact="rejected",
        subject=f"Order {line.order.reference} was not let through",
        line=f"All that you paid goes back. The reason: {line.decision_reason}"[:400],
    )


def filled(line: OrderLine) -> None:
    """To who placed the order; a line that reopened and filled again is told once."""
    _tell(
        [line.order.placed_by],
        line.order,
        fact="filled",
        subject=f"All {line.places:,} places of order {line.order.reference} are taken",
        line="Their data follows as each HAT owner confirms on the HAT.",
    )


def closed(line: OrderLine, *, refund: Money) -> None:
    """To who placed the order, with what goes back."""
    back = f"{refund} for places nobody took goes back the way you paid." if refund else ""
    _tell(
        [line.order.placed_by],
        line.order,
        fact="closed",
        subject=f"Order {line.order.reference} is closed",
        line=f"{line.places_taken:,} of {line.places:,} places were taken. {back}".strip(),
    )


def refund_failed(refund: Refund) -> None:
    """To every moderator, for each attempt: only a person can find out why."""
    notify(
        User.objects.filter(is_moderator=True, is_active=True),
        notice="refund_failed",
        subject=f"A refund of {refund.amount} failed",
        line="The payment service refused it, and the buyer waits. You can have it sent again.",
        link=reverse("fulfilment:stuck-work"),
        key=f"refund-failed:{refund.gateway_key}",
    )


def _tell(
    people: Iterable[User],
    order: Order,
    *,
    fact: str,
    subject: str,
    line: str,
    view: str = "buyers:order-detail",
) -> None:
    link = reverse(view, args=[order.reference])
    key = f"order.{fact}:{order.reference}"
    notify(people, notice=f"order_{fact}", subject=subject, line=line, link=link, key=key)


def _day(line: OrderLine) -> str:
    return f"{line.closes_at.day} {line.closes_at:%B %Y}"
