"""One offer's page, its order box and its sample."""

import csv
import io
import json

import pytest
from django.urls import reverse

from accounts.models import Organisation, OrganisationStatus, Role
from offers.models import Offer, OfferStatus, OfferVersionStatus
from tests import factories
from tests.factories import SAMPLE


def _url(version, name="offer-detail"):
    return reverse(f"offers:{name}", args=[version.offer.slug])


def _text(response):
    return " ".join(response.content.decode().split())


def test_anybody_sees_dictionary_sample_terms_card_and_versions(client, version):
    page = client.get(_url(version))

    text = _text(page)
    assert page.status_code == 200
    heads = ["What you get", "How the file will look", "People who have it"]
    heads += ["What you may do with it", "Exactly what people will see"]
    heads += ["How it is delivered", "Versions"]
    places = [text.index(f"{head}</h2>") for head in heads]
    assert places == sorted(places)
    assert "First artist of the track." in text
    assert "Academic research and publication" in text
    assert "Advertising to single people" in text


def test_the_dictionary_names_each_column_as_the_file_does(client, version):
    sample = client.get(reverse("offers:sample-download", args=[version.offer.slug]))
    *heads, _mark = sample.content.decode("utf-8-sig").splitlines()[0].split(",")

    text = _text(client.get(_url(version)))

    assert [head for head in heads if f"column {head}<" not in text] == []
    assert "person" in heads


def test_the_sample_numbers_people_and_shows_the_columns_of_the_file(client, version):
    text = _text(client.get(_url(version)))

    sample = text[text.index('id="sample"') : text.index('id="people"')]
    assert "Invented" in sample
    assert [sample.count(song) for song in ("Paper Lanterns", "Slow Train")] == [1, 1]
    assert sample.index("Person") < sample.index("Song")


def test_people_are_shown_as_a_band_and_never_as_a_number(client, version):
    Offer.objects.update(people_available=1347)  # no reference holds a 1

    text = _text(client.get(_url(version)))

    assert "1,000–2,000" in text
    assert "1347" not in text.replace(",", "")


def test_a_visitor_sees_the_card_of_an_organisation_to_be_named(client, version):
    text = _text(client.get(_url(version)))

    assert "Your organisation" in text
    assert "£0.80 when the group has filled and your first reading is delivered" in text


def test_a_buyer_sees_the_card_with_the_own_organisation(client, organisation, buyer, version):
    client.force_login(buyer)
    session = client.session
    session["organisation_slug"] = organisation.slug
    session.save()

    text = _text(client.get(_url(version)))

    assert "Tidewater Museum, Bristol" in text
    assert "We checked its registration on 25 August 2026." in text


def test_the_card_names_no_organisation_that_is_not_the_readers(
    client, organisation, stranger, version
):
    client.force_login(stranger)
    session = client.session
    session["organisation_slug"] = organisation.slug
    session.save()

    assert "Tidewater Museum" not in _text(client.get(_url(version)))


def test_the_page_costs_few_queries_for_visitors_and_buyers(
    client, buyer, organisation, version, django_assert_num_queries, django_assert_max_num_queries
):
    with django_assert_num_queries(6):
        client.get(_url(version))
    client.force_login(buyer)
    session = client.session
    session["organisation_slug"] = organisation.slug
    session.save()

    with django_assert_max_num_queries(12):
        client.get(_url(version))


@pytest.mark.parametrize("others", [1, 30])
def test_the_page_costs_the_same_among_few_offers_and_many(
    client, version, others, django_assert_max_num_queries
):
    for number in range(others):
        factories.make_version(offer=version.offer if number % 3 == 0 else None)

    with django_assert_max_num_queries(12):
        client.get(_url(version))


def test_the_market_s_own_shelf_and_a_publisher_say_who_they_are(client, version, organisation):
    assert "We have written and tested this definition ourselves." in _text(
        client.get(_url(version))
    )

    Offer.objects.update(publisher=organisation)

    text = _text(client.get(_url(version)))
    assert "Tidewater Museum" in text[text.index('id="publisher"') :]
    assert "data@tidewater.example" not in text
    assert "We checked its registration on 25 August 2026." in text


def test_the_address_shows_as_soon_as_the_publisher_wants_it(client, version, organisation):
    Offer.objects.update(publisher=organisation)
    assert "data@tidewater.example" not in _text(client.get(_url(version)))

    Organisation.objects.update(shows_address=True)

    assert 'href="mailto:data@tidewater.example"' in _text(client.get(_url(version)))


def test_a_kept_page_knows_at_once_that_its_publisher_was_checked(client, version, organisation):
    Organisation.objects.update(status=OrganisationStatus.UNVERIFIED, verified_at=None)
    Offer.objects.update(publisher=organisation)
    assert "We have not checked its registration yet." in _text(client.get(_url(version)))

    Organisation.objects.update(status=OrganisationStatus.VERIFIED, verified_at=factories.NOON)

    assert "We checked its registration on" in _text(client.get(_url(version)))


def test_the_page_says_how_people_agree_and_on_which_basis(client, version):
    text = _text(client.get(_url(version)))

    assert "consent (GDPR article 6(1)(a))" in text
    assert "9(2)(a)" not in text


