"""What an order may bring, on the offer's page and on its own."""

import pytest
from django.conf import settings
from django.urls import reverse

from offers.models import Offer, Outcome, PeopleCount
from tests import factories
from tests.factories import BUNDLE, NOON

SLEEP, PLAYS = "fitbit/sleep", "spotify/feed"


def _url(version):
    return reverse("offers:estimate", args=[version.offer.slug])


def _text(response):
    return " ".join(response.content.decode().split())


def _ask(client, version, *, htmx=True, **wish):
    usual = {"places": "100", "days": "28", "reward": "0.80"}
    headers = {"HX-Request": "true"} if htmx else {}
    return client.get(_url(version), usual | wish, headers=headers)


def _counted(version, people):
    """The people of an offer of one part, as the last count left them."""
    Offer.objects.filter(pk=version.offer_id).update(
        people_available=people, people_counted_at=NOON
    )


def _outcomes(offer, number=4, **values):
    usual = {
        "reward_minor_units": 80,
        "currency": "GBP",
        "places": 300,
        "people_asked": 1_000,
        "people_agreed": 200,
        "hours_open": 28 * 24,
        "was_filled": False,
    }
    for one in range(number):
        reference = f"OL-{offer.pk}-{Outcome.objects.count()}-{one}"
        Outcome.objects.create(offer=offer, line_reference=reference, **(usual | values))


@pytest.fixture
def two_parts(db):
    bundle = {
        "name": "nights-1",
        "bundle": {
            "plays": BUNDLE["bundle"]["plays"],
            "nights": {"endpoints": [{"endpoint": SLEEP, "mapping": {"day": "dateOfSleep"}}]},
        },
    }
    for endpoints, people in ([SLEEP], 2_000), ([PLAYS], 5_000), ([SLEEP, PLAYS], 1_000):
        PeopleCount.objects.create(endpoints=endpoints, people=people)
    return factories.make_version(bundle=bundle)


def test_the_offer_page_works_out_the_usual_order(client, version):
    _counted(version, 1_000)
    _outcomes(version.offer)

    text = _text(client.get(reverse("offers:offer-detail", args=[version.offer.slug])))

    part = text[text.index('id="estimate"') : text.index('id="people"')]
    assert "1,000–2,000" in part
    assert "15–25 %" in part
    assert "100 of 100" in part
    assert "Between " in part
    assert "£100.00" in part


def test_htmx_gets_the_answer_alone_and_everybody_else_a_page(client, version):
    _counted(version, 1_000)

    fragment, page = _ask(client, version), _ask(client, version, htmx=False)

    assert "<html" not in fragment.content.decode()
    assert "HX-Request" in fragment.headers["Vary"]
    assert "<h1>Songs listened to in the evening</h1>" in _text(page)
    assert "Back to the offer, to order" in _text(page)


def test_the_total_is_the_one_of_the_order_box(client, version):
    assert "<dd>£250.00</dd>" in _text(_ask(client, version, places="250"))


def test_without_history_it_says_so_and_names_no_date(client, version):
    _counted(version, 1_000)
    _outcomes(version.offer, 2)

    text = _text(_ask(client, version))

    assert text.count("Too little history") == 3
    assert "too little to say how many will" in text


def test_fewer_than_ten_people_give_no_forecast(client, version):
    _counted(version, 0)
    _outcomes(version.offer)

    text = _text(_ask(client, version))

    assert "fewer than 10" in text
    assert "nothing can be said of how many will" in text


def test_the_history_of_the_subject_stands_in_and_is_named(client, version):
    _counted(version, 1_000)
    _outcomes(factories.make_version(category=version.offer.category).offer)

    assert "From 4 earlier orders of offers on the same subject" in _text(_ask(client, version))


def test_a_reward_nobody_paid_before_is_warned_of(client, version):
    _counted(version, 1_000)
    _outcomes(version.offer)

    text = _text(_ask(client, version, reward="2.00"))

    assert "None of them paid what you think of" in text
    assert "This offer pays £0.80." in text


def test_an_order_that_will_not_fill_is_told_what_would(client, version):
    _counted(version, 1_000)
    _outcomes(version.offer)

    text = _text(_ask(client, version, places="1000"))

    assert "Probably not within 28 days" in text
    assert "places: likely full within 28 days." in text


