"""Up to four offers side by side."""

import re

import pytest
from django.urls import reverse

from offers.models import Offer, OfferStatus, OfferVersionStatus, Purpose
from tests import factories

URL = reverse("offers:compare")


@pytest.fixture
def other(db):
    """Dearer, daily, with a purpose less and a field less than ``version``."""
    other = factories.make_version(
        title="Songs of a month",
        reward_minor_units=150,
        collection="daily",
        smallest_group=50,
        special_category=True,
        purposes=[Purpose.ACADEMIC_RESEARCH],
        never=["Setting prices for single people"],
        status=OfferVersionStatus.DRAFT,
    )
    other.fields.get(path="artist").delete()
    other.status = OfferVersionStatus.PUBLISHED
    other.save(update_fields=["status"])
    Offer.objects.filter(pk=other.offer_id).update(current_version=other)
    return other


def _page(client, *versions, **more):
    references = ",".join(version.offer.reference for version in versions)
    return client.get(URL, {"offers": references} | more)


def _text(response):
    return " ".join(response.content.decode().split())


def _rows(response) -> dict[str, list[str]]:
    """What each row says, by its label, without marks."""
    found = {}
    for row in re.findall(r"<tr[^>]*>(.*?)</tr>", _text(response)):
        head = re.search(r'<th role="rowheader" scope="row">(.*?)</th>', row)
        if head:
            label = re.sub(r"<span.*", "", head[1]).strip()
            cells = re.findall(r"<td[^>]*>(.*?)</td>", row)
            found[label] = [re.sub(r"<[^>]+>", " ", cell).strip() for cell in cells]
    return found


def _marked(response) -> set[str]:
    rows = re.findall(r'<tr role="row" class="is-different">(.*?)</tr>', _text(response))
    return {re.sub(r"<[^>]+>.*", "", row.partition('scope="row">')[2]).strip() for row in rows}


def test_two_offers_stand_beside_each_other_in_the_order_of_the_address(client, version, other):
    rows = _rows(_page(client, other, version))

    assert rows["Price per person"] == ["£1.70", "£1.00"]
    assert rows["of which reward to the person"] == ["£1.50", "£0.80"]
    assert rows["of which market fee"] == ["£0.16", "£0.16"]
    assert rows["of which VAT on the fee, 20 %"] == ["£0.04", "£0.04"]
    assert rows["Price of the smallest group"] == ["£85.00", "£20.00"]
    assert rows["Collection"] == ["Daily, 30 days", "Once"]
    assert rows["Smallest group"] == ["50 people", "20 people"]
    assert rows["Care"] == ["Special category", "Personal"]


def test_rows_follow_the_order_of_the_offer_page(client, version, other):
    text = _text(_page(client, version, other))

    heads = ["At a glance", "What you get", "What you may do with it", "Never"]
    heads += ["How it is delivered", "Versions"]
    places = [text.index(f'colspan="3">{head}</th>') for head in heads]
    assert places == sorted(places)


def test_fields_are_aligned_and_a_missing_one_is_said(client, version, other):
    rows = _rows(_page(client, version, other))

    assert rows["Song"] == ["Title of the track. text"] * 2
    assert rows["Artist"] == ["First artist of the track. text", "Not included"]


def test_purposes_and_forbidden_uses_are_answered_by_each(client, version, other):
    rows = _rows(_page(client, version, other))

    assert rows[Purpose.ACADEMIC_RESEARCH.label] == ["Allowed", "Allowed"]
    assert rows[Purpose.MARKET_RESEARCH.label] == ["Allowed", "Not allowed"]
    assert rows["Setting prices for single people"] == ["Not named by it", "Ruled out"]


def test_what_differs_is_marked_in_words_and_nothing_else_is(client, version, other):
    marked = _marked(_page(client, version, other))

    assert {"Price per person", "Collection", "Artist"} <= marked
    assert not {"of which market fee", "Song", "Subject"} & marked
    assert "differs</span>" in _text(_page(client, version, other))


def test_only_differences_leaves_out_what_is_the_same(client, version, other):
    all_rows = _page(client, version, other)

    rows = _rows(_page(client, version, other, show="differences"))

    assert set(rows) == _marked(all_rows)


def test_offers_that_say_the_same_differ_in_nothing(client, version):
    twin = factories.make_version()

    text = _text(_page(client, version, twin, show="differences"))

    assert "0 of" in text
    assert "These offers are the same in every row." in text


def test_people_are_compared_by_band_and_never_by_number(client, version, other):
    Offer.objects.filter(pk=version.offer_id).update(people_available=1347)
    Offer.objects.filter(pk=other.offer_id).update(people_available=1348)

    response = _page(client, version, other)

    assert _rows(response)["People who have it"] == ["1,000–2,000"] * 2
    assert "People who have it" not in _marked(response)
    assert "134" not in re.sub(r"HM-\w+", "", _text(response)).replace(",", "")


