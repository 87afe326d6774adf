"""What versions state of their data: shown, compared, frozen, asked for."""

import json

import pytest
from django.db import IntegrityError, transaction

from offers import actions
from offers.errors import VersionIncomplete
from offers.models import OfferVersion
from offers.queries.comparison import compared, groups
from offers.queries.releases import changes_between
from tests import factories
from tests.factories import NOON
from tests.offers.test_seed_offers import SHELF

USE = {"headline": "Plan a concert", "text": "See what is played. Choose by it."}
EXAMPLE = {
    "question": "Which artists are played most?",
    "table": "plays",
    "by": "artist",
    "grouping": "value",
}
UNSTATED = {
    "freshness": "",
    "record_kinds": [],
    "coverage": "",
    "reaches_back_days": None,
    "usual_records": None,
}


def page_of(client, version):
    return client.get(f"/offers/{version.offer.slug}/").content.decode()


@pytest.fixture
def version(db):
    return factories.make_version(use_cases=[USE], examples=[EXAMPLE])


def test_the_page_says_how_far_back_how_fresh_how_many_and_whom(client, version):
    page = page_of(client, version).split('id="coverage"')[1]

    for words in [
        "About 12 months",
        "Hours old",
        "Up to 100",
        "One row each time something happens",
        "past: what is there at each person’s yes",
        "People who listen on Spotify, in any country.",
    ]:
        assert words in page


def test_the_page_says_what_it_is_good_for(client, version):
    assert "Plan a concert" in page_of(client, version)


def test_a_worked_example_shows_question_chart_table_and_steps_marked_as_invented(client, version):
    page = page_of(client, version).split('id="worked"')[1].split('id="estimate"')[0]

    assert "Which artists are played most?" in page
    assert "Invented" in page
    assert 'class="hbar' in page
    assert "column D under Rows" in page


def test_a_version_from_before_says_so_and_shows_what_its_columns_suggest(client, db):
    page = page_of(client, factories.make_version(**UNSTATED))

    assert "Not stated" in page
    assert "What it is good for" not in page


def test_examples_that_were_dropped_are_not_made_up_again(client, db):
    page = page_of(client, factories.make_version(examples=[]))

    assert "Worked examples" not in page


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        (UNSTATED, "Coverage and freshness are not stated."),
        ({"freshness": "hours", "record_kinds": []}, "How rows come about is not stated."),
        ({"coverage": " "}, "Which people and places are covered is not stated."),
        ({"usual_records": 7}, "How many records one person usually has is not stated."),
        ({"use_cases": [USE] * 7}, "There are more than 6 use cases."),
        ({"use_cases": [{"headline": "Only that", "text": ""}]}, "A use case is a headline"),
        ({"examples": [EXAMPLE | {"by": "gone"}]}, "Worked example 1 does not fit"),
    ],
)
def test_a_version_that_states_too_little_is_not_handed_in(db, changes, fault):
    version = factories.make_version(status="draft", **changes)

    with pytest.raises(VersionIncomplete) as refusal:
        actions.submit_version(version=version, by=None, at=NOON)

    assert fault in str(refusal.value)
    version.refresh_from_db()
    assert version.status == "draft"


@pytest.mark.parametrize(
    "changes",
    [{"freshness": "day"}, {"coverage": "Others"}, {"use_cases": []}, {"reaches_back_days": 1}],
)
def test_what_a_published_version_states_never_changes(version, changes):
    with pytest.raises(IntegrityError), transaction.atomic():
        OfferVersion.objects.filter(pk=version.pk).update(**changes)


def test_the_hash_covers_what_is_stated(version):
    other = factories.make_version(offer=version.offer, use_cases=[], examples=[EXAMPLE])

    assert actions.content_hash(version) != actions.content_hash(other)


def test_the_hash_of_a_version_from_before_stays(db):
    version = factories.make_version(**UNSTATED)

    # As the house computed it before anything of this could be stated.
    assert (
        actions.content_hash(version)
        == "4cdaa7701a4d6c7615ad836d62e5099ada19d59c63692b4ca760fdc6f47ce9bd"
    )


def test_offers_are_compared_by_what_they_state(version):
    other = factories.make_version(freshness="week")
    references = [version.offer.reference, other.offer.reference]

    all_groups = groups(compared(references, tax_percent=20), tax_percent=20)

    (group,) = [one for one in all_groups if one.heading == "Coverage and freshness"]
    rows = {row.label: row for row in group.rows}
    assert [cell.text for cell in rows["Freshness"].cells] == ["Hours old", "About a week old"]
    assert not rows["How far back"].differs
    assert [cell.text for cell in rows["Good for"].cells] == ["Plan a concert", "Not stated"]


def test_versions_say_in_words_what_is_stated_otherwise(version):
    now = factories.make_version(
        offer=version.offer, reaches_back_days=30, use_cases=[USE], examples=[]
    )

    said = list(changes_between(version, now))

    assert "How far back: now “About 30 days”; before, “About 12 months”." in said
    assert "The worked examples have changed." in said
    assert not [one for one in said if "good for" in one]


def test_machines_are_told_how_far_back_and_how_often(client, db):
    version = factories.make_version(collection="weekly", record_kinds=["day"])

    (one,) = client.get("/catalogue.jsonld").json()["dcat:dataset"]

    assert one["dct:accrualPeriodicity"] == {"@id": "http://purl.org/cld/freq/weekly"}
    assert one["dct:temporal"]["dcat:startDate"]["@value"] == "2025-10-24"
    assert one["dcat:temporalResolution"]["@value"] == "P1D"
    croissant = client.get(f"/offers/{version.offer.slug}/croissant.json").json()
    assert croissant["temporalCoverage"] == "2025-10-24/.."
    assert "Hours old when read." in croissant["measurementTechnique"]


def test_the_api_gives_what_is_stated(client, version):
    answer = client.get(f"/api/v1/offers/{version.offer.reference}/").json()

    assert answer["coverage"]["freshness"] == "hours"
    assert answer["use_cases"] == [USE]
    assert answer["examples"] == [EXAMPLE]


def test_moderators_see_what_is_stated_and_what_of_it_changed(client, version):
    waiting = factories.make_version(
        offer=version.offer, status="submitted", freshness="week", examples=[EXAMPLE]
    )
    client.force_login(factories.make_moderator())

    page = client.get(
        f"/moderation/offers/{version.offer.reference}/{waiting.number}/"
    ).content.decode()

    assert "<del>Hours old</del>" in page
    assert "<ins>About a week old</ins>" in page
    assert "Which artists are played most?" in page


@pytest.mark.parametrize("raw", SHELF, ids=lambda raw: raw["slug"])
def test_every_offer_of_the_shelf_has_uses_and_examples(raw):
    assert 2 <= len(raw["use_cases"]) <= 4
    assert 1 <= len(raw["examples"]) <= 2
    assert json.dumps(raw["coverage"]) != '""'
