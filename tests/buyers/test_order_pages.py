"""The list, one order, its progress, paying and ending it, through the front door."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Role
from buyers.models import OrderLine, OrderStatus, Refund, TillSession, TillSessionStatus
from buyers.queries.orders import entries_of, likely_full_at, timeline
from tests import factories
from tests.buyers.paying import at_till, only_line, open_payment, pay, place
from tests.factories import NOON
from tests.money import fund_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(buyer, version):
    return place(buyer, version)


def page_of(shop, order, view: str = "order-detail") -> str:
    response = shop.get(reverse(f"buyers:{view}", args=[order.reference]))
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def test_an_organisation_without_orders_reads_the_first_step(shop):
    assert "No orders yet" in shop.get(reverse("buyers:order-list")).content.decode()


@pytest.mark.parametrize("count", [1, 20])
def test_the_list_asks_the_database_the_same_for_one_and_for_twenty(
    shop, organisation, version, count, django_assert_max_num_queries
):
    for _ in range(count):
        factories.make_line(version, organisation)
    shop.get(reverse("buyers:order-list"))

    with django_assert_max_num_queries(8):
        page = shop.get(reverse("buyers:order-list")).content.decode()

    assert page.count("Songs listened to in the evening") == count


def test_the_list_turns_the_page_after_twenty(shop, organisation, version):
    for _ in range(21):
        factories.make_line(version, organisation)

    page = shop.get(reverse("buyers:order-list") + "?page=2").content.decode()

    assert page.count("Songs listened to in the evening") == 1


def test_nobody_sees_the_orders_of_another_organisation(client, stranger, order):
    client.force_login(stranger)

    assert order.reference not in client.get(reverse("buyers:order-list")).content.decode()
    for view in ("order-detail", "order-progress", "order-paid", "order-cancel"):
        assert client.get(reverse(f"buyers:{view}", args=[order.reference])).status_code == 404


def test_an_unpaid_order_says_what_needs_the_buyer(shop, order):
    page = page_of(shop, order)

    assert "£20.00 to pay" in page
    assert "Pay £20.00" in page
    assert "Nothing was paid yet" in page


def test_a_declined_payment_is_said_and_can_be_tried_again(shop, order):
    payment = open_payment(order)
    at_till(payment, TillSessionStatus.DECLINED)
    shop.post(reverse("buyers:order-pay", args=[order.reference]))
    open_page = TillSession.objects.order_by("-pk")[0]
    at_till(order.payments.get(gateway_reference=open_page.reference), TillSessionStatus.DECLINED)
    from buyers.actions import payments  # noqa: PLC0415  # as the worker would

    payments.check_payment(payment=order.payments.order_by("-pk")[0], at=NOON)

    page = page_of(shop, order)

    assert "The payment was declined" in page
    assert "Pay £20.00" in page


def test_pay_leads_to_the_till(shop, order):
    response = shop.post(reverse("buyers:order-pay", args=[order.reference]))

    session = TillSession.objects.get()
    assert response.url == f"http://shop.test/till/{session.reference}/"
    assert session.success_url == f"http://shop.test/orders/{order.reference}/paid/"


def test_pay_is_not_for_get_nor_for_viewers(client, shop, organisation, order):
    url = reverse("buyers:order-pay", args=[order.reference])
    assert shop.get(url).status_code == 405
    client.force_login(factories.make_member(organisation, Role.VIEWER))

    assert client.post(url).status_code == 403
    assert TillSession.objects.count() == 0


def test_the_success_page_of_an_unpaid_order_only_waits(shop, order):
    open_payment(order)

    page = page_of(shop, order, "order-paid")

    order.refresh_from_db()
    assert "Waiting for the payment" in page
    assert 'hx-trigger="every 2s"' in page
    assert order.status == OrderStatus.AWAITING_PAYMENT


def test_the_success_page_of_a_paid_order_leads_to_the_order(shop, order):
    pay(order)

    response = shop.get(
        reverse("buyers:order-paid", args=[order.reference]), headers={"HX-Request": "true"}
    )

    assert response["HX-Redirect"] == f"/orders/{order.reference}/"


def test_a_paid_order_shows_its_money_and_who_looks_at_it_now(shop, order):
    pay(order)

    page = page_of(shop, order)

    assert "A moderator looks at the order" in page
    assert "Payment of £20.00 arrived" in page
    assert "Paid on 23 November 2026" in page


def test_the_page_asks_at_most_twelve_times(shop, order, django_assert_max_num_queries):
    pay(order)

    with django_assert_max_num_queries(12):
        page_of(shop, order)


def test_an_open_order_polls_its_progress_and_a_closed_one_does_not(
    shop, open_line, django_assert_max_num_queries
):
    fund_line(open_line)
    url = reverse("buyers:order-progress", args=[open_line.order.reference])
    with django_assert_max_num_queries(8):
        moving = shop.get(url, headers={"HX-Request": "true"}).content.decode()
    OrderLine.objects.update(status="closed", closed_at=NOON)

    still = shop.get(url, headers={"HX-Request": "true"}).content.decode()

    assert f'hx-get="{url}"' in moving
    assert "hx-get" not in still


def test_progress_without_htmx_is_the_whole_page(shop, order):
    response = shop.get(reverse("buyers:order-progress", args=[order.reference]))

    assert response.url == f"/orders/{order.reference}/"


def test_a_rejected_order_shows_the_reason(shop, organisation, version):
    line = factories.make_line(
        version, organisation, status="rejected", decision_reason="The purpose is too wide."
    )

    assert "The purpose is too wide." in page_of(shop, line.order)


def test_a_viewer_sees_the_order_and_no_buttons(client, organisation, order):
    client.force_login(factories.make_member(organisation, Role.VIEWER))

    page = page_of(client, order)

    assert "A buyer of your organisation can pay it" in page
    assert "Cancel the order" not in page


def test_cancelling_asks_once_and_then_cancels(shop, order):
    assert "Cancel this order?" in page_of(shop, order, "order-cancel")

    shop.post(reverse("buyers:order-cancel", args=[order.reference]))

    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED
    assert "Cancelled" in page_of(shop, order)


def test_closing_says_what_goes_back_and_then_closes(shop, open_line):
    fund_line(open_line)
    OrderLine.objects.update(places_taken=12)
    order = open_line.order
    assert "8 empty places, £8.00" in page_of(shop, order, "order-close")

    shop.post(reverse("buyers:order-close", args=[order.reference]))

    assert Refund.objects.get().amount_minor_units == 800
    assert "Closed" in page_of(shop, order)


def test_a_member_of_nothing_learns_where_to_begin(client):
    client.force_login(factories.make_user())

    answer = client.get(reverse("buyers:order-list"))

    assert answer.url.startswith(reverse("accounts:organisation-new"))


def test_likely_full_at_goes_on_as_people_did(open_line):
    open_line.opened_at, open_line.places_taken = NOON - timedelta(days=5), 10

    assert likely_full_at(open_line, at=NOON) == NOON + timedelta(days=5)


@pytest.mark.parametrize("taken", [0, 4, 20])
def test_likely_full_at_keeps_silent_where_nobody_can_say(open_line, taken):
    open_line.opened_at, open_line.places_taken = NOON - timedelta(days=5), taken

    assert likely_full_at(open_line, at=NOON) is None


def test_the_order_links_its_dataset_once_there_is_one(shop, order):
    pay(order)
    line = only_line(order)
    page_before = page_of(shop, order)
    from fulfilment.models import Dataset  # noqa: PLC0415  # the app above, as data only

    dataset = Dataset.objects.create(order_line=line, delete_after=NOON)

    assert "Open the dataset" not in page_before
    assert reverse("fulfilment:dataset-detail", args=[dataset.reference]) in page_of(shop, order)


def steps_of(line) -> list[tuple[str, str]]:
    entries = entries_of(line.order, line)
    steps = timeline(line.order, line, entries, likely_full_at=None)
    return [(step["label"], step["state"]) for step in steps]


BEFORE_OPEN = [("Placed", "done"), ("Paid", "done"), ("Reviewed", "done")]


def test_the_timeline_of_an_unpaid_order_waits_for_the_money(order):
    assert steps_of(only_line(order)) == [
        ("Placed", "done"),
        ("Paid", "now"),
        ("Reviewed", "later"),
        ("Open", "later"),
        ("Filled", "later"),
        ("Delivered", "later"),
    ]


def test_the_timeline_of_an_open_order_is_at_open(open_line):
    assert steps_of(open_line) == [
        *BEFORE_OPEN,
        ("Open", "now"),
        ("Filled", "later"),
        ("Delivered", "later"),
    ]


def test_the_timeline_of_an_order_closed_half_full_waits_for_delivery():
    line = factories.make_line(status="closed", closed_at=NOON, places_taken=9)

    assert steps_of(line)[3:] == [("Open", "done"), ("Closed", "done"), ("Delivered", "now")]


def test_the_timeline_of_an_order_nobody_came_to_ends_at_closed():
    line = factories.make_line(status="closed", closed_at=NOON)

    assert steps_of(line)[3:] == [("Open", "done"), ("Closed", "done")]


def test_the_timeline_of_a_refused_order_stops_there():
    line = factories.make_line(status="rejected", cleared_at=None, opened_at=None, closed_at=NOON)

    assert steps_of(line) == [("Placed", "done"), ("Paid", "done"), ("Rejected", "stopped")]


def test_the_timeline_names_the_approver_where_one_was_asked(buyer, organisation, version):
    organisation.approval_above_minor_units = 0
    organisation.save()

    steps = steps_of(only_line(place(buyer, version)))

    assert steps[:3] == [("Placed", "done"), ("Approved", "now"), ("Paid", "later")]
