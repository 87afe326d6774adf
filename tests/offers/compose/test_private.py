"""Private offers: found by their code, ordered like others, and nowhere else."""

import pytest
from django.urls import reverse

from accounts.models import Role
from common.errors import NotFound
from offers import access
from offers import actions as shelf
from offers.actions import drafts as actions
from tests import factories
from tests.factories import NOON
from tests.offers.compose.test_handing_in import hand_in

DOOR = reverse("offers:private-offer")


@pytest.fixture
def private_offer(draft, publisher, moderator):
    version = hand_in(draft, publisher, is_private=True)
    shelf.publish_version(version=version, by=moderator, at=NOON)
    version.offer.refresh_from_db()
    return version.offer


def test_a_code_leads_to_the_offer_however_it_is_typed(client, private_offer):
    code = private_offer.invitation_code
    typed = f" {code[:4]}-{code[4:].lower()} "

    answer = client.post(DOOR, {"code": typed}, follow=True)

    assert "Songs of the last weeks" in answer.content.decode()
    assert 'content="noindex"' in answer.content.decode()


@pytest.mark.parametrize("code", ["", "AAAA", "----"])
def test_a_wrong_code_is_refused_in_words(client, private_offer, code):
    assert client.post(DOOR, {"code": code}).status_code == 422


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/offers/",
        "/offers/?q={reference}",
        "/offers/?q=songs",
        "/topics/{subject}/",
        "/compare/?offers={reference}",
        "/feeds/offers.atom",
        "/catalogue.jsonld",
        "/sitemap.xml",
        "/api/v1/offers/",
    ],
)
def test_it_stands_in_no_list_no_search_and_no_feed(client, private_offer, address):
    subject = private_offer.category.slug
    answer = client.get(address.format(reference=private_offer.reference, subject=subject))

    assert answer.status_code == 200
    assert "Songs of the last weeks" not in answer.content.decode()
    assert private_offer.slug not in answer.content.decode()


def test_machines_do_not_get_it_by_its_reference(client, private_offer):
    assert client.get(f"/api/v1/offers/{private_offer.reference}/").status_code == 404


def test_its_publisher_has_no_public_page_for_it(client, private_offer):
    page = reverse("offers:publisher", args=[private_offer.publisher.slug])

    assert client.get(page).status_code == 404


def test_whoever_has_the_code_orders_it(client, private_offer):
    other = factories.make_organisation("Other Museum")
    client.force_login(factories.make_member(other, Role.BUYER))

    answer = client.get(reverse("buyers:order-new"), {"offer": private_offer.reference})

    assert answer.status_code == 200


def test_nobody_else_starts_from_it(private_offer, publisher, stranger):
    assert access.offer_to_start_from(publisher, private_offer.reference) == private_offer
    with pytest.raises(NotFound):
        access.offer_to_start_from(stranger, private_offer.reference)


def test_a_new_code_ends_the_old_one_and_its_address(client, draft, private_offer, publisher):
    old = private_offer.invitation_code
    client.force_login(publisher)

    client.post(reverse("offers:draft-code", args=[draft.reference]))

    private_offer.refresh_from_db()
    assert private_offer.invitation_code != old
    assert client.post(DOOR, {"code": old}).status_code == 422
    former = reverse("offers:offer-detail", args=[access.slug_of_code(old)])
    assert client.get(former).status_code == 404


def test_an_offer_for_everybody_has_no_code_to_renew(draft, publisher):
    version = hand_in(draft, publisher)

    with pytest.raises(NotFound):
        actions.renew_code(offer=version.offer, by=publisher, at=NOON)

    version.offer.refresh_from_db()
    assert version.offer.invitation_code is None


def test_moderators_see_that_it_is_private(client, draft, publisher, moderator):
    version = hand_in(draft, publisher, is_private=True)
    client.force_login(moderator)

    page = client.get(
        reverse("offers:moderation-version", args=[version.offer.reference, version.number])
    ).content.decode()

    assert "Only whoever has its code finds the offer." in page
