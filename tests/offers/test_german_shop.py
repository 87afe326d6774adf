"""The shop in German: its pages as a visitor reads them, and the language of who is told."""

import html
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse

from accounts.models import Notification
from offers.actions import searches
from offers.forms import search_at
from offers.models import Category, DataRequest, Offer, Outcome, SearchRhythm
from offers.views import help as help_pages
from tests import factories
from tests.factories import NOON
from tests.outbox import run_outbox

pytestmark = pytest.mark.django_db
SPACE = "\N{NO-BREAK SPACE}"
SHELF = reverse("offers:offer-list")
HOUR = timedelta(hours=1)


def _said(response) -> str:
    return " ".join(html.unescape(response.content.decode()).replace(SPACE, " ").split())


def _read(client, address, language="de", **query) -> str:
    return _said(client.get(address, query, headers={"Accept-Language": language}))


@pytest.fixture
def music(db):
    return Category.objects.create(slug="music", name="Music and listening", drawing="music")


@pytest.fixture
def offer(music):
    """Dear enough for a comma, and counted."""
    version = factories.make_version(category=music, reward_minor_units=1_250)
    Offer.objects.filter(pk=version.offer_id).update(people_available=2_000, people_counted_at=NOON)
    return version.offer


@pytest.fixture
def german_buyer(client, buyer):
    buyer.language = "de"
    buyer.save()
    client.force_login(buyer)
    return buyer


# -- looking around -----------------------------------------------------------------------------


def test_the_front_says_what_there_is_and_how_much(client, offer):
    text = _read(client, reverse("offers:home"))

    assert "Daten von Menschen, die Ja gesagt haben" in text
    assert "Musik und Hören" in text
    assert "1 Angebot<" in text


def test_the_catalogue_counts_in_german(client, offer):
    factories.make_version(category=offer.category)

    text = _read(client, SHELF)

    assert '<h2 class="results__n" id="found">2 Angebote</h2>' in text
    assert "12,70 £" in text  # reward, fee, and the tax on it


def test_boxes_and_what_is_chosen_are_said_in_german(client, offer):
    text = _read(client, SHELF, purpose="AcademicResearch", people="1000")

    assert "Erlaubt für Hochschulforschung" in text
    assert "1.000 bis 5.000 Menschen" in text
    assert "Höchstens eine Woche alt" in text


def test_a_page_that_was_kept_in_german_is_english_for_who_reads_english(client, offer):
    _read(client, SHELF)

    assert "What would you like to learn?" in _read(client, SHELF, language="en")
    assert "Was möchten Sie herausfinden?" in _read(client, SHELF)


def test_boxes_that_were_counted_in_german_are_english_for_who_reads_english(client, offer):
    query = {"purpose": "AcademicResearch"}
    _read(client, SHELF, **query)

    text = _read(client, SHELF, language="en", **query)

    assert "Allowed for academic research" in text
    assert "Hochschulforschung" not in text


@pytest.mark.parametrize("typed", ["12,50", "12.50"])
def test_a_price_is_read_as_it_is_typed_in_german(client, offer, typed):
    text = _read(client, SHELF, price_from=typed)

    assert "Ab 12,50 £" in text


def test_countries_of_publishers_stand_in_the_order_of_their_german_names(client, offer):
    for country in ("PL", "AT", "DE", "CY"):
        other = factories.make_version(category=offer.category).offer
        other.publisher = factories.make_organisation(country=country)
        other.save()

    text = _read(client, SHELF)

    names = ["HAT Markets eigene", "Deutschland", "Österreich", "Polen", "Zypern"]
    places = [text.index(name) for name in names]
    assert places == sorted(places)


@pytest.mark.parametrize("typed", ["2,40", "2.40"])
def test_an_estimate_reads_a_reward_as_it_is_typed_in_german(client, offer, typed):
    query = {"places": "20", "days": "14", "reward": typed}

    text = _read(client, reverse("offers:estimate", args=[offer.slug]), **query)

    assert "2,40 £" in text


# -- one offer ----------------------------------------------------------------------------------


def test_an_offers_page_says_figures_days_and_facts_in_german(client, offer):
    text = _read(client, reverse("offers:offer-detail", args=[offer.slug]))

    assert "12,50 £ bekommt die Person" in text
    assert "am 23. November 2026" in text
    assert "Etwa 12 Monate" in text
    assert "Eine Zeile, jedes Mal wenn etwas geschieht" in text
    assert "Datum und Uhrzeit" in text
    assert "Noch nicht gemessen" in text


def test_worked_examples_use_the_functions_of_a_german_spreadsheet(client, offer):
    version = offer.current_version
    example = {"question": "When?", "table": "plays", "by": "at", "grouping": "weekday"}
    factories.make_version(offer=offer, examples=[example])
    offer.refresh_from_db()
    assert offer.current_version != version

    text = _read(client, reverse("offers:offer-detail", args=[offer.slug]))

    assert "=WOCHENTAG(DATWERT(LINKS(B2;10));2)" in text
    assert "WEEKDAY(" not in text


