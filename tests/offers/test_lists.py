"""Bookmarks, lists that an organisation shares, and what one looked at lately."""

import pytest
from django.conf import settings
from django.urls import reverse

from accounts.models import Role
from offers.actions import lists
from offers.actions.drafts import renew_code
from offers.errors import TooManyKept
from offers.models import Bookmark, ListedOffer, OfferList
from offers.pricing import quote
from offers.views.seen import MOST
from tests import factories

NOON = factories.NOON


def _keep(client, offer, **form):
    return client.post(reverse("offers:offer-keep", args=[offer.slug]), form)


def test_a_bookmark_is_set_shown_and_taken_away(client, buyer, version):
    client.force_login(buyer)

    _keep(client, version.offer, bookmark="on")
    assert version.title in client.get(reverse("offers:saved")).content.decode()

    _keep(client, version.offer)
    assert not Bookmark.objects.exists()


def test_what_is_kept_shows_the_price_a_buyer_pays(client, buyer, version):
    client.force_login(buyer)
    _keep(client, version.offer, bookmark="on", new_list="For the board")
    price = quote(version.reward, version.fee, places=1, tax_percent=settings.FEE_TAX_PERCENT)

    for page in (
        reverse("offers:saved"),
        reverse("offers:list", args=[OfferList.objects.get().uid]),
    ):
        words = client.get(page).content.decode()
        assert str(price.total) in words
        assert str(version.reward) not in words


def test_two_clicks_are_one_bookmark(client, buyer, version):
    client.force_login(buyer)

    _keep(client, version.offer, bookmark="on")
    _keep(client, version.offer, bookmark="on")

    assert Bookmark.objects.count() == 1


def test_a_colleague_sees_the_shared_list_and_not_the_bookmarks(
    client, buyer, organisation, version
):
    client.force_login(buyer)
    _keep(client, version.offer, bookmark="on", new_list="For the board")
    client.force_login(factories.make_member(organisation, Role.VIEWER))

    page = client.get(reverse("offers:saved")).content.decode()
    shared = OfferList.objects.get()

    assert "For the board" in page
    assert "No bookmarks" in page
    seen = client.get(reverse("offers:list", args=[shared.uid])).content.decode()
    assert version.title in seen
    assert "Delete this list" not in seen


def test_an_offer_stands_on_the_lists_that_are_ticked_and_no_others(
    client, buyer, organisation, version
):
    one = lists.open_list(organisation=organisation, name="One", at=NOON)
    two = lists.open_list(organisation=organisation, name="Two", at=NOON)
    client.force_login(buyer)

    _keep(client, version.offer, lists=[one.pk])
    _keep(client, version.offer, lists=[two.pk])

    assert [entry.offer_list for entry in ListedOffer.objects.all()] == [two]


def test_a_viewer_changes_no_list(client, organisation, version):
    lists.open_list(organisation=organisation, name="One", at=NOON)
    client.force_login(factories.make_member(organisation, Role.VIEWER))

    _keep(client, version.offer, bookmark="on", new_list="Mine")

    assert [one.name for one in OfferList.objects.all()] == ["One"]
    assert Bookmark.objects.count() == 1


def test_the_list_of_another_organisation_cannot_be_chosen(client, buyer, stranger, version):
    theirs = stranger.memberships.get().organisation
    foreign = lists.open_list(organisation=theirs, name="Theirs", at=NOON)
    client.force_login(buyer)

    answer = _keep(client, version.offer, lists=[foreign.pk])

    assert answer.status_code == 422
    assert not ListedOffer.objects.exists()


def test_a_full_list_takes_no_more(buyer, organisation, version, monkeypatch):
    monkeypatch.setattr(lists, "MOST_ON_A_LIST", 1)
    one = lists.open_list(organisation=organisation, name="One", at=NOON)
    put = {"organisation": organisation, "lists": [one], "by": buyer, "at": NOON}
    lists.put_on_lists(offer=version.offer, **put)

    with pytest.raises(TooManyKept):
        lists.put_on_lists(offer=factories.make_version().offer, **put)

    assert ListedOffer.objects.count() == 1


def test_one_bookmark_too_many_is_refused(buyer, version, monkeypatch):
    monkeypatch.setattr(lists, "MOST_BOOKMARKS", 0)

    with pytest.raises(TooManyKept):
        lists.set_bookmark(user=buyer, offer=version.offer, wanted=True, at=NOON)

    assert not Bookmark.objects.exists()


def test_one_list_too_many_is_refused(organisation, monkeypatch):
    monkeypatch.setattr(lists, "MOST_LISTS", 0)

    with pytest.raises(TooManyKept):
        lists.open_list(organisation=organisation, name="One", at=NOON)

    assert not OfferList.objects.exists()


def test_where_a_new_list_does_not_fit_nothing_is_changed(client, buyer, version, monkeypatch):
    monkeypatch.setattr(lists, "MOST_LISTS", 0)
    client.force_login(buyer)
    page = reverse("offers:offer-keep", args=[version.offer.slug])

    refused = client.post(page, {"bookmark": "on", "new_list": "Spring study"})

    assert refused.status_code == 422
    assert "Spring study" in refused.content.decode()
    assert not Bookmark.objects.exists()


def test_a_deleted_list_leaves_its_offers(client, buyer, organisation, version):
    client.force_login(buyer)
    _keep(client, version.offer, new_list="One")

    client.post(reverse("offers:list-delete", args=[OfferList.objects.get().uid]))

    assert not OfferList.objects.exists()
    version.offer.refresh_from_db()


def test_a_new_code_of_a_private_offer_ends_what_others_have_kept_of_it(
    client, buyer, organisation, version
):
    """What is kept leads to the offer, and so would tell the new code."""
    home = factories.make_organisation("Harbour University")
    publisher = factories.make_member(home, Role.OWNER)
    offer = version.offer
    offer.publisher, offer.invitation_code = home, "SECRET"
    offer.save()
    for user in (buyer, publisher):
        client.force_login(user)
        _keep(client, offer, bookmark="on", new_list="Spring study")

    renew_code(offer=offer, by=publisher, at=NOON)

    assert [one.user for one in Bookmark.objects.all()] == [publisher]
    assert [one.offer_list.organisation for one in ListedOffer.objects.all()] == [home]


def test_a_bookmarked_offer_that_left_the_shelf_is_still_named(client, buyer, version):
    client.force_login(buyer)
    _keep(client, version.offer, bookmark="on")
    version.offer.status = "paused"
    version.offer.save()

    page = client.get(reverse("offers:saved")).content.decode()

    assert version.title in page
    assert "Paused" in page


def test_who_is_logged_in_finds_what_they_looked_at_the_last_first(client, buyer):
    client.force_login(buyer)
    versions = [factories.make_version(title=f"Offer {number}") for number in range(MOST + 2)]
    for version in versions:
        client.get(reverse("offers:offer-detail", args=[version.offer.slug]))

    page = client.get(reverse("offers:saved")).content.decode()

    shown = [number for number in range(MOST + 2) if f">Offer {number}<" in page]
    assert shown == list(range(2, MOST + 2))
    assert page.index("Offer 9<") < page.index("Offer 2<")


def test_a_visitor_is_not_remembered(client, version):
    client.get(reverse("offers:offer-detail", args=[version.offer.slug]))

    assert not client.cookies
