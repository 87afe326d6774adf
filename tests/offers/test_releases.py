"""What each published version changed, in words."""

import copy

import pytest
from django.urls import reverse

from offers.models import OfferVersionStatus, Purpose
from offers.queries.releases import releases_of
from tests import factories
from tests.factories import BUNDLE

HUNDRED = copy.deepcopy(BUNDLE)
HUNDRED["bundle"]["plays"]["limit"] = 100


def _next(version, **fields):
    """The next version of the same offer; the former one retires."""
    type(version).objects.filter(pk=version.pk).update(status=OfferVersionStatus.RETIRED)
    return factories.make_version(offer=version.offer, **fields)


def _changes(version):
    return releases_of(version.offer)[0].changes


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"reward_minor_units": 120}, "Reward for each person: now £1.20; before, £0.80."),
        ({"fee_minor_units": 20}, "Market fee for each person: now £0.20; before, £0.16."),
        ({"smallest_group": 40}, "Smallest group: now 40; before, 20."),
        ({"collection": "daily"}, "Collection: now Daily, 30 days; before, Once."),
        ({"purposes": [Purpose.ACADEMIC_RESEARCH]}, "No longer allowed: Market research."),
        ({"longest_retention_days": 90}, "Kept at most: now 90 days; before, 12 months."),
        (
            {"countries": ["DE"]},
            "Where it is kept: now in Germany; before, in any country of our list.",
        ),
        ({"never": []}, "What buyers must never do has changed."),
    ],
)
def test_a_change_is_said_in_one_sentence(version, fields, sentence):
    assert _changes(_next(version, **fields)) == [sentence]


def test_a_wider_definition_says_what_it_takes_more(version):
    sentences = _changes(_next(version, bundle=HUNDRED))

    assert any("100" in one and "takes more" in one for one in sentences)
    assert "Column gone: Song." in sentences  # the factory describes none of the new bundle's


def test_other_texts_alone_are_no_change_of_terms(client, version):
    newer = _next(version, description="Told better.")

    assert _changes(newer) == []
    page = client.get(reverse("offers:offer-detail", args=[version.offer.slug]))
    assert "Only its texts have changed." in " ".join(page.content.decode().split())


def test_the_first_version_is_compared_with_nothing(version):
    assert [one.changes for one in releases_of(version.offer)] == [None]


def test_a_draft_is_not_among_them(version):
    factories.make_version(offer=version.offer, status=OfferVersionStatus.DRAFT)

    assert [one.version.number for one in releases_of(version.offer)] == [1]


def test_of_many_versions_the_newest_are_compared(version, django_assert_num_queries):
    newest = version
    for cents in range(81, 90):
        newest = _next(newest, reward_minor_units=cents)

    with django_assert_num_queries(2):
        releases = releases_of(version.offer)

    assert len(releases) == 10
    assert [one.changes is not None for one in releases] == [True] * 5 + [False] * 5
