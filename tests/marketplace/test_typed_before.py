"""Whoever is logged out while they write finds their words again after the log-in."""

from django.test import Client
from django.urls import reverse

from tests import factories
from tests.factories import PASSWORD

WORDS = "To learn which songs people play on a rainy evening."


def log_in(client, led_to, user):
    """Log in where the answer leads to; the page that comes after."""
    form = {"login": user.email, "password": PASSWORD}
    answer = client.post(led_to.url, form, follow=True)
    return answer.content.decode()


def order_form(version):
    return f"{reverse('buyers:order-new')}?offer={version.offer.reference}"


def test_the_words_of_an_order_come_back_with_its_places_and_terms(client, version, buyer):
    purpose = version.purposes[0]
    typed = {"purpose_words": WORDS, "places": "321", "retention_days": "30", "purpose": purpose}

    page = log_in(client, client.post(order_form(version), typed), buyer)

    assert WORDS in page
    assert 'value="321"' in page
    assert '<option value="30" selected>' in page
    assert f'value="{purpose}"' in page.split(" checked")[0].rsplit("<input", 1)[1]


def test_they_come_back_once(client, version, buyer):
    log_in(client, client.post(order_form(version), {"purpose_words": WORDS}), buyer)

    assert WORDS not in client.get(order_form(version)).content.decode()


def test_they_come_back_on_the_page_they_were_typed_on_alone(client, version, buyer):
    other = factories.make_version()
    client.post(order_form(other), {"purpose_words": WORDS})

    page = log_in(client, client.get(order_form(version)), buyer)

    assert WORDS not in page


def test_a_question_comes_back(client, version, buyer):
    asking = reverse("offers:offer-question-new", args=[version.offer.slug])

    page = log_in(client, client.post(asking, {"text": WORDS}), buyer)

    assert WORDS in page


def test_a_request_for_data_comes_back(client, buyer):
    asking = reverse("offers:request-new")

    page = log_in(client, client.post(asking, {"title": "Rain", "what": WORDS}), buyer)

    assert WORDS in page
    assert 'value="Rain"' in page


def test_more_than_a_form_may_say_is_not_kept(client, buyer):
    asking = reverse("offers:request-new")

    page = log_in(client, client.post(asking, {"title": "Rain", "what": "x" * 6_000}), buyer)

    assert 'value="Rain"' not in page


def test_a_password_is_never_kept(client, version, buyer):
    client.post(order_form(version), {"purpose_words": WORDS, "password": PASSWORD})

    assert PASSWORD not in str(dict(client.session))


def test_a_part_of_a_page_is_no_place_for_the_log_in(client, version):
    answer = client.post(
        order_form(version), {"purpose_words": WORDS}, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 403
    assert answer["HX-Retarget"] == "#messages"
    assert "You are not logged in any more" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_a_page_from_before_the_last_log_in_says_so_and_stays(version, buyer):
    """Another window logged out and in again: the token of the form is an old one."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(buyer)

    answer = client.post(
        order_form(version), {"purpose_words": WORDS}, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 403
    assert answer["HX-Retarget"] == "#messages"
    assert "load the page again" in answer.content.decode()
    assert "<html" not in answer.content.decode()
