"""``manage.py seed`` in small: believable, valid, repeatable."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from common.ids import numbered_reference
from hats.models import HatOwner
from marketplace.invariants import violations
from offers import actions
from offers.management.commands import seed
from offers.models import Listing, Offer, OfferVersion
from tests import factories

pytestmark = pytest.mark.django_db


def _seed(**numbers: int) -> str:
    out = StringIO()
    call_command("seed", **numbers, stdout=out)
    return out.getvalue()


def _invented():
    return Offer.objects.filter(slug__contains=seed.SLUG)


def test_so_many_offers_stand_on_the_shelf_and_so_many_owners_are_connected():
    assert _seed(offers=30, owners=20).startswith("30 offers and 20 owners are new")

    assert _invented().count() == 30
    assert HatOwner.objects.count() == 20
    assert Listing.objects.count() == 30 + 16


def test_every_invented_offer_would_pass_its_own_review():
    _seed(offers=40)

    for version in OfferVersion.objects.filter(offer__in=_invented()):
        assert actions.problems_of(version) == []
        assert version.content_hash == actions.content_hash(version)


def test_people_are_counted_by_what_the_invented_hats_hold():
    _seed(offers=20, owners=200)

    assert Offer.objects.filter(people_available__gt=0).exists()


def test_run_again_it_only_adds_what_is_missing():
    _seed(offers=10, owners=5)
    before = list(_invented().order_by("pk").values_list("slug", flat=True))

    assert _seed(offers=12, owners=5).startswith("2 offers and 0 owners are new")
    assert list(_invented().order_by("pk").values_list("slug", flat=True))[:10] == before


def test_the_record_knows_how_each_of_them_came_about():
    _seed(offers=5, owners=5)

    assert list(violations()) == []


def test_two_shops_are_filled_with_the_same_offers():
    texts = [path.read_text("utf-8") for path in sorted(seed.seed_offers.SHELF.glob("*"))]

    assert seed._invented(7, texts)[0] == seed._invented(7, texts)[0]  # noqa: SLF001  # its heart
    assert seed._invented(7, texts)[0] != seed._invented(8, texts)[0]  # noqa: SLF001  # its heart


def test_a_real_market_is_not_filled_with_inventions(settings):
    settings.DEMO = False

    with pytest.raises(CommandError):
        _seed(offers=5)

    assert not Offer.objects.exists()


def test_a_reference_that_somebody_has_by_chance_is_left_to_them():
    taken = numbered_reference("HM", 2)
    theirs = factories.make_version().offer
    Offer.objects.filter(pk=theirs.pk).update(reference=taken)

    _seed(offers=5)

    assert _invented().count() == 5
    assert Offer.objects.get(reference=taken) == theirs


def test_two_shops_are_filled_with_the_same_references():
    _seed(offers=5, owners=5)

    expected = {numbered_reference("HM", number) for number in range(5)}
    assert set(_invented().values_list("reference", flat=True)) == expected
    expected = {numbered_reference("HO", number) for number in range(5)}
    assert set(HatOwner.objects.values_list("reference", flat=True)) == expected