def test_five_offers_are_cut_to_four_and_the_fifth_is_named(client, version):
    versions = [version, *(factories.make_version(title=f"Offer {n}") for n in range(4))]

    text = _text(_page(client, *versions))

    assert text.count("data-compared=") == 4
    assert f"Left out: {versions[4].offer.reference}." in text


def test_an_offer_that_is_gone_is_said_and_the_others_are_shown(client, version):
    draft = factories.make_version(status=OfferVersionStatus.SUBMITTED, title="Not for your eyes")

    text = _text(client.get(URL, {"offers": f"{draft.offer.reference},{version.offer.reference}"}))

    assert f"{draft.offer.reference} is not on the shelf (any more)" in text
    assert text.count("data-compared=") == 1
    assert "Not for your eyes" not in text


def test_a_paused_offer_says_that_it_is_paused(client, version, other):
    Offer.objects.filter(pk=other.offer_id).update(status=OfferStatus.PAUSED)

    assert "Paused" in _text(_page(client, version, other))


@pytest.mark.parametrize("words", ["x", "<drop>", "HM-", "HM-2222222;drop", "," * 99])
def test_nothing_odd_in_the_address_is_an_error_or_comes_back(client, version, words):
    response = client.get(URL, {"offers": f"{words},{version.offer.reference}"})

    assert response.status_code == 200
    assert (
        "<script>" not in response.content.decode().partition('id="main"')[2].partition("<foot")[0]
    )
    assert "data-compared=" in _text(response)


def test_the_same_offer_twice_stands_there_once(client, version):
    assert _text(_page(client, version, version)).count("data-compared=") == 1


def test_the_boxes_of_the_cards_lead_to_an_address_that_can_be_shared(client, version, other):
    references = [version.offer.reference, other.offer.reference]

    response = client.get(URL, {"offer": references})

    assert response.status_code == 302
    assert response.headers["Location"] == f"{URL}?offers={','.join(references)}"


def test_each_card_has_a_box_that_belongs_to_the_form_of_the_comparison(client, version):
    text = _text(client.get(reverse("offers:offer-list")))

    assert f'name="offer" value="{version.offer.reference}" form="compare"' in text
    assert f'<form class="comparebar" id="compare" action="{URL}"' in text


def test_an_offers_page_leads_to_the_comparison(client, version):
    text = _text(client.get(reverse("offers:offer-detail", args=[version.offer.slug])))

    assert f'href="{URL}?offers={version.offer.reference}"' in text


def test_each_offer_can_be_taken_away(client, version, other):
    text = _text(_page(client, version, other))

    assert f'class="compare__away" href="{URL}?offers={other.offer.reference}"' in text
    assert f'class="compare__away" href="{URL}?offers={version.offer.reference}"' in text


def test_nothing_chosen_explains_how_to_choose(client, version):
    text = _text(client.get(URL))

    assert "Nothing chosen yet" in text
    assert "Tick “Compare” on the cards of offers" in text


def test_others_of_the_subject_can_be_added_while_there_is_room(client, version, other):
    text = _text(_page(client, version))

    assert f'href="{URL}?offers={version.offer.reference},{other.offer.reference}"' in text
    assert "There is room for 3 more." in text


def test_four_offers_leave_no_room(client, version):
    versions = [version, *(factories.make_version() for _ in range(4))]

    assert "Put another beside" not in _text(_page(client, *versions[:4]))


def test_words_find_offers_to_add(client, version, other):
    text = _text(_page(client, version, q="month"))

    assert f'href="{URL}?offers={version.offer.reference},{other.offer.reference}"' in text
    assert "No other offer fits" in _text(_page(client, version, q="zebra"))


@pytest.mark.parametrize("count", [1, 4])
def test_the_page_costs_the_same_for_one_offer_and_for_four(
    client, buyer, version, count, django_assert_num_queries
):
    versions = [version, *(factories.make_version() for _ in range(3))][:count]
    suggestions = 3 if count < 4 else 0
    client.force_login(buyer)

    with django_assert_num_queries(4 + suggestions):  # session, person, offers, fields
        _page(client, *versions)


def test_a_visitor_meets_the_page_made_for_another_until_the_shelf_changes(
    client, version, other, django_assert_num_queries
):
    _page(client, version, other)
    with django_assert_num_queries(1):
        _page(client, version, other)

    Offer.objects.filter(pk=other.offer_id).update(status=OfferStatus.PAUSED)

    assert "Paused" in _text(_page(client, version, other))


def test_search_engines_are_asked_to_leave_the_many_combinations_alone(client, version):
    assert '<meta name="robots" content="noindex, nofollow">' in _text(_page(client, version))


def test_words_of_publishers_are_text_and_nothing_else(client, db):
    version = factories.make_version(title="<b>Bold</b>", never=["<i>x</i>"])

    body = _page(client, version).content.decode()

    assert "<b>Bold" not in body
    assert "<i>x" not in body
