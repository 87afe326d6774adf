"""Whoever says yes says it to the card in their own language, and that card is what is kept."""

import pytest
import time_machine
from django.utils import translation

from buyers.queries import owner_card_for
from fulfilment.actions.consents import record_hash
from fulfilment.models import Acceptance, ConsentRecord
from fulfilment.queries.acceptances import card_of
from fulfilment.queries.receipts import receipt_of
from offers.cards import card_hash
from tests import factories
from tests.factories import NOON
from tests.fulfilment.owner_pages import as_person, text
from tests.fulfilment.test_owner_offers import url

__all__ = ["as_person"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


def owner_who_reads(language):
    owner = factories.make_hat_owner()
    owner.user.language = language
    owner.user.save()
    return owner


def hash_in(language, line):
    with translation.override(language):
        return card_hash(owner_card_for(line))


def say_yes(client, line, language):
    data = {"card_hash": hash_in(language, line)}
    return client.post(url(line, "accept"), data, follow=True)


def test_the_german_card_is_shown_and_frozen_with_its_language(open_line, as_person):
    client = as_person(owner_who_reads("de"))
    shown = client.get(url(open_line)).context["card"]

    say_yes(client, open_line, "de")

    consent = ConsentRecord.objects.get()
    notice = consent.record["pii_processing"]["privacy_notice"]
    assert shown["who_else"]["headline"] == "Niemand sonst"
    assert consent.card == shown
    assert (consent.language, notice["language"]) == ("de", "de")
    assert notice["sha256"] == hash_in("de", open_line)
    assert consent.sha256 == record_hash(consent.card, consent.record)
    assert receipt_of(Acceptance.objects.get())["language"] == "de"


def test_the_english_card_is_frozen_as_english(open_line, as_person):
    say_yes(as_person(owner_who_reads("en-gb")), open_line, "en-gb")

    consent = ConsentRecord.objects.get()
    assert consent.card["who_else"]["headline"] == "Nobody else"
    assert (
        consent.language == consent.record["pii_processing"]["privacy_notice"]["language"] == "en"
    )


@pytest.mark.parametrize(("read", "pressed"), [("en-gb", "de"), ("de", "en-gb")])
def test_who_changes_the_language_in_between_is_shown_the_card_anew(
    open_line, as_person, read, pressed
):
    answer = say_yes(as_person(owner_who_reads(pressed)), open_line, read)

    assert answer.redirect_chain == [(url(open_line), 302)]
    assert answer.context["form"].initial["card_hash"] == hash_in(pressed, open_line)
    assert not Acceptance.objects.exists()


def test_the_agreed_card_stays_in_its_language_whatever_is_read_later(open_line, as_person):
    owner = owner_who_reads("de")
    client = as_person(owner)
    say_yes(client, open_line, "de")
    owner.user.language = "en-gb"
    owner.user.save()

    page = client.get(url(open_line), follow=True)

    assert "Niemand sonst" in text(page)
    assert page.content.decode().count('<div class="ownercard__body" lang="de">') == 6


def test_the_card_made_once_for_all_is_made_once_a_language(open_line):
    english = card_of(open_line)
    with translation.override("de"):
        german = card_of(open_line)

    assert (english.language, german.language) == ("en", "de")
    assert card_of(open_line) is english
    assert german.sha256 == hash_in("de", open_line)
