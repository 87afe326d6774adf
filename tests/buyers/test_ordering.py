"""The order form and the approver's page, through the front door."""

import uuid

import pytest
from django.urls import reverse

from accounts.models import Role
from buyers.models import Order, OrderStatus
from tests import factories
from tests.buyers.paying import place

pytestmark = pytest.mark.django_db


def form_of(version, **changes):
    values = {
        "form_key": str(uuid.uuid4()),
        "version": str(version.number),
        "agreed": "2000",
        "places": "20",
        "purpose": version.purposes[0],
        "purpose_words": "To learn when people listen to music.",
        "retention_days": "180",
        "country": "GB",
    }
    return {name: value for name, value in (values | changes).items() if value is not None}


def url_of(version, query: str = "") -> str:
    return f"{reverse('buyers:order-new')}?offer={version.offer.reference}{query}"


def test_the_price_alone_asks_nothing_about_earlier_orders(
    shop, version, django_assert_max_num_queries
):
    with django_assert_max_num_queries(20) as asked:
        shop.get(url_of(version, "&places=50"), headers={"HX-Request": "true"})

    assert not [one for one in asked.captured_queries if "places_taken" in one["sql"]]


def test_the_form_shows_the_purposes_the_offer_allows_and_the_price_asked_for(shop, version):
    page = shop.get(url_of(version, "&places=200")).content.decode()

    assert "Academic research and publication" in page
    assert "Planning of public services" not in page
    assert "Order 200 people for £200.00" in page


def test_the_form_shows_the_terms_and_what_the_button_accepts(shop, version):
    page = " ".join(shop.get(url_of(version)).content.decode().split())

    terms = page[page.index('id="terms"') : page.index("</section>", page.index('id="terms"'))]
    assert "Advertising to single people" in terms
    assert "frozen with your order, as version 1" in terms
    assert 'Tidewater Museum accepts the <a href="#terms">terms of the offer</a>' in page


def test_the_price_follows_the_number_of_people_as_a_fragment(shop, version):
    response = shop.get(url_of(version, "&places=50"), headers={"HX-Request": "true"})

    page = response.content.decode()
    assert "Order 50 people for £50.00" in page
    assert "<html" not in page


@pytest.mark.parametrize("places", ["", "7", "-1", "999999", "many", "٢٠٠"])
def test_the_form_begins_with_a_number_the_offer_allows(shop, version, places):
    response = shop.get(url_of(version, f"&places={places}"))

    assert response.status_code == 200
    assert 20 <= response.context["quote"].places <= 5_000


def test_pressing_the_button_places_the_order_and_shows_it(shop, version):
    response = shop.post(url_of(version), form_of(version))

    order = Order.objects.get()
    assert response.url == reverse("buyers:order-detail", args=[order.reference])
    assert order.status == OrderStatus.AWAITING_PAYMENT


def test_pressing_the_button_twice_shows_the_same_order(shop, version):
    form = form_of(version)

    first, second = (shop.post(url_of(version), form).url for _ in range(2))

    assert first == second
    assert Order.objects.count() == 1


def test_who_comes_back_to_the_form_is_told_of_the_order_that_waits(shop, version):
    shop.post(url_of(version), form_of(version))

    page = shop.get(url_of(version)).content.decode()

    assert f"order {Order.objects.get().reference}</a>" in page
    assert "What you send here is one more order" in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("agreed", "1"),
        ("agreed", "-2000"),
        ("agreed", ""),
        ("agreed", "20.00"),
        ("places", "-1"),
        ("places", "1"),
        ("places", "1000000000"),
        ("places", "21"),
        ("places", "20.5"),
        ("purpose", "PublicBenefit"),
        ("purpose", ""),
        ("purpose_words", ""),
        ("purpose_words", "x" * 301),
        ("retention_days", "36500"),
        ("country", "XX"),
        ("form_key", "again"),
        ("form_key", None),
    ],
)
def test_a_tampered_field_places_nothing_and_shows_the_form_again(shop, version, field, value):
    response = shop.post(url_of(version), form_of(version, **{field: value}))

    assert response.status_code == 422
    assert Order.objects.count() == 0


