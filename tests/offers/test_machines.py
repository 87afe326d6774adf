"""The shelf for machines."""

import hashlib
import json
import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.urls import reverse

from offers.models import Category, Offer
from offers.views import machines
from tests import factories

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
FEED, DCAT, SITEMAP = (reverse(f"offers:{name}") for name in ("feed", "dcat", "sitemap"))


def _entries(client, **query):
    answer = client.get(FEED, query)
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ET.fromstring(answer.content)  # noqa: S314  # our own
    return [entry.find(f"{ATOM}title").text for entry in root.iter(f"{ATOM}entry")]


def _linked_data(client, version):
    page = client.get(reverse("offers:offer-detail", args=[version.offer.slug])).content.decode()
    return re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[1]


# -- the feed --------------------------------------------------------------------------------------


def test_the_feed_lists_the_newest_first_whatever_the_address_asks(client, db):
    for title, days in [("Old", 9), ("New", 1), ("Middling", 5)]:
        factories.make_version(title=title, published_at=factories.NOON - timedelta(days=days))

    assert _entries(client, sort="price", page="7") == ["New", "Middling", "Old"]


def test_a_search_has_its_own_feed_and_the_page_names_it(client, version):
    factories.make_version(title="Hours of sleep", summary="x", description="x")

    assert _entries(client, q="sleep") == ["Hours of sleep"]
    page = client.get("/offers/", {"q": "sleep"}).content.decode()
    assert f'type="application/atom+xml" title="New offers" href="{FEED}?q=sleep"' in page


@pytest.mark.parametrize("query", ["?q=((", "?price_from=x", "?category=%F0%9F%98%B4", "?page=x"])
def test_no_address_breaks_the_feed(client, version, query):
    assert client.get(FEED + query).status_code == 200


def test_the_feed_survives_what_xml_cannot_say(client, db):
    factories.make_version(title="Songs \x0b & <more>")

    assert _entries(client) == ["Songs  & <more>"]
    assert client.get(FEED, {"q": "\x0bsongs"}).status_code == 200


# -- schema.org ------------------------------------------------------------------------------------


def test_the_offer_page_describes_itself_as_a_dataset(client, version):
    said = json.loads(_linked_data(client, version))

    assert (said["@context"], said["@type"]) == ("https://schema.org/", "Dataset")
    assert said["name"] == version.title
    assert said["offers"]["price"] == "1.00"
    assert said["offers"]["priceCurrency"] == "GBP"
    assert [one["name"] for one in said["variableMeasured"]] == ["Time", "Song", "Artist"]
    assert 50 <= len(said["description"]) <= 5_000


def test_an_offer_cannot_break_out_of_the_script(client, db):
    version = factories.make_version(title="</script><script>alert(1)</script> & <!--")

    text = _linked_data(client, version)

    assert "<" not in text
    assert json.loads(text)["name"] == version.title


# -- Croissant and DCAT ----------------------------------------------------------------------------