def test_what_a_new_version_changed_is_said_in_german(client, offer):
    factories.make_version(offer=offer, reward_minor_units=1_400)

    text = _read(client, reverse("offers:offer-detail", args=[offer.slug]))

    assert "Vergütung für jede Person: jetzt 14,00 £; vorher 12,50 £." in text


def test_what_machines_read_of_an_offers_page_stays_english(client, offer):
    text = _read(client, reverse("offers:offer-detail", args=[offer.slug]))

    assert '"measurementTechnique": "One row each time something happens. Hours old' in text


def test_an_estimate_says_its_range_in_german(client, offer):
    for one in range(4):
        Outcome.objects.create(
            offer=offer,
            line_reference=f"OL-{one}",
            reward_minor_units=1_250,
            currency="GBP",
            places=300,
            people_asked=1_000,
            people_agreed=200,
            hours_open=28 * 24,
            was_filled=False,
        )

    text = _read(client, reverse("offers:estimate", args=[offer.slug]))

    assert "Sagen voraussichtlich Ja in 28 Tagen" in text
    assert "Aus 4 früheren Bestellungen dieses Angebots, die 12,50 £ an jede Person" in text


# -- beside one another, and help ---------------------------------------------------------------


def test_a_comparison_counts_and_answers_in_german(client, offer):
    other = factories.make_version(category=offer.category, collection="daily")
    references = f"{offer.reference},{other.offer.reference}"

    text = _read(client, reverse("offers:compare"), offers=references)

    assert "Zeilen</b> sind verschieden" in text
    assert "Täglich, und wenn jemand dazukommt oder aufhört" in text
    assert "> 1 Version <" in text


@pytest.mark.parametrize("slug", help_pages.PAGES)
def test_a_page_of_help_has_its_heading_in_german(client, slug):
    address = reverse("offers:help", args=[slug])

    english, german = (_read(client, address, language) for language in ("en", "de"))

    assert f"<h1>{help_pages.PAGES[slug]}</h1>" in english
    assert f"<h1>{help_pages.PAGES[slug]}</h1>" not in german


def test_the_table_of_fees_names_subjects_and_amounts_in_german(client, offer):
    text = _read(client, reverse("offers:help", args=["fees"]))

    assert '<th scope="row">Musik und Hören</th>' in text
    assert "12,50 £" in text
    assert "bis zu 5.000 Menschen" in text


def test_an_organisations_page_counts_in_german(client, offer, organisation):
    Offer.objects.filter(pk=offer.pk).update(publisher=organisation)

    text = _read(client, reverse("offers:publisher", args=[organisation.slug]))

    assert "1 Angebot im Shop" in text
    assert "Vereinigtes Königreich" in text


# -- what people keep and ask for ---------------------------------------------------------------


def test_a_kept_search_is_confirmed_in_german(client, offer, german_buyer):
    form = {"name": "Lieder", "rhythm": SearchRhythm.DAILY, "address": "q=songs"}

    answer = client.post(reverse("offers:search-new"), form, follow=True)

    text = _said(answer)
    assert "Die Suche ist gemerkt." in text
    assert "Einmal am Tag" in text


def test_each_person_is_told_of_new_offers_in_their_own_language(
    offer, buyer, approver, mailoutbox
):
    buyer.language = "de"
    buyer.save()
    for person in (buyer, approver):
        searches.save_search(
            user=person, name="Songs", address="q=songs", rhythm=SearchRhythm.AT_ONCE, at=NOON
        )
    for title in ("Songs of the sea", "Songs of the land"):
        factories.make_version(title=title, published_at=NOON + HOUR)

    searches.tell_of_matches(
        at=NOON + 2 * HOUR, tax_percent=settings.FEE_TAX_PERCENT, read=search_at
    )
    run_outbox()

    said = dict(Notification.objects.values_list("user", "subject"))
    assert said[buyer.pk] == "2 neue Angebote passen zu „Songs“"
    assert said[approver.pk] == "2 new offers match “Songs”"
    assert {mail.to[0]: mail.subject for mail in mailoutbox} == {
        buyer.email: said[buyer.pk],
        approver.email: said[approver.pk],
    }


def test_a_request_is_refused_and_taken_in_german(client, german_buyer):
    address = reverse("offers:request-new")
    form = {
        "title": "Vogelstimmen",
        "what": "Aufnahmen",
        "purpose": "AcademicResearch",
        "why": "Zählen",
        "people": "5",
        "budget": "1.250,50",
    }

    refused = client.post(address, form)
    asked = client.post(address, form | {"people": "1.500"}, follow=True)

    assert "Von wie vielen Menschen" in _said(refused)
    assert "Gefragt. Sie bekommen Bescheid, wenn ein Angebot antwortet." in _said(asked)
    request = DataRequest.objects.get()
    assert (request.people, request.budget_minor_units) == (1_500, 125_050)
