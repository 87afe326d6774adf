"""What people type, and what they find."""

import re
import string

import pytest
from django.db import connection
from django.test import Client

from offers.management.commands import seed_offers
from offers.models import Category, Listing, Offer, OfferVersion, Synonym, Word
from offers.queries import catalogue
from offers.queries.catalogue import Search
from tests import factories

URL = "/offers/"


def _found(words, **chosen):
    found = catalogue.find(Search(words=words, **chosen), tax_percent=20)
    return [offer.current_version.title for offer in found.offers]


def _offer(title, **fields):
    texts = {"summary": "x", "description": "x"}
    return factories.make_version(title=title, **(texts | fields)).offer


def test_a_synonym_finds_what_another_word_names(db):
    Synonym.objects.create(word="steps", finds=["activity"])
    _offer("Activity of the day")
    _offer("Evening songs")

    assert _found("steps") == ["Activity of the day"]
    assert _found("Step") == ["Activity of the day"]


def test_a_synonym_of_a_synonym_is_not_meant(db):
    Synonym.objects.create(word="steps", finds=["activity"])
    Synonym.objects.create(word="activity", finds=["theatre"])
    _offer("Evenings at the theatre")

    assert _found("steps") == []


def test_synonyms_of_several_words_are_read_as_one(db):
    Synonym.objects.create(word="heart rate", finds=["pulse"])
    _offer("Resting pulse")

    assert _found("heart rate") == ["Resting pulse"]
    assert _found("heart") == []


def test_the_shelf_s_own_synonyms_find_activity_by_steps_and_sleep_in_german(db):
    seed_offers.seed(at=factories.NOON)

    assert "Runs and walks: how long, how far, how steep" in _found("steps")
    assert "Nights and daily steps, side by side" in _found("Schlaf")


def test_seeding_again_leaves_the_synonyms_that_moderators_keep(db):
    Synonym.objects.create(word="astronomy", finds=["music"])

    seed_offers.seed_synonyms(at=factories.NOON)

    assert Synonym.objects.get().word == "astronomy"


def test_the_publisher_and_the_plug_are_found(db):
    offer = Offer.objects.create(
        slug="x",
        category=factories.make_category(),
        publisher=factories.make_organisation("Harbour University"),
    )
    factories.make_version(offer=offer, title="Evening songs")

    assert _found("harbour") == ["Evening songs"]
    assert _found("Spotify") == ["Evening songs"]


def test_a_word_in_the_title_comes_before_one_in_the_summary_and_elsewhere(db):
    _offer("Third", words="Sleep: of the night")
    _offer("Second", summary="Hours of sleep.")
    _offer("Sleep comes first")

    assert _found("sleep") == ["Sleep comes first", "Second", "Third"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("slep", "sleep"), ("slepe hours", "sleep hours"), ("evning songs", "evning songs")],
)
def test_a_typing_mistake_is_answered_with_the_nearest_word(client, db, typed, meant):
    _offer("Hours of sleep")

    page = client.get(URL, {"q": typed}).content.decode()

    assert (f"<b>{meant}</b>" in page) == (typed != meant)
    assert "No offer fits all of that" in page


def test_nothing_is_suggested_that_finds_nothing_with_the_same_filters(client, db):
    _offer("Hours of sleep")

    page = client.get(URL, {"q": "slep", "collection": "weekly"}).content.decode()

    assert "Did you mean" not in page


def test_the_suggestion_keeps_the_filters(client, db):
    _offer("Hours of sleep")

    page = client.get(URL, {"q": "slep", "collection": "once"}).content.decode()

    assert 'href="?collection=once&amp;q=sleep"' in page


@pytest.mark.parametrize("words", ["the", "😴", "!!!", '""', "- - -", "of the"])
def test_what_holds_no_word_leaves_nothing_out_and_says_so(client, version, words):
    page = client.get(URL, {"q": words}).content.decode()

    assert "We found no word to search for" in page
    assert page.count('class="offer-card"') == 1


