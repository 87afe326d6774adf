"""Orders: placed once, approved where the organisation asks for it, cancelled while one can."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from accounts import audit
from accounts.access import has_role, require
from accounts.audit import Action
from accounts.models import Role
from buyers import notifications
from buyers.actions import lines
from buyers.constants import FILL_PERIOD
from buyers.errors import OfferNotOnSale, OrderRefused, PriceChanged
from buyers.models import Order, OrderLine, OrderStatus, PaymentStatus
from buyers.pricing import Quote, quote
from common import outbox, transitions
from common.errors import InvalidTransition
from common.language import gettext as _
from common.language import number
from offers import limits
from offers.constants import MOST_PLACES
from offers.models import OfferStatus, OfferVersionStatus

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from accounts.models import Membership, User
    from common.money import Money
    from offers.models import OfferVersion


@dataclass(frozen=True)
class Wishes:
    """What the buyer chooses; every amount follows from it on our side."""

    places: int
    purpose: str
    purpose_words: str
    retention_days: int
    country: str
    only_new_people: bool = False


def place_order(
    *,
    membership: Membership,
    version: OfferVersion,
    wishes: Wishes,
    agreed: Money,
    form_key: uuid.UUID,
    tax_percent: int,
    at: datetime,
) -> Order:
    """Order places of a published version; the same form places one order, however often it comes.

    :param agreed: the total that the buyer was shown and pressed the button for.
    :raises NotAllowed: not a buyer of the organisation, or the organisation is suspended.
    :raises OfferNotOnSale: paused, or another version is on sale by now.
    :raises OrderRefused: places, purpose, retention or country outside what the offer allows.
    :raises PriceChanged: ``agreed`` is not what it costs.
    """
    require(membership, need=Role.BUYER)
    placed = Order.objects.filter(organisation=membership.organisation, form_key=form_key).first()
    if placed is not None:
        return placed
    require_on_sale(version)
    _check_wishes(version, wishes)
    price = quote(version.reward, version.fee, places=wishes.places, tax_percent=tax_percent)
    if price.total != agreed:
        raise PriceChanged(
            _(
                "{places} people cost {amount} in all. Please look at the total again and confirm"
                " it. Nothing was ordered."
            ).format(places=number(wishes.places), amount=price.total)
        )
    with transaction.atomic():
        order, is_new = Order.objects.get_or_create(
            organisation=membership.organisation,
            form_key=form_key,
            defaults={
                "placed_by": membership.user,
                "currency": version.currency,
                "total_minor_units": price.total.minor_units,
                "placed_at": at,
            },
        )
        if is_new:
            _add_line(order, version, wishes, price, at=at)
            _send_on(order, membership, at=at)
    return order


def require_on_sale(version: OfferVersion) -> None:
    """:raises OfferNotOnSale: paused, retired, or another version is on sale by now."""
    offer = version.offer
    if offer.status != OfferStatus.LISTED or version.status != OfferVersionStatus.PUBLISHED:
        raise OfferNotOnSale(
            _("“{title}” is not on sale at the moment.").format(title=version.title)
        )
    if offer.current_version_id != version.pk:
        raise OfferNotOnSale(
            _("“{title}” has a newer version by now. Look at it and order again.").format(
                title=version.title
            )
        )


def _check_wishes(version: OfferVersion, wishes: Wishes) -> None:
    if not version.smallest_group <= wishes.places <= MOST_PLACES:
        raise OrderRefused(
            _("An order of this offer has {smallest} to {most} people.").format(
                smallest=number(version.smallest_group), most=number(MOST_PLACES)
            )
        )
    if wishes.purpose not in version.purposes:
        raise OrderRefused(_("This offer does not allow that purpose. Choose one of its list."))
    if not wishes.purpose_words.strip():
        raise OrderRefused(_("Say in your own words what you will use the data for."))
    if wishes.retention_days not in dict(limits.retention_choices(version.longest_retention_days)):
        raise OrderRefused(_("Choose from the list how long you will keep the data."))
    if wishes.country not in limits.country_choices(version.countries):
        raise OrderRefused(_("Choose from the list the country where you will keep the data."))


def _add_line(
    order: Order, version: OfferVersion, wishes: Wishes, price: Quote, *, at: datetime
) -> OrderLine:
    return OrderLine.objects.create(
        order=order,
        offer_version=version,
        purpose=wishes.purpose,
        purpose_words=wishes.purpose_words.strip(),
        retention_days=wishes.retention_days,
        country=wishes.country,
        places=wishes.places,
        only_new_people=wishes.only_new_people,
        places_minimum=version.smallest_group,
        reward_minor_units=price.reward_each.minor_units,
        fee_minor_units=price.fee_each.minor_units,
        tax_minor_units=price.tax_each.minor_units,
        currency=version.currency,
        closes_at=at + FILL_PERIOD,
    )


def _send_on(order: Order, membership: Membership, *, at: datetime) -> None:
    """To an approver when the organisation wants one for such a sum, else to payment."""
    if _needs_approval(order, membership):
        who = {"at": at, "actor": membership.user, "organisation": order.organisation}
        audit.record(Action.ORDER_PLACED, order, now=order.status, **who)
        target, action = OrderStatus.AWAITING_APPROVAL, Action.ORDER_APPROVAL_ASKED
        _move(order, target, action, at=at, by=membership.user)
        notifications.approval_asked(order)
    else:
        target = OrderStatus.AWAITING_PAYMENT
        _move(order, target, Action.ORDER_PLACED, at=at, by=membership.user)


def _needs_approval(order: Order, membership: Membership) -> bool:
    limit = membership.organisation.approval_above_minor_units
    above = limit is not None and order.total_minor_units > limit
    return above and not has_role(membership, need=Role.APPROVER)


def approve_order(*, order: Order, by: User, at: datetime) -> None:
    """Agree to the spending. The caller has loaded the order for an approver.

    :raises InvalidTransition: the order does not wait for approval.
    """
    with transaction.atomic():
        order = _locked(order)
        _check(order, OrderStatus.AWAITING_PAYMENT, _("This order waits for no approval any more."))
        order.approved_by, order.approved_at = by, at
        order.save(update_fields=["approved_by", "approved_at"])
        _move(order, OrderStatus.AWAITING_PAYMENT, Action.ORDER_APPROVED, at=at, by=by)
        notifications.approved(order)


def decline_order(*, order: Order, by: User, at: datetime) -> None:
    """Do not agree to the spending: the order is cancelled, and nothing was paid.

    :raises InvalidTransition: the order does not wait for approval.
    """
    with transaction.atomic():
        order = _locked(order)
        if order.status != OrderStatus.AWAITING_APPROVAL:
            raise InvalidTransition(_("This order waits for no approval any more."))
        _cancel(order, at=at, by=by)
        notifications.declined(order)


def cancel_order(*, order: Order, by: User, at: datetime) -> None:
    """Cancel an order to which no HAT owner has said yes; what was paid goes back.

    :raises InvalidTransition: the order has ended.
    :raises LineNotOpen: somebody has said yes already.
    """
    with transaction.atomic():
        order = _locked(order)
        _check(order, OrderStatus.CANCELLED, _("This order has ended already."))
        _cancel(order, at=at, by=by)


def _cancel(order: Order, *, at: datetime, by: User) -> None:
    """Lines first, so that a refusal leaves all as it was; then the payment page is called off."""
    for line in OrderLine.objects.select_for_update().filter(order=order).order_by("pk"):
        lines.cancel_line(order_line=line, at=at, by=by)
    order.closed_at = at
    order.save(update_fields=["closed_at"])
    _move(order, OrderStatus.CANCELLED, Action.ORDER_CANCELLED, at=at, by=by)
    for payment in order.payments.filter(status=PaymentStatus.OPEN).order_by("pk"):
        key = f"payment:{payment.pk}"
        outbox.enqueue("buyers.expire_payment", key=key, payment_id=payment.pk)


def _check(order: Order, target: OrderStatus, sentence: str) -> None:
    transitions.check(Order.TRANSITIONS, current=order.status, target=target, sentence=sentence)


def _move(
    order: Order, target: OrderStatus, action: Action, *, at: datetime, by: User | None
) -> None:
    was, order.status = order.status, target
    order.save(update_fields=["status"])
    audit.record(
        action, order, at=at, actor=by, organisation=order.organisation, was=was, now=target
    )


def _locked(order: Order) -> Order:
    people = ("organisation", "placed_by")
    return Order.objects.select_for_update(of=("self",)).select_related(*people).get(pk=order.pk)
