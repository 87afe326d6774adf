"""Who may see and change which order: loaders that return the row, or raise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F, Q

from accounts.access import has_role, require, require_moderator
from accounts.errors import OwnOrganisation
from accounts.models import Membership, Role, User
from buyers.models import Order, OrderLine, OrderLineStatus, OrderStatus
from buyers.queries.clearance import with_risk
from common.errors import NotFound
from common.language import gettext as _
from offers.models import OfferStatus, OfferVersion

if TYPE_CHECKING:
    from django.db.models import QuerySet

_UNENDED = (OrderStatus.AWAITING_APPROVAL, OrderStatus.AWAITING_PAYMENT, OrderStatus.PAID)
_CLOSABLE = (OrderLineStatus.OPEN, OrderLineStatus.PAUSED, OrderLineStatus.FILLED)


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
        raise NotFound(_("We found no such order among those of your organisations."))
    order_for(user, line.order.reference, need=need)
    return line


def line_to_repeat(user: User, reference: str, *, offer: int) -> OrderLine:
    """The line of an order of this offer, to order more of it on the same terms.

    :raises NotFound: no such order of this offer, or another organisation's.
    """
    order = order_for(user, reference)
    line = _lines().filter(order=order, offer_version__offer=offer).first()
    if line is None:
        raise NotFound(_("We found no such order among those of your organisations."))
    return line


@dataclass(frozen=True)
class May:
    """What a page offers to this person in this state; actions check again."""

    approve: bool
    pay: bool
    cancel: bool
    close: bool
    repeat: bool


def may(user: User, *, order: Order, line: OrderLine) -> May:
    """What this person could do with an order that ``order_for`` gave them."""
    membership = Membership.objects.get(user=user, organisation=order.organisation_id)
    is_buyer = has_role(membership, need=Role.BUYER)
    is_approver = has_role(membership, need=Role.APPROVER)
    return May(
        approve=is_approver and order.status == OrderStatus.AWAITING_APPROVAL,
        pay=is_buyer and order.status == OrderStatus.AWAITING_PAYMENT,
        cancel=is_buyer and order.status in _UNENDED and not line.places_taken,
        close=is_buyer and line.status in _CLOSABLE and line.places_taken > 0,
        repeat=is_buyer
        and line.places_taken > 0
        and line.offer_version.offer.status == OfferStatus.LISTED,
    )


def version_to_order(reference: str, *, number: int | None = None) -> OfferVersion:
    """A version of an offer for the order form: the one that was shown, else the current one.

    :raises NotFound: no such offer, or nothing of it was published.
    """
    version = (
        OfferVersion.objects.select_related("offer__category", "offer__current_version")
        .filter(offer__reference=reference, offer__current_version__isnull=False)
        .filter(Q(number=number) if number else Q(pk=F("offer__current_version")))
        .first()
    )
    if version is None:
        raise NotFound(_("We found no such offer. It may have been taken off the shelf."))
    return version


def case_for(user: User, reference: str) -> OrderLine:
    """An order line as a moderator's case.

    :raises NotFound: no such line, or not a moderator.
    """
    require_moderator(user)
    line = with_risk(_lines()).filter(reference=reference).first()
    if line is None:
        raise NotFound(_("There is no such case."))
    return line


def require_decider(user: User, *, line: OrderLine) -> None:
    """A moderator who does not belong to the organisation that buys.

    :raises NotFound: not a moderator.
    :raises OwnOrganisation: somebody else has to decide.
    """
    require_moderator(user)
    if is_own(user, line):
        raise OwnOrganisation


def is_own(user: User, line: OrderLine) -> bool:
    """Whether the line is one of an organisation that the person belongs to."""
    members = Membership.objects.filter(user=user)
    return members.filter(organisation__orders=line.order_id).exists()


def _order_and_membership(user: User, reference: str) -> tuple[Order, Membership]:
    membership = (
        Membership.objects.filter(user=user, organisation__orders__reference=reference)
        .select_related("organisation")
        .first()
    )
    if membership is None:
        raise NotFound(_("We found no such order among those of your organisations."))
    people = ("organisation", "placed_by", "approved_by")
    return Order.objects.select_related(*people).get(reference=reference), membership


def _lines() -> QuerySet[OrderLine]:
    return OrderLine.objects.select_related(
        "order__organisation", "order__placed_by", "offer_version__offer__category"
    )
