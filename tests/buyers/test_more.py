"""A small first order, and more of the same later: of other people."""

import pytest
from django.urls import reverse

from accounts.models import Role
from buyers.models import OrderLine
from tests import factories
from tests.buyers.test_ordering import form_of, url_of

pytestmark = pytest.mark.django_db

NEW_PEOPLE = "Only people who are not in your earlier orders of this offer"
MORE = "Order more of this data"


@pytest.fixture
def pilot(version, organisation):
    """A first order, to which a few people have said yes."""
    return factories.make_line(
        version, organisation, places_taken=12, purpose_words="To try it", retention_days=90
    )


def order_page(client, line) -> str:
    page = client.get(reverse("buyers:order-detail", args=[line.order.reference]))
    return " ".join(page.content.decode().split())


def more_of(line) -> str:
    return url_of(line.offer_version, f"&like={line.order.reference}")


def test_a_first_order_asks_nothing_about_earlier_ones(shop, version):
    assert NEW_PEOPLE not in shop.get(url_of(version)).content.decode()


def test_an_order_nobody_said_yes_to_leaves_everybody_new(shop, version, organisation):
    factories.make_line(version, organisation)

    assert NEW_PEOPLE not in shop.get(url_of(version)).content.decode()


def test_an_order_of_somebody_else_leaves_everybody_new(shop, version):
    factories.make_line(version, factories.make_organisation("Other Ltd"), places_taken=12)

    assert NEW_PEOPLE not in shop.get(url_of(version)).content.decode()


def test_the_next_order_proposes_new_people_alone(shop, version, pilot):
    form = shop.get(url_of(version)).context["form"]

    assert form["only_new_people"].value() is True


@pytest.mark.parametrize(("ticked", "kept"), [("on", True), (None, False)])
def test_what_is_ticked_is_ordered(shop, version, pilot, ticked, kept):
    shop.post(url_of(version), form_of(version, only_new_people=ticked))

    assert OrderLine.objects.latest("pk").only_new_people is kept


def test_a_first_order_cannot_ask_for_it(shop, version):
    shop.post(url_of(version), form_of(version, only_new_people="on"))

    assert OrderLine.objects.get().only_new_people is False


def test_more_of_an_order_begins_on_its_terms(shop, pilot):
    form = shop.get(more_of(pilot)).context["form"]

    names = ("purpose", "purpose_words", "retention_days", "country")
    assert [form[name].value() for name in names] == [pilot.purpose, "To try it", 90, "GB"]


def test_more_of_an_order_of_another_organisation_is_not_found(client, stranger, pilot):
    client.force_login(stranger)

    assert client.get(more_of(pilot)).status_code == 404


def test_more_of_an_order_of_another_offer_is_not_found(shop, pilot):
    other = factories.make_version(title="Steps in a town")

    assert shop.get(url_of(other, f"&like={pilot.order.reference}")).status_code == 404


def test_the_page_of_an_order_leads_to_more_of_it(shop, pilot):
    page = order_page(shop, pilot)

    reference = pilot.offer_version.offer.reference
    assert f"?offer={reference}&amp;like={pilot.order.reference}" in page


@pytest.mark.parametrize(
    "state", [{"line": {"places_taken": 0}}, {"offer": {"status": "paused"}}], ids=str
)
def test_it_does_not_where_nobody_said_yes_or_nothing_is_on_sale(shop, pilot, state):
    OrderLine.objects.filter(pk=pilot.pk).update(**state.get("line", {"places_taken": 12}))
    offers = type(pilot.offer_version.offer).objects
    offers.update(**state.get("offer", {"status": "listed"}))

    assert MORE not in order_page(shop, pilot)


def test_a_viewer_is_not_led_to_a_form_that_would_refuse(client, organisation, pilot):
    client.force_login(factories.make_member(organisation, Role.VIEWER))

    assert MORE not in order_page(client, pilot)


def test_buyers_and_moderators_read_who_is_asked(client, shop, moderator, version, organisation):
    line = factories.make_line(version, organisation, only_new_people=True, status="in_review")
    words = "Only people who are not in earlier orders of this offer"

    assert words in order_page(shop, line)

    client.force_login(moderator)
    case = client.get(reverse("buyers:moderation-case", args=[line.reference]))
    assert words in case.content.decode()