@pytest.mark.parametrize("extra", ["total_minor_units", "reward_minor_units", "currency", "status"])
def test_fields_that_the_form_does_not_have_change_nothing(shop, version, extra):
    shop.post(url_of(version), form_of(version, **{extra: "1"}))

    order = Order.objects.get()
    assert (order.total_minor_units, order.currency) == (2000, "GBP")


def test_a_changed_number_shows_the_new_total_to_agree_to(shop, version):
    form = form_of(version, places="30")

    page = shop.post(url_of(version), form).content.decode()

    assert "30 people cost £30.00 in all" in page
    assert 'name="agreed" value="3000"' in page
    assert form["form_key"] in page


def test_an_older_version_than_the_current_one_cannot_be_ordered(shop, version):
    form = form_of(version)
    factories.make_version(offer=version.offer)

    response = shop.post(url_of(version), form)

    assert response.status_code == 409
    assert "newer version" in response.content.decode()
    assert Order.objects.count() == 0


def test_a_paused_offer_has_no_order_form(shop, version):
    version.offer.status = "paused"
    version.offer.save()

    assert shop.get(url_of(version)).status_code == 409


@pytest.mark.parametrize("query", ["?offer=HM-NOTHING", ""])
def test_an_unknown_offer_is_not_found(shop, query):
    assert shop.get(reverse("buyers:order-new") + query).status_code == 404


def test_a_viewer_reads_who_may_order(client, organisation, version):
    client.force_login(factories.make_member(organisation, Role.VIEWER))

    response = client.get(url_of(version))

    assert response.status_code == 403
    assert "you need to be buyer of Tidewater Museum" in response.content.decode()


def test_a_hat_owner_has_no_order_form(client, owner, version):
    client.force_login(owner.user)

    assert client.get(url_of(version)).status_code == 404


@pytest.fixture
def waiting(buyer, organisation, version):
    organisation.approval_above_minor_units = 0
    organisation.save()
    return place(buyer, version)


def answer(client, order, decision):
    return client.post(
        reverse("buyers:order-approve", args=[order.reference]), {"decision": decision}
    )


def test_the_form_says_that_an_approver_is_asked_first(shop, organisation, version):
    organisation.approval_above_minor_units = 0
    organisation.save()

    assert "wants an approver to agree first" in shop.get(url_of(version)).content.decode()


def test_an_approver_approves(client, approver, waiting):
    client.force_login(approver)
    page = client.get(reverse("buyers:order-approve", args=[waiting.reference])).content.decode()

    answer(client, waiting, "approve")

    waiting.refresh_from_db()
    assert "Approve £20.00" in page
    assert (waiting.status, waiting.approved_by) == (OrderStatus.AWAITING_PAYMENT, approver)


def test_an_approver_does_not_approve(client, approver, waiting):
    client.force_login(approver)

    answer(client, waiting, "decline")

    waiting.refresh_from_db()
    assert waiting.status == OrderStatus.CANCELLED


@pytest.mark.parametrize(("who", "status"), [("buyer", 403), ("stranger", 404)])
def test_nobody_else_approves(client, request, waiting, who, status):
    client.force_login(request.getfixturevalue(who))

    response = answer(client, waiting, "approve")

    waiting.refresh_from_db()
    assert (response.status_code, waiting.status) == (status, OrderStatus.AWAITING_APPROVAL)


def test_the_form_offers_only_what_the_offer_allows(shop):
    version = factories.make_version(longest_retention_days=90, countries=["DE"])

    form = shop.get(url_of(version)).context["form"]

    assert [value for value, _ in form.fields["retention_days"].choices] == [30, 90]
    assert [value for value, _ in form.fields["country"].choices] == ["", "DE"]
    assert form["retention_days"].value() == 90


def test_a_country_that_is_ruled_out_is_explained_and_orders_nothing(shop):
    version = factories.make_version(countries=["DE"])

    answer = shop.post(url_of(version), form_of(version))

    assert answer.status_code == 422
    assert "This offer does not allow that country." in answer.content.decode()
    assert Order.objects.count() == 0
