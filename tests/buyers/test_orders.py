import uuid

import pytest

from accounts.models import AuditEntry, Notification, Role
from buyers.actions import orders
from buyers.errors import LineNotOpen, OfferNotOnSale, OrderRefused, PriceChanged
from buyers.models import Order, OrderLine, OrderStatus, Refund
from common.errors import InvalidTransition, NotAllowed
from common.models import OutboxMessage
from common.money import Money
from tests import factories
from tests.buyers.paying import only_line, open_payment, pay, place, wishes
from tests.factories import NOON

pytestmark = pytest.mark.django_db


def refused(user, version, *, agreed=None, **changes):
    """Try to place an order that cannot be."""
    membership = user.memberships.select_related("organisation", "user").get()
    orders.place_order(
        membership=membership,
        version=version,
        wishes=wishes(version, **changes),
        agreed=agreed or Money(2000),
        form_key=uuid.uuid4(),
        tax_percent=20,
        at=NOON,
    )


def test_place_order_freezes_price_terms_and_smallest_group(buyer, version):
    order = place(buyer, version, places=50)

    line = only_line(order)
    assert (order.status, order.total) == (OrderStatus.AWAITING_PAYMENT, Money(5000))
    assert (line.reward, line.fee, line.tax) == (Money(80), Money(16), Money(4))
    assert (line.places, line.places_minimum, line.status) == (50, 20, "pending")
    actions = AuditEntry.objects.filter(subject=f"buyers.order:{order.pk}")
    assert [entry.action for entry in actions] == ["order.placed"]


def test_the_same_form_places_one_order_however_often_it_comes(buyer, version):
    key = uuid.uuid4()

    first = place(buyer, version, form_key=key)
    again = place(buyer, version, form_key=key, places=30)

    assert first == again
    assert (Order.objects.count(), OrderLine.objects.count()) == (1, 1)


@pytest.mark.parametrize("places", [-1, 0, 1, 19, 5_001, 10**9])
def test_place_order_refuses_a_number_of_people_the_offer_does_not_allow(buyer, version, places):
    with pytest.raises(OrderRefused, match="20 to 5,000 people"):
        refused(buyer, version, places=places)

    assert Order.objects.count() == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"purpose": "Advertising"},
        {"purpose": "PublicBenefit"},
        {"purpose_words": "   "},
        {"retention_days": 3650},
        {"country": "XX"},
    ],
    ids=["unknown purpose", "purpose not allowed", "no words", "kept too long", "no such country"],
)
def test_place_order_refuses_terms_outside_the_lists(buyer, version, changes):
    with pytest.raises(OrderRefused):
        refused(buyer, version, **changes)

    assert Order.objects.count() == 0


@pytest.mark.parametrize("changes", [{"retention_days": 180}, {"country": "GB"}])
def test_place_order_refuses_what_the_offer_rules_out(buyer, changes):
    version = factories.make_version(longest_retention_days=90, countries=["DE"])

    with pytest.raises(OrderRefused, match="Choose from the list"):
        refused(buyer, version, **({"retention_days": 90, "country": "DE"} | changes))

    assert Order.objects.count() == 0


@pytest.mark.parametrize("agreed", [Money(1), Money(1999), Money(2000, "EUR")])
def test_place_order_refuses_another_total_than_it_costs(buyer, version, agreed):
    with pytest.raises(PriceChanged, match=r"£20\.00"):
        refused(buyer, version, agreed=agreed)

    assert Order.objects.count() == 0


def test_place_order_refuses_a_paused_offer(buyer, version):
    version.offer.status = "paused"

    with pytest.raises(OfferNotOnSale):
        refused(buyer, version)

    assert Order.objects.count() == 0


def test_place_order_refuses_a_version_that_is_no_longer_current(buyer, version):
    factories.make_version(offer=version.offer)

    with pytest.raises(OfferNotOnSale, match="newer version"):
        refused(buyer, version)

    assert Order.objects.count() == 0


