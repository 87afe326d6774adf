import re
from pathlib import Path

import pytest

from offers.forms import DecisionForm
from offers.models import Offer, OfferStatus
from offers.views.help import PAGES
from tests import factories

GLOSSARY = Path(__file__).parents[2] / "docs" / "glossary.md"
# Shown on pages, while the documents have no need to explain them.
OF_PAGES_ONLY = {"band", "special category", "invented"}


def _text(response):
    return " ".join(response.content.decode().split())


def _rows(response) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", _text(response))
    return [re.findall(r"<t[hd][^>]*> ?(.*?) ?</t[hd]>", row) for row in rows]


@pytest.mark.parametrize("slug", PAGES)
def test_each_page_of_help_is_open_and_leads_on(client, db, slug):
    response = client.get(f"/help/{slug}/")

    body = response.content.decode()
    assert response.status_code == 200
    assert f"<h1>{PAGES[slug]}</h1>" in " ".join(body.split()).replace("<h1> ", "<h1>")
    assert 'href="/help/' in body


@pytest.mark.parametrize("slug", PAGES)
def test_each_page_of_help_is_reached_from_the_foot_of_every_page(client, db, slug):
    foot = client.get("/offers/").content.decode().partition("<footer")[2]

    assert f'href="/help/{slug}/"' in foot


def test_other_words_are_not_found(client, db):
    assert client.get("/help/nothing/").status_code == 404


def test_the_table_of_fees_says_what_the_prices_are_made_of(client, db, settings):
    settings.FEE_TAX_PERCENT = 20
    factories.make_version(reward_minor_units=80, fee_minor_units=16)
    factories.make_version(reward_minor_units=150, fee_minor_units=11)

    rows = _rows(client.get("/help/fees/"))

    assert rows[1] == [
        "Music and listening",
        "2",
        "£0.80 to £1.50",
        "£0.11 to £0.16",
        "£0.03 to £0.04",
    ]


def test_one_price_is_no_range(client, version):
    assert _rows(client.get("/help/fees/"))[1][2] == "£0.80"


def test_the_table_follows_the_tax_that_prices_use(client, version, settings):
    settings.FEE_TAX_PERCENT = 25

    response = client.get("/help/fees/")

    assert "VAT on the fee, 25 %" in _text(response)
    assert _rows(response)[1][4] == "£0.04"


def test_what_is_not_on_sale_has_no_fee(client, version):
    Offer.objects.update(status=OfferStatus.PAUSED)

    assert "Nothing is on sale at the moment." in _text(client.get("/help/fees/"))


def test_currencies_are_told_apart(client, version):
    factories.make_version(currency="EUR")

    rows = _rows(client.get("/help/fees/"))

    assert [row[2] for row in rows[1:]] == ["€0.80", "£0.80"]


def test_criteria_are_the_reasons_that_moderators_pick_from(client, db):
    text = _text(client.get("/help/criteria-for-offers/"))

    assert all(reason in text for reason in DecisionForm.REASONS)


def test_words_are_explained_as_the_glossary_has_them(client, db):
    text = _text(client.get("/help/words/"))

    words = {word.strip() for word in re.findall(r"<dt[^>]*>(.*?)</dt>", text)}
    known = set(re.findall(r"^\| ([^|]+?) \|", GLOSSARY.read_text("utf-8"), re.MULTILINE))
    single = {word for line in known for word in line.split(", ")}
    assert words - single == OF_PAGES_ONLY