def test_croissant_names_each_column_and_the_sample_with_its_hash(client, version):
    address = reverse("offers:croissant", args=[version.offer.slug])

    said = json.loads(client.get(address).content)

    assert said["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    (file,) = said["distribution"]
    sample = client.get(file["contentUrl"].removeprefix("http://localhost:8000")).content
    assert file["sha256"] == hashlib.sha256(sample).hexdigest()
    (records,) = said["recordSet"]
    assert [field["source"]["extract"]["column"] for field in records["field"]] == [
        "at",
        "song",
        "artist",
    ]
    header = sample.decode().splitlines()[0].split(",")
    assert {field["source"]["extract"]["column"] for field in records["field"]} <= set(header)
    assert records["field"][0]["dataType"] == "sc:DateTime"


def test_nobody_on_the_way_keeps_the_document_of_a_private_offer(client, version):
    address = reverse("offers:croissant", args=[version.offer.slug])
    assert client.get(address).headers["Cache-Control"] == "public, max-age=300"

    Offer.objects.filter(pk=version.offer_id).update(invitation_code="SECRETSECRET")

    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_an_offer_nobody_published_has_no_document(client, db):
    offer = factories.make_version(status="draft").offer

    assert client.get(reverse("offers:croissant", args=[offer.slug])).status_code == 404


def test_the_dcat_catalogue_goes_on_from_page_to_page(client, db, monkeypatch):
    monkeypatch.setattr(machines, "DATASETS_ON_A_PAGE", 2)
    for number in range(3):
        factories.make_version(title=f"Offer {number}")

    first = json.loads(client.get(DCAT).content)
    following = first["hydra:next"]["@id"].removeprefix("http://localhost:8000")
    second = json.loads(client.get(following).content)

    assert first["hydra:totalItems"] == 3
    titles = [one["dct:title"] for page in (first, second) for one in page["dcat:dataset"]]
    assert sorted(titles) == ["Offer 0", "Offer 1", "Offer 2"]
    assert "hydra:next" not in second


@pytest.mark.parametrize("number", ["0", "-1", "x", "99", "٣"])
@pytest.mark.parametrize("address", [DCAT, SITEMAP])
def test_a_page_that_is_not_there_is_not_found(client, version, address, number):
    assert client.get(address, {"page": number}).status_code == 404


def test_a_page_of_datasets_costs_as_many_queries_for_one_as_for_twenty(
    client, version, django_assert_num_queries
):
    with django_assert_num_queries(5):
        client.get(DCAT)
    for _ in range(19):
        factories.make_version()

    with django_assert_num_queries(5):
        client.get(DCAT)


# -- the map of the site ---------------------------------------------------------------------------


def _places(client, address=SITEMAP):
    root = ET.fromstring(client.get(address).content)  # noqa: S314  # our own
    return [one.text.removeprefix("http://localhost:8000") for one in root.iter(f"{MAP}loc")]


def test_the_map_names_the_shelf_its_topics_and_every_offer_on_sale(client, version):
    paused = factories.make_version().offer
    Offer.objects.filter(pk=paused.pk).update(status="paused")

    assert _places(client) == [
        "/",
        "/offers/",
        "/topics/music/",
        f"/offers/{version.offer.slug}/",
    ]


def test_a_large_shelf_has_a_list_of_maps(client, db, monkeypatch):
    monkeypatch.setattr(machines, "ADDRESSES_ON_A_MAP", 2)
    for _ in range(3):
        factories.make_version()

    maps = _places(client)

    assert maps == [f"{SITEMAP}?page=1", f"{SITEMAP}?page=2"]
    offers = [place for one in maps for place in _places(client, one) if "/offers/offer" in place]
    assert len(offers) == 3


def test_robots_are_told_of_the_map(client):
    text = client.get(reverse("offers:robots")).content.decode()

    assert f"Sitemap: http://localhost:8000{SITEMAP}" in text


# -- topics ----------------------------------------------------------------------------------------


def test_a_topic_has_its_own_words_and_its_offers_alone(client, version):
    sleep = Category.objects.create(slug="sleep", name="Sleep", drawing="sleep", about="By night.")
    factories.make_version(title="Hours of sleep", category=sleep)

    page = client.get(reverse("offers:topic", args=["sleep"])).content.decode()

    assert "<h1>Sleep</h1>" in page
    assert "By night." in page
    assert page.count('class="offer-card"') == 1
    assert 'name="category"' not in page
    assert 'action="/topics/sleep/"' in page


def test_a_topic_takes_filters_and_stays_what_it_is(client, version):
    sleep = Category.objects.create(slug="sleep", name="Sleep", drawing="sleep")
    factories.make_version(title="Weekly sleep", category=sleep, collection="weekly")
    factories.make_version(title="Sleep once", category=sleep)

    page = client.get("/topics/sleep/?collection=weekly&category=music", follow=True)

    assert page.redirect_chain == [("/topics/sleep/?collection=weekly", 302)]
    assert page.content.count(b'class="offer-card"') == 1


def test_a_topic_in_parts_pushes_its_own_address(client, version):
    answer = client.get("/topics/music/?collection=once", headers={"HX-Request": "true"})

    assert answer.headers["HX-Push-Url"] == "/topics/music/?collection=once"


def test_the_front_leads_to_each_topic_that_has_offers(client, version):
    Category.objects.create(slug="sleep", name="Sleep", drawing="sleep")

    page = client.get("/offers/").content.decode()

    assert 'href="/topics/music/"' in page
    assert 'href="/topics/sleep/"' not in page


def test_there_is_no_topic_of_an_unknown_name(client, db):
    assert client.get("/topics/astronomy/").status_code == 404