def test_a_part_left_out_names_the_other_band(client, two_parts):
    text = _text(_ask(client, two_parts, part=[SLEEP, PLAYS]))

    assert "Without nights (fitbit/sleep): 5,000–10,000 people instead of 1,000–2,000." in text
    assert "Without plays (spotify/feed): 2,000–5,000 people instead of 1,000–2,000." in text


def test_the_answer_follows_the_parts_that_are_kept(client, two_parts):
    text = _text(_ask(client, two_parts, part=[PLAYS]))

    assert "<dd>5,000–10,000</dd>" in text
    assert "With nights (fitbit/sleep): 1,000–2,000 people instead of 5,000–10,000." in text


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"places": "19"}, "Between 20 (the smallest group) and 5,000 people."),
        ({"places": "many"}, "Between 20 (the smallest group) and 5,000 people."),
        ({"days": "0"}, "Between 1 and 28 days."),
        ({"days": "29"}, "Between 1 and 28 days."),
        ({"reward": "-1"}, "An amount from 0.01 to 1,000 pounds"),
        ({"reward": "NaN"}, "An amount from 0.01 to 1,000 pounds"),
        ({"reward": "0.001"}, "An amount from 0.01 to 1,000 pounds"),
        ({"part": []}, "Keep at least one kind of data."),
        ({"part": ["uber/rides"]}, "This offer does not ask for that."),
    ],
)
def test_what_will_not_do_is_explained_and_has_no_answer(client, two_parts, wish, words):
    response = _ask(client, two_parts, **({"part": [PLAYS]} | wish))

    assert response.status_code == 200
    assert words in _text(response)
    assert "People who could say yes" not in _text(response)


def test_the_answer_costs_few_queries_with_much_history(
    client, version, django_assert_max_num_queries
):
    _counted(version, 1_000)
    _outcomes(version.offer, 30)

    with django_assert_max_num_queries(2):
        _ask(client, version)


def test_the_page_is_made_anew_when_an_outcome_comes_in(client, version):
    _counted(version, 1_000)
    page = reverse("offers:offer-detail", args=[version.offer.slug])
    assert "Too little history" in _text(client.get(page))

    _outcomes(version.offer)

    assert "Too little history" not in _text(client.get(page))


def test_an_offer_nobody_published_has_no_estimate(client, db):
    version = factories.make_version(status="submitted", published_at=NOON)

    assert client.get(_url(version)).status_code == 404


def test_the_order_box_says_when_it_is_likely_full(client, version):
    _counted(version, 1_000)
    _outcomes(version.offer)
    page = reverse("offers:offer-detail", args=[version.offer.slug])

    few = _text(client.get(page, {"places": "50"}, headers={"HX-Request": "true"}))
    many = _text(client.get(page, {"places": "5000"}, headers={"HX-Request": "true"}))

    assert "Likely full</b><br>Between" in few
    assert "Probably not within 28 days" in many


def test_without_history_the_order_box_promises_nothing(client, version):
    page = reverse("offers:offer-detail", args=[version.offer.slug])

    assert "<b>Likely full</b>" not in _text(client.get(page, {"places": "50"}))


def test_the_estimate_on_the_page_follows_the_places_of_the_order_box(client, version):
    page = reverse("offers:offer-detail", args=[version.offer.slug])

    assert 'value="250"' in _text(client.get(page, {"places": "250"})).partition('id="estimate"')[2]


def test_a_reward_is_typed_as_germans_write_it(client, version):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "de"

    text = _text(_ask(client, version, reward="1,20"))

    assert "Dieses Angebot zahlt" in text
    assert "1,20" in text


def test_orders_of_private_offers_tell_nothing_on_pages_of_others(client, version):
    _counted(version, 1_000)
    private = factories.make_version(category=version.offer.category).offer
    Offer.objects.filter(pk=private.pk).update(invitation_code="SECRETSECRET")
    _outcomes(private, reward_minor_units=777)

    text = _text(_ask(client, version))

    assert "£7.77" not in text
    assert "Too little history" in text


def test_search_engines_do_not_list_the_estimate_of_a_private_offer(client, version):
    assert "noindex" not in _text(_ask(client, version, htmx=False))

    Offer.objects.filter(pk=version.offer_id).update(invitation_code="SECRETSECRET")

    assert "noindex" in _text(_ask(client, version, htmx=False))
