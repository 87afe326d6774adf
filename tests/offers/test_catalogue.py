"""The catalogue through its page."""

import re

import pytest
from django.urls import reverse

from offers.models import Category, Offer, OfferStatus, OfferVersionStatus, Purpose
from tests import factories

URL = "/offers/"


def _titles(response):
    links = re.findall(r'class="offer-card__link"[^>]*>(.+?)</a>', response.content.decode())
    return [re.sub(r"</?mark>", "", words) for words in links]


def _count(response, facet, value):
    box = rf'id="n-{facet}-{value}"[^>]*>.*?</span>\s*([\d,]+)\s*</span>'
    return int(re.search(box, response.content.decode(), re.DOTALL)[1])


def _offer(title, **fields):
    return factories.make_version(title=title, **fields).offer


@pytest.fixture
def sleep(db):
    return Category.objects.create(slug="sleep", name="Sleep", drawing="sleep")


def test_anybody_may_browse_and_sees_title_price_band_and_group(client, version):
    page = client.get(URL)

    assert page.status_code == 200
    assert _titles(page) == ["Songs listened to in the evening"]
    # 80 for the person, 16 for the market, 20 % of which is 3.2, rounded up to 4.
    assert "<dd>£1.00</dd>" in page.content.decode()
    assert "<dd>fewer than 10</dd>" in page.content.decode()
    assert "<dd>20 people</dd>" in page.content.decode()


@pytest.mark.parametrize(
    "hidden",
    [{"status": OfferVersionStatus.DRAFT}, {"status": OfferVersionStatus.SUBMITTED}],
    ids=["draft", "submitted"],
)
def test_what_is_not_published_is_not_shown(client, db, hidden):
    _offer("Nobody has read this yet", **hidden)

    assert _titles(client.get(URL)) == []


def test_a_paused_offer_is_off_the_shelf(client, version):
    Offer.objects.update(status=OfferStatus.PAUSED)

    page = client.get(URL)

    assert _titles(page) == []
    assert "The shelf is empty" in page.content.decode()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("evening", ["Evening songs"]),
        ("song", ["Evening songs"]),
        ("nights", ["Hours of sleep"]),
        ("pedometer", ["Hours of sleep"]),
        ('"hours of sleep"', ["Hours of sleep"]),
        ("sleep -hours", []),
        ("astronomy", []),
    ],
)
def test_search_reads_title_summary_description_and_field_words(client, db, words, found):
    _offer("Evening songs", summary="What is played.", description="One row a play.")
    _offer(
        "Hours of sleep", summary="One row a night.", description="x", words="Steps: by pedometer"
    )

    assert _titles(client.get(URL, {"q": words})) == found


def test_a_reference_finds_its_offer(client, version):
    _offer("Another one")

    page = client.get(URL, {"q": version.offer.reference.lower()})

    assert _titles(page) == ["Songs listened to in the evening"]


@pytest.mark.parametrize(
    "query",
    [
        "?q=%01",
        "?q='%20OR%201=1--",
        "?q=((((",
        "?q=%26%7C!:*",
        "?q=" + "a" * 5000,
        "?q=the",
        "?q=%F0%9F%98%B4",
        "?price_from=abc&price_to=-1",
        "?price_from=NaN",
        "?price_from=1e400",
        "?price_from=5&price_to=1",
        "?category=nothing&category=%01&people=x&purpose=&collection=sometimes&care=5",
        "?sort=owner__password",
        "?page=abc",
        "?page=-1",
        "?page=99999999999999999999",
        "?owner__password__startswith=a&_connector=OR",
    ],
)
def test_no_address_makes_an_error(client, version, query):
    response = client.get(URL + query, follow=True)

    assert response.status_code == 200


def test_a_price_that_cannot_be_read_is_explained_and_left_out(client, version):
    page = client.get(URL, {"price_from": "abc"})

    assert "Enter a number." in page.content.decode()
    assert _titles(page) == ["Songs listened to in the evening"]


def test_facets_narrow_and_their_counts_say_what_a_click_would_leave(client, sleep):
    _offer("Music once")
    _offer("Music daily", collection="daily")
    _offer("Sleep once", category=sleep)
    _offer("Sleep twice", category=sleep, purposes=[Purpose.PUBLIC_BENEFIT])

    page = client.get(URL, {"category": "sleep"})

    assert set(_titles(page)) == {"Sleep once", "Sleep twice"}
    assert _count(page, "category", "music") == 2
    assert _count(page, "category", "sleep") == 2
    assert _count(page, "collection", "once") == 2
    assert _count(page, "collection", "daily") == 0
    assert _count(page, "purpose", "PublicBenefit") == 1
    assert _count(page, "purpose", "AcademicResearch") == 1


def test_two_choices_of_one_facet_widen_it_and_two_facets_narrow(client, sleep):
    _offer("Music once")
    _offer("Sleep once", category=sleep)
    _offer("Sleep daily", category=sleep, collection="daily")

    both = client.get(URL, {"category": ["sleep", "music"], "collection": "once"})

    assert set(_titles(both)) == {"Music once", "Sleep once"}
    assert _count(both, "collection", "daily") == 1


def test_care_leaves_out_what_needs_it_and_every_box_must_hold(client, db):
    _offer("Plain")
    _offer("Weight", special_category=True, smallest_group=50)
    _offer("Places", precise_location=True)

    page = client.get(URL, {"care": ["no-special", "no-location"]})

    assert _titles(page) == ["Plain"]
    assert _count(client.get(URL), "care", "no-special") == 2
    assert _count(client.get(URL, {"care": "no-special"}), "care", "no-location") == 1