def test_place_order_refuses_a_viewer(organisation, version):
    viewer = factories.make_member(organisation, Role.VIEWER)

    with pytest.raises(NotAllowed):
        refused(viewer, version)

    assert Order.objects.count() == 0


def test_place_order_refuses_a_suspended_organisation(buyer, organisation, version):
    organisation.status = "suspended"
    organisation.save()

    with pytest.raises(NotAllowed, match="suspended"):
        refused(buyer, version)

    assert Order.objects.count() == 0


def test_an_order_above_the_limit_waits_for_an_approver_who_is_told(
    buyer, approver, organisation, version
):
    organisation.approval_above_minor_units = 1999
    organisation.save()

    order = place(buyer, version)

    assert order.status == OrderStatus.AWAITING_APPROVAL
    notice = Notification.objects.get()
    assert (notice.user, notice.link) == (approver, f"/orders/{order.reference}/approve/")


def test_an_order_at_the_limit_needs_no_approver(buyer, organisation, version):
    organisation.approval_above_minor_units = 2000
    organisation.save()

    assert place(buyer, version).status == OrderStatus.AWAITING_PAYMENT


def test_an_approver_orders_without_asking_anybody(approver, organisation, version):
    organisation.approval_above_minor_units = 0
    organisation.save()

    assert place(approver, version).status == OrderStatus.AWAITING_PAYMENT


@pytest.fixture
def waiting(buyer, organisation, version):
    organisation.approval_above_minor_units = 0
    organisation.save()
    return place(buyer, version)


def test_approve_order_lets_it_be_paid_and_tells_the_buyer(waiting, approver, buyer):
    orders.approve_order(order=waiting, by=approver, at=NOON)

    waiting.refresh_from_db()
    assert (waiting.status, waiting.approved_by) == (OrderStatus.AWAITING_PAYMENT, approver)
    assert Notification.objects.filter(user=buyer, notice="order_approved").count() == 1


def test_approve_order_twice_is_refused(waiting, approver):
    orders.approve_order(order=waiting, by=approver, at=NOON)

    with pytest.raises(InvalidTransition):
        orders.approve_order(order=waiting, by=approver, at=NOON)


def test_decline_order_cancels_it(waiting, approver):
    orders.decline_order(order=waiting, by=approver, at=NOON)

    waiting.refresh_from_db()
    assert (waiting.status, only_line(waiting).status) == (OrderStatus.CANCELLED, "cancelled")


def test_decline_order_refuses_an_order_that_waits_for_payment(buyer, approver, version):
    order = place(buyer, version)

    with pytest.raises(InvalidTransition):
        orders.decline_order(order=order, by=approver, at=NOON)

    order.refresh_from_db()
    assert order.status == OrderStatus.AWAITING_PAYMENT


def test_cancel_order_calls_the_open_payment_page_off(buyer, version):
    order = place(buyer, version)
    payment = open_payment(order)

    orders.cancel_order(order=order, by=buyer, at=NOON)

    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED
    message = OutboxMessage.objects.get(task="buyers.expire_payment")
    assert message.arguments == {"payment_id": payment.pk}


def test_cancel_order_refunds_a_paid_order_nobody_said_yes_to(buyer, version):
    order = place(buyer, version)
    pay(order)

    orders.cancel_order(order=order, by=buyer, at=NOON)

    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED
    assert Refund.objects.get().amount == Money(2000)


def test_cancel_order_refuses_when_somebody_has_said_yes(open_line, buyer):
    OrderLine.objects.filter(pk=open_line.pk).update(places_taken=1)

    with pytest.raises(LineNotOpen, match="closed, not cancelled"):
        orders.cancel_order(order=open_line.order, by=buyer, at=NOON)

    open_line.refresh_from_db()
    assert (open_line.status, open_line.order.status) == ("open", OrderStatus.PAID)


def test_cancel_order_twice_is_refused(buyer, version):
    order = place(buyer, version)
    orders.cancel_order(order=order, by=buyer, at=NOON)

    with pytest.raises(InvalidTransition):
        orders.cancel_order(order=order, by=buyer, at=NOON)
