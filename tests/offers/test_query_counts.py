"""What pages of the shop cost in queries when made anew, among few offers and among many."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Organisation, User
from offers.actions import question_decisions
from offers.models import Category, Offer, OfferVersion
from offers.queries.parts import parts_of
from tests import factories
from tests.offers.questions.saying import ask
from tests.offers.reviews.conftest import make_shown

FEW, MANY = 10, 300
MOST_OF_THE_SHELF, MOST_OF_AN_OFFER = 8, 12
LIST = reverse("offers:offer-list")
SHELVES = {
    "the shelf": LIST,
    "its third page": f"{LIST}?page=3",
    "a word": f"{LIST}?q=songs",
    "a word and two groups": f"{LIST}?q=songs&category=music&purpose=AcademicResearch",
    "words that find nothing together": f"{LIST}?q=songs+tides+stpes+museum",
    "a reference that is not there": f"{LIST}?q=HM-2222222",
}

pytestmark = pytest.mark.django_db


def _seed(offers: int) -> None:
    call_command("seed", offers=offers, owners=20, stdout=StringIO())


def _with_most_kinds_of_data() -> Offer:
    """An offer of the market's own shelf, of several versions, whose page asks most."""
    offers = Offer.objects.exclude(slug__contains="-seeded-").select_related("current_version")
    offer = max(offers, key=lambda one: len(parts_of(one.current_version)))
    assert len(parts_of(offer.current_version)) > 1
    return offer


def _publish_again(offer: Offer, times: int) -> None:
    """The same terms in newer versions."""
    for _ in range(times):
        current = OfferVersion.objects.get(pk=offer.current_version_id)
        fields = list(current.fields.all())
        current.pk, current.number = None, current.number + 1
        current.status = OfferVersion.Status.DRAFT
        current.save()
        for field in fields:
            field.pk, field.version = None, current
            field.save()
        offer.versions.filter(pk=offer.current_version_id).update(status="retired")
        offer.versions.filter(pk=current.pk).update(status="published")
        offer.current_version = current
        offer.save(update_fields=["current_version"])


@pytest.fixture
def buyer_s_first_look(buyer: User, organisation: Organisation) -> Callable[[str], int]:
    """How many queries an address costs somebody who works for an organisation."""

    def look(path: str) -> int:
        client = Client()
        client.force_login(buyer)
        session = client.session
        session["organisation_slug"] = organisation.slug
        session.save()
        return _queries(client, path)

    return look


def _queries(client: Client, path: str) -> int:
    """Of a page that nobody has kept since the shelf changed."""
    Category.objects.update(position=1)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize("path", SHELVES.values(), ids=SHELVES.keys())
def test_the_shelf_costs_a_visitor_and_a_buyer_the_same_however_much_is_on_it(
    client, buyer_s_first_look, path
):
    _seed(FEW)
    few = _queries(client, path), buyer_s_first_look(path)
    _seed(MANY)
    many = _queries(client, path), buyer_s_first_look(path)

    assert many == few
    assert max(many) <= MOST_OF_THE_SHELF


def test_an_offer_costs_a_visitor_and_a_buyer_the_same_however_many_there_are(
    client, buyer_s_first_look
):
    _seed(FEW)
    offer = _with_most_kinds_of_data()
    path = reverse("offers:offer-detail", args=[offer.slug])
    few = _queries(client, path), buyer_s_first_look(path)
    _seed(MANY)
    many = _queries(client, path), buyer_s_first_look(path)

    assert many == few
    assert max(many) <= MOST_OF_AN_OFFER


def test_an_offer_with_a_past_costs_no_more_with_each_version(client, buyer_s_first_look):
    _seed(FEW)
    offer = _with_most_kinds_of_data()
    path = reverse("offers:offer-detail", args=[offer.slug])
    _publish_again(offer, times=1)
    two = _queries(client, path), buyer_s_first_look(path)
    _publish_again(offer, times=6)
    eight = _queries(client, path), buyer_s_first_look(path)

    assert eight == two
    assert max(eight) <= MOST_OF_AN_OFFER


def test_an_offer_with_a_past_that_is_talked_about_costs_no_more(
    client, buyer_s_first_look, buyer, moderator
):
    _seed(FEW)
    offer = _with_most_kinds_of_data()
    _publish_again(offer, times=1)
    version = OfferVersion.objects.get(pk=offer.current_version_id)
    for name in ("Quayside Trust", "Upland Museum", "Harbour Lab"):
        make_shown(version, moderator, name=name)
    question_decisions.show(words=ask(offer, buyer), by=moderator, at=factories.NOON)
    path = reverse("offers:offer-detail", args=[offer.slug])

    assert "As promised" in client.get(path).content.decode()
    assert max(_queries(client, path), buyer_s_first_look(path)) <= MOST_OF_AN_OFFER
