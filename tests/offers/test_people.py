"""How many people could fill an offer, from what owners let be counted."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from hats.models import HatOwner, HatOwnerStatus
from offers import actions
from offers.models import Offer, PeopleCount
from offers.queries.catalogue import shelf_stamp
from tests import factories
from tests.factories import BUNDLE, NOON

SLEEP, PLAYS = "fitbit/sleep", "spotify/feed"
BOTH = [SLEEP, PLAYS]

TAG = re.compile(r"<(?:script|style).*?</(?:script|style)>|<[^>]*>", re.DOTALL)
EXACT = re.compile(r"(?<![\w:.-])37(?![\w:.-])")  # no part of a reference or a time


def _owners(number, *, endpoints, **fields):
    return [factories.make_hat_owner(endpoints=endpoints, **fields) for _ in range(number)]


def _sleep_and_plays():
    bundle = {
        "name": "nights-1",
        "bundle": {
            "plays": BUNDLE["bundle"]["plays"],
            "nights": {
                "endpoints": [{"endpoint": SLEEP, "mapping": {"day": "dateOfSleep"}}],
                "orderBy": "dateOfSleep",
                "ordering": "descending",
                "limit": 10,
            },
        },
    }
    return factories.make_version(bundle=bundle, conditions=None)


def _shown(version):
    return Offer.objects.get(pk=version.offer_id).people_available


def test_people_are_counted_who_hold_every_endpoint_and_are_connected(version):
    _owners(15, endpoints=BOTH)
    _owners(4, endpoints=[SLEEP])
    frozen = _owners(40, endpoints=[PLAYS])
    HatOwner.objects.filter(pk__in=[one.pk for one in frozen]).update(status=HatOwnerStatus.FROZEN)

    assert actions.refresh_people_available(NOON) == 1
    assert actions.refresh_people_available(NOON) == 0

    assert _shown(version) == 10
    assert Offer.objects.get().people_counted_at == NOON


def test_who_does_not_want_to_be_counted_changes_nothing(version):
    _owners(14, endpoints=[PLAYS])
    hidden = _owners(80, endpoints=[PLAYS], is_counted=False)

    actions.refresh_people_available(NOON)

    assert _shown(version) == 0
    HatOwner.objects.filter(pk=hidden[0].pk).update(is_counted=True)
    actions.refresh_people_available(NOON)
    assert _shown(version) == 10


def test_an_offer_that_fits_three_people_says_fewer_than_ten(client, version):  # T75
    _owners(3, endpoints=[PLAYS])

    actions.refresh_people_available(NOON)

    text = client.get(reverse("offers:offer-detail", args=[version.offer.slug])).content.decode()
    assert "fewer than 10" in text
    assert _shown(version) == 0


def test_two_offers_do_not_tell_of_the_few_between_them(version):  # T76
    both = _sleep_and_plays()
    _owners(23, endpoints=BOTH)
    _owners(3, endpoints=[PLAYS])

    actions.refresh_people_available(NOON)

    assert _shown(version) == _shown(both) == 10


def test_no_exact_number_is_kept_or_answered(client, version):  # T83
    _owners(37, endpoints=[PLAYS])

    actions.refresh_people_available(NOON)

    assert list(PeopleCount.objects.values_list("endpoints", "people")) == [([PLAYS], 20)]
    answers = [
        client.get(reverse("offers:offer-list")),
        client.get(reverse("offers:offer-detail", args=[version.offer.slug])),
        client.get(reverse("offers:api-offer-detail", args=[version.offer.reference])),
    ]
    assert not any(EXACT.search(TAG.sub(" ", answer.content.decode())) for answer in answers)


def test_one_owner_who_leaves_and_comes_back_moves_the_answer_once(version):
    one, *_ = _owners(15, endpoints=[PLAYS])
    actions.refresh_people_available(NOON)

    shown = []
    for is_counted in (False, True, False, True):
        HatOwner.objects.filter(pk=one.pk).update(is_counted=is_counted)
        actions.refresh_people_available(NOON)
        shown.append(_shown(version))

    assert shown == [10] * 4


def test_each_part_of_what_an_offer_asks_for_is_counted(db):
    _sleep_and_plays()
    _owners(25, endpoints=BOTH)
    _owners(40, endpoints=[SLEEP])

    actions.refresh_people_available(NOON)

    counts = {tuple(row.endpoints): row.people for row in PeopleCount.objects.all()}
    assert counts == {(SLEEP,): 50, (PLAYS,): 20, (SLEEP, PLAYS): 20}


def test_what_the_conditions_look_at_must_be_held_too(db):
    conditions = {
        "name": "sleeps",
        "bundle": {"any": {"endpoints": [{"endpoint": SLEEP}], "limit": 1}},
    }
    version = factories.make_version(conditions=conditions)
    _owners(60, endpoints=[PLAYS])
    _owners(15, endpoints=BOTH)

    actions.refresh_people_available(NOON)

    assert _shown(version) == 10


def test_what_no_offer_asks_for_any_more_is_forgotten(version):
    PeopleCount.objects.create(endpoints=["uber/rides"], people=50)

    actions.refresh_people_available(NOON)

    assert not PeopleCount.objects.filter(endpoints=["uber/rides"]).exists()


def test_counting_renews_no_page_where_nothing_changed(version):
    _owners(16, endpoints=[PLAYS])
    actions.refresh_people_available(NOON)
    stamp = shelf_stamp()

    actions.refresh_people_available(NOON + timedelta(hours=1))

    assert shelf_stamp() == stamp
    actions.refresh_people_available(NOON + timedelta(days=1))
    assert shelf_stamp() != stamp


@pytest.mark.parametrize("offers", [1, 12])
def test_counting_costs_the_same_for_one_offer_and_for_many(offers, db, django_assert_num_queries):
    for _ in range(offers):
        factories.make_version()
    _owners(16, endpoints=[PLAYS])
    actions.refresh_people_available(NOON)

    with django_assert_num_queries(10):  # two of them the test's own savepoint
        actions.refresh_people_available(NOON)