def test_a_special_category_takes_explicit_consent(client, db):
    version = factories.make_version(special_category=True, smallest_group=50)

    assert "explicit consent by article 9(2)(a)" in _text(client.get(_url(version)))


def test_the_order_box_works_out_the_price_without_a_script(client, version):
    text = _text(client.get(_url(version), {"places": "250"}))

    assert "<dt>Total</dt> <dd>£250.00</dd>" in text
    assert "Rewards, 250 × £0.80" in text


@pytest.mark.parametrize("typed", ["1200", "1.200", "1,200", "1 200"])
def test_the_slider_stands_where_the_field_says_however_it_was_typed(client, version, typed):
    text = _text(client.get(_url(version), {"places": typed}))

    slider = text[text.index('id="slider"') :]
    assert 'value="1200"' in slider[: slider.index(">")]
    assert f'value="{typed}"' in text


def test_htmx_gets_the_money_alone(client, version):
    response = client.get(_url(version), {"places": "1,000"}, headers={"HX-Request": "true"})

    assert "<html" not in response.content.decode()
    assert "<dt>Total</dt> <dd>£1,000.00</dd>" in _text(response)
    assert "HX-Request" in response.headers["Vary"]


@pytest.mark.parametrize("places", ["19", "5001", "-3", "", "many", "1e3", "\1", "9" * 400, "²"])
def test_a_number_of_places_that_will_not_do_is_explained_and_has_no_total(client, version, places):
    response = client.get(_url(version), {"places": places})

    assert response.status_code == 200
    assert "Between 20 (the smallest group) and 5,000 people." in _text(response)
    assert "<dt>Total</dt>" not in _text(response)


@pytest.mark.parametrize("places", ["20", "5000"])
def test_the_smallest_and_the_largest_order_have_a_price(client, version, places):
    assert "<dt>Total</dt>" in _text(client.get(_url(version), {"places": places}))


def test_a_paused_offer_keeps_its_page_and_cannot_be_ordered(client, version):
    Offer.objects.update(status=OfferStatus.PAUSED)

    text = _text(client.get(_url(version), {"places": "100"}))

    assert "Not on sale at the moment." in text
    assert "<dt>Total</dt>" not in text


def test_an_offer_nobody_published_has_no_page(client, db):
    version = factories.make_version(status=OfferVersionStatus.SUBMITTED)

    response = client.get(_url(version))

    assert response.status_code == 404
    assert "We found no offer at this address." in _text(response)


def test_words_of_publishers_are_text_and_nothing_else(client, db):
    version = factories.make_version(
        title="<script>alert(1)</script>",
        description="<img src=x onerror=alert(2)>\n[a](javascript:1)",
    )

    body = client.get(_url(version)).content.decode()

    assert "<script>alert" not in body
    assert "<img" not in body
    assert 'href="javascript' not in body


def test_the_sample_downloads_as_csv_with_the_columns_and_a_watermark(client, version):
    response = client.get(_url(version, "sample-download"))

    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    mark = f"sample of {version.offer.reference}, no real person"
    assert rows[0] == ["person", "at", "song", "artist", "invented"]
    assert rows[1] == ["P-SAMPLE1", "2026-11-12T19:05:11.000Z", "Paper Lanterns", "Low Tide", mark]
    assert rows[3][:3] == ["P-SAMPLE2", "2026-11-10T21:30:00.000Z", "Slow Train"]
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == (
        f'attachment; filename="{version.offer.reference}-plays-invented.csv"'
    )


def test_the_sample_downloads_as_json_lines(client, version):
    response = client.get(_url(version, "sample-download"), {"format": "jsonl", "table": "plays"})

    lines = [json.loads(line) for line in response.content.decode().splitlines()]
    assert [line["person"] for line in lines] == ["P-SAMPLE1", "P-SAMPLE1", "P-SAMPLE2"]
    assert list(lines[0]) == ["person", "table", "data", "invented"]
    assert lines[0]["data"] == SAMPLE[0]["plays"][0]


def test_the_sample_is_guarded_like_every_export(client, db):
    version = factories.make_version(sample=[{"plays": [{"song": "=1+1"}]}])

    text = client.get(_url(version, "sample-download")).content.decode()

    assert text.splitlines()[1].startswith("P-SAMPLE1,,'=1+1,,")


def test_a_table_that_is_not_there_is_not_found(client, version):
    assert client.get(_url(version, "sample-download"), {"table": "other"}).status_code == 404


@pytest.mark.parametrize("role", Role.values)
def test_the_shop_looks_the_same_to_every_role(client, organisation, version, role):
    client.force_login(factories.make_member(organisation, role))

    assert client.get(_url(version)).status_code == 200


def test_the_order_box_leads_to_a_small_first_order(client, version):
    text = _text(client.get(_url(version), {"places": "200"}))

    assert '<a href="?places=20#order">Begin with 20 people for £20.00</a>' in text


def test_the_smallest_order_leads_to_no_smaller_one(client, version):
    assert "Begin with" not in _text(client.get(_url(version), {"places": "20"}))