@pytest.mark.parametrize(
    "words",
    ["'" * 50, "a" * 10_000, '"unclosed quote', "((()))", "a & | b", "\\", "%", "sleep:*", "or or"],
)
def test_odd_words_make_no_error(client, version, words):
    assert client.get(URL, {"q": words}).status_code == 200


def test_matches_are_marked_in_title_and_summary(client, db):
    _offer("Songs of the evening", summary="One row a song.")

    page = client.get(URL, {"q": "song"}).content.decode()

    assert "<mark>Songs</mark> of the evening" in page
    assert "One row a <mark>song</mark>." in page


def test_what_an_offer_says_is_escaped_where_matches_are_marked(client, db):
    _offer("Songs <script>alert(1)</script>", summary="<mark>song</mark> & more")

    page = client.get(URL, {"q": "song"}).content.decode()

    assert "<script>alert(1)" not in page
    assert "<mark>Songs</mark> &lt;script&gt;" in page
    assert "&lt;mark&gt;<mark>song</mark>&lt;/mark&gt; &amp; more" in page


def test_without_words_nothing_is_marked(client, version):
    assert "<mark>" not in client.get(URL).content.decode()


# -- the listing follows the shelf ---------------------------------------------------------------


def test_a_paused_offer_has_no_listing_and_a_relisted_one_has(version):
    Offer.objects.update(status="paused")
    assert not Listing.objects.exists()

    Offer.objects.update(status="listed")
    assert Listing.objects.get().offer_id == version.offer_id


def test_a_draft_has_no_listing(db):
    factories.make_version(status="draft")

    assert not Listing.objects.exists()


def test_another_name_of_subject_or_publisher_is_found_at_once(db):
    publisher = factories.make_organisation("Harbour University")
    offer = Offer.objects.create(slug="x", category=factories.make_category(), publisher=publisher)
    factories.make_version(offer=offer, title="Evening songs")

    Category.objects.update(name="Sounds")
    publisher.name = "Quayside College"
    publisher.save()

    assert _found("sounds") == _found("quayside") == ["Evening songs"]
    assert _found("harbour") == []


def test_a_new_version_is_found_by_its_own_words_alone(db):
    offer = _offer("Evening songs")
    OfferVersion.objects.update(status="retired")
    factories.make_version(offer=offer, title="Morning songs", summary="x", description="x")

    assert _found("morning") == ["Morning songs"]
    assert _found("evening") == []


def test_the_words_that_find_an_offer_do_not_stand_in_its_row(db):
    offer = _offer(
        "Evening songs", description=" ".join(f"{a}{b}" for a in "xyz" for b in string.hexdigits)
    )
    Offer.objects.filter(pk=offer.pk).update(popularity=3)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_column_toast_chunk_id(brief), pg_column_toast_chunk_id(document)"
            " FROM offers_listing"
        )
        brief, document = cursor.fetchone()
    assert brief is None
    assert document is not None


def test_phrases_are_found_and_told_from_their_words_apart(db):
    _offer("Songs of the evening")
    _offer("Evening songs")

    assert _found('"evening songs"') == ["Evening songs"]
    assert sorted(_found("evening songs")) == ["Evening songs", "Songs of the evening"]
    assert _found("evening -songs") == []


def test_words_that_are_no_words_are_not_remembered(db):
    _offer("Songs 42 of b4 <x> someone@example.org")

    known = set(Word.objects.values_list("word", flat=True))

    assert "songs" in known
    assert not [word for word in known if not re.fullmatch(r"[^\W\d_]{3,40}", word)]


def test_the_shelf_stamp_changes_with_a_synonym(client, version):
    Client().get(URL)
    before = catalogue.shelf_stamp()

    Synonym.objects.create(word="x", finds=["y"])

    assert catalogue.shelf_stamp() != before