def test_counts_follow_the_words_searched_for(client, sleep):
    _offer("Evening songs")
    _offer("Evening naps", category=sleep)
    _offer("Hours", category=sleep, summary="x", description="x")

    assert _count(client.get(URL, {"q": "evening"}), "category", "sleep") == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"price_from": "1.01"}, ["Dear"]),
        ({"price_to": "1.00"}, ["Cheap"]),
        ({"price_from": "1.00", "price_to": "2.20"}, ["Cheap", "Dear"]),
        ({"price_from": "2.21"}, []),
    ],
)
def test_the_price_range_means_the_price_on_the_card(client, db, query, found):
    _offer("Cheap")  # 80 + 16 + 4
    _offer("Dear", reward_minor_units=160, fee_minor_units=50)  # + 10

    assert sorted(_titles(client.get(URL, query))) == found


def test_people_are_sorted_by_band_so_that_the_order_tells_no_more_than_the_bands(client, db):
    for title, people, reward in [("A", 21, 300), ("B", 49, 200), ("C", 50, 400)]:
        offer = _offer(title, reward_minor_units=reward)
        Offer.objects.filter(pk=offer.pk).update(people_available=people)

    assert _titles(client.get(URL, {"sort": "people"})) == ["C", "B", "A"]
    assert _titles(client.get(URL, {"sort": "price"})) == ["B", "A", "C"]


def test_newest_comes_first_by_itself(client, db):
    for title, days in [("Old", 9), ("New", 1), ("Middling", 5)]:
        _offer(title, published_at=factories.NOON - factories.timedelta(days=days))

    assert _titles(client.get(URL)) == ["New", "Middling", "Old"]


def test_each_chip_leads_to_the_page_without_it(client, version):
    page = client.get(URL, {"category": "music", "q": "evening", "price_to": "2"})
    chips = re.findall(r'class="chip" href="([^"]+)">([^<]+)<', page.content.decode())

    assert [label for _, label in chips] == ["Music and listening", "Up to £2.00", "“evening”"]
    assert chips[0][0] == "?q=evening&amp;price_to=2"


def test_pages_keep_the_filters(client, db):
    for number in range(13):
        _offer(f"Offer {number}")

    first = client.get(URL, {"category": "music"})
    second = client.get(URL, {"category": "music", "page": "2"})

    assert len(_titles(first)) == 12
    assert 'href="?category=music&amp;page=2"' in first.content.decode()
    assert len(_titles(second)) == 1
    assert "Offers 13 to 13 of 13" in " ".join(second.content.decode().split())


def test_nothing_found_says_what_to_do(client, version):
    page = client.get(URL, {"q": "astronomy"})

    assert "No offer fits all of that" in page.content.decode()


def test_empty_fields_are_taken_out_of_the_address(client, version):
    response = client.get(URL + "?q=&price_from=&category=music&sort=")

    assert response.status_code == 302
    assert response.headers["Location"] == "/offers/?category=music"


def test_htmx_gets_the_results_alone_and_the_clean_address(client, version):
    response = client.get(URL + "?q=&category=music", headers={"HX-Request": "true"})

    body = response.content.decode()
    assert "<html" not in body
    assert _titles(response) == ["Songs listened to in the evening"]
    assert 'id="n-category-music" hx-swap-oob="true"' in " ".join(body.split())
    assert response.headers["HX-Push-Url"] == "/offers/?category=music"
    assert "HX-Request" in response.headers["Vary"]


def test_going_back_htmx_gets_the_whole_page(client, version):
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}

    assert "<html" in client.get(URL, headers=headers).content.decode()


@pytest.mark.parametrize(
    ("address", "queries"),
    [(URL, 6), (f"{URL}?q=offer&price=1&sort=people", 5), ("/topics/music/", 7)],
)
def test_sixty_offers_cost_as_many_queries_as_one(
    client, django_assert_num_queries, db, address, queries
):
    _offer("Offer")
    with django_assert_num_queries(queries):
        client.get(address)
    for number in range(59):
        _offer(f"Offer {number}")

    with django_assert_num_queries(queries):
        client.get(address)


def test_a_logged_in_buyer_browses_within_eight_queries(
    client, buyer, version, django_assert_max_num_queries
):
    client.force_login(buyer)

    with django_assert_max_num_queries(8):
        client.get(URL, {"q": "evening", "category": "music"})


def test_long_titles_are_there_in_full(client, db):
    title = "Very " * 20 + "long"
    offer = _offer(title)

    page = client.get(URL)

    assert f'title="{title}"' in page.content.decode()
    assert reverse("offers:offer-detail", args=[offer.slug]) in page.content.decode()


def test_words_bring_their_own_order_unless_another_was_chosen(client, version):
    front, found = client.get(URL).content.decode(), client.get(URL, {"q": "song"}).content.decode()

    assert re.search(r'value=""\s+selected\s*>\s*Newest first', front)
    assert re.search(r'value=""\s+selected\s*>\s*Best match first', found)
    assert re.search(r'value="newest"\s*>\s*Newest first', found)


def test_a_hundred_pages_are_the_last(client, db, monkeypatch):
    monkeypatch.setattr("offers.queries.hits.MOST_PAGES", 1)
    for number in range(13):
        _offer(f"Offer {number}")

    page = client.get(URL, {"page": "2"}).content.decode()

    assert page.count('class="offer-card"') == 12
    assert "More offers fit than pages show." in page


def test_where_nothing_fits_one_may_ask_for_it_or_compose_it(client, version):
    page = client.get("/offers/", {"q": "zeppelins"}).content.decode()

    assert 'href="/requests/new/?q=zeppelins"' in page
    assert 'href="/compose/new/"' in page
