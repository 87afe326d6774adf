"""What buyers are told, each fact once: in the shop and by mail, in their own language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from accounts.access import ROLE_ORDER
from accounts.models import Role, User
from accounts.notifications import notify
from accounts.queries import who_hears
from common.language import date_long, number
from common.language import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.notifications import Words
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
        subject=lambda: _("Order {reference} over {amount} needs your approval").format(
            reference=order.reference, amount=order.total
        ),
        line=lambda: _("Nothing is paid and nobody is asked for data before you approve."),
        view="buyers:order-approve",
    )


def approved(order: Order) -> None:
    """To who placed the order."""
    _tell(
        _buyers(order),
        order,
        fact="approved",
        subject=lambda: _("Order {reference} is approved").format(reference=order.reference),
        line=lambda: _("You can pay {amount} now; HAT owners are asked after that.").format(
            amount=order.total
        ),
    )


def declined(order: Order) -> None:
    """To who placed the order."""
    _tell(
        _buyers(order),
        order,
        fact="declined",
        subject=lambda: _("Order {reference} was not approved").format(reference=order.reference),
        line=lambda: _("The order is cancelled. Nothing was paid and nobody was asked."),
    )


def paid(order: Order) -> None:
    """To who placed the order."""
    _tell(
        _buyers(order),
        order,
        fact="paid",
        subject=lambda: _("{amount} for order {reference} arrived").format(
            amount=order.total, reference=order.reference
        ),
        line=lambda: _(
            "The money is held for this order, place by place, until data is delivered."
        ),
    )


def opened(line: OrderLine) -> None:
    """To who placed the order."""
    _tell(
        _buyers(line.order),
        line.order,
        fact="opened",
        subject=lambda: _("Order {reference} is open to HAT owners").format(
            reference=line.order.reference
        ),
        line=lambda: _("Up to {places} people can say yes until {day}.").format(
            places=number(line.places), day=date_long(line.closes_at)
        ),
    )


def rejected(line: OrderLine) -> None:
    """To who placed the order, with the moderator's reason."""
    _tell(
        _buyers(line.order),
        line.order,
        fact="rejected",
        subject=lambda: _("Order {reference} was not let through").format(
            reference=line.order.reference
        ),
        line=lambda: _("All that you paid goes back. The reason: {reason}").format(
            reason=line.decision_reason
        ),
    )


def filled(line: OrderLine) -> None:
    """To who placed the order; a line that reopened and filled again is told once."""
    _tell(
        _buyers(line.order),
        line.order,
        fact="filled",
        subject=lambda: _("All {places} places of order {reference} are taken").format(
            places=number(line.places), reference=line.order.reference
        ),
        line=lambda: _("Their data follows as each HAT owner confirms on the HAT."),
    )


def closed(line: OrderLine, *, refund: Money) -> None:
    """To who placed the order, with what goes back."""
    _tell(
        _buyers(line.order),
        line.order,
        fact="closed",
        subject=lambda: _("Order {reference} is closed").format(reference=line.order.reference),
        line=lambda: _how_it_closed(line, refund),
    )


def _how_it_closed(line: OrderLine, refund: Money) -> str:
    taken = _("{taken} of {places} places were taken.").format(
        taken=number(line.places_taken), places=number(line.places)
    )
    if not refund:
        return taken
    back = _("{amount} for places nobody took goes back the way you paid.").format(amount=refund)
    return f"{taken} {back}"


def refund_failed(refund: Refund) -> None:
    """To every moderator, for each attempt: only a person can find out why."""
    notify(
        User.objects.filter(is_moderator=True, is_active=True),
        notice="refund_failed",
        subject=lambda: _("A refund of {amount} failed").format(amount=refund.amount),
        line=lambda: _(
            "The payment service refused it, and the buyer waits. You can have it sent again."
        ),
        link=reverse("fulfilment:stuck-work"),
        key=f"refund-failed:{refund.gateway_key}",
    )


def _buyers(order: Order) -> list[User]:
    """Who placed the order; the owners of its organisation once that person has left it."""
    return who_hears(order.placed_by, organisation=order.organisation)


def _tell(
    people: Iterable[User],
    order: Order,
    *,
    fact: str,
    subject: Words,
    line: Words,
    view: str = "buyers:order-detail",
) -> None:
    link = reverse(view, args=[order.reference])
    key = f"order.{fact}:{order.reference}"
    notify(people, notice=f"order_{fact}", subject=subject, line=line, link=link, key=key)
