"""Who may see and change which order: loaders that return the row, or raise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.access import has_role, require, require_moderator
from accounts.models import Membership, Role, User
from buyers.models import Order, OrderLine
from common.errors import NotFound

if TYPE_CHECKING:
    from django.db.models import QuerySet


def order_for(user: User, reference: str, *, need: Role = Role.VIEWER) -> Order:
    """The order, with its organisation and people, for a member with the role.

    :raises NotFound: no such order, or another organisation's: the two look the same.
    :raises NotAllowed: a member, but with a lesser role.
    """
    order, membership = _order_and_membership(user, reference)
    require(membership, need=need)
    return order


def line_for(user: User, reference: str, *, need: Role = Role.VIEWER) -> OrderLine:
    """As ``order_for``, by the reference of one of its lines."""
    line = _lines().filter(reference=reference).first()
    if line is None:
        raise NotFound("We found no such order among those of your organisations.")
    order_for(user, line.order.reference, need=need)
    return line


def role_in(user: User, order: Order, *, need: Role) -> bool:
    """Whether the person could do what needs this role, for what a page offers."""
    membership = Membership.objects.filter(user=user, organisation=order.organisation_id).first()
    return membership is not None and has_role(membership, need=need)


def orders_of(user: User) -> QuerySet[Order]:
    """Every order of the person's organisations."""
    return Order.objects.filter(organisation__memberships__user=user)


def case_for(user: User, reference: str) -> OrderLine:
    """An order line as a moderator's case.

    :raises NotFound: no such line, or not a moderator.
    """
    require_moderator(user)
    line = _lines().filter(reference=reference).first()
    if line is None:
        raise NotFound("There is no such case.")
    return line


def _order_and_membership(user: User, reference: str) -> tuple[Order, Membership]:
    membership = (
        Membership.objects.filter(user=user, organisation__orders__reference=reference)
        .select_related("organisation")
        .first()
    )
    if membership is None:
        raise NotFound("We found no such order among those of your organisations.")
    people = ("organisation", "placed_by", "approved_by")
    return Order.objects.select_related(*people).get(reference=reference), membership


def _lines() -> QuerySet[OrderLine]:
    return OrderLine.objects.select_related(
        "order__organisation", "order__placed_by", "offer_version__offer__category"
    )
