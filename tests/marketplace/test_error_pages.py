"""Whatever goes wrong, the page says what happened and has a way on: a search field."""

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse

from marketplace import views

FIELD = f'role="search" action="{reverse("offers:offer-list")}"'


def _text(response):
    return " ".join(response.content.decode().split())


def test_an_address_with_nothing_at_it_leads_on(client, db):
    response = client.get("/nothing-of-the-sort/")

    assert response.status_code == 404
    assert FIELD in _text(response)


def test_an_offer_that_is_gone_is_said_and_the_search_goes_on(client, db):
    response = client.get("/offers/sold-out-long-ago/")

    assert response.status_code == 404
    assert "It may have been taken off the shelf." in _text(response)
    assert FIELD in _text(response)


def test_what_needs_another_role_names_it_and_leads_on(client, buyer):
    client.force_login(buyer)

    response = client.get(reverse("accounts:organisation-settings"))

    assert response.status_code == 403
    assert "you need to be owner of Tidewater Museum" in _text(response)
    assert FIELD in _text(response)


@pytest.mark.parametrize("template", ["403.html", "404.html", "429.html"])
def test_every_page_of_trouble_has_a_search_field_and_a_reference(template):
    request = RequestFactory().get("/")
    request.request_id = "0a1b2c3d4e5f"

    text = " ".join(render_to_string(template, {"request": request, "shell": {}}).split())

    assert FIELD in text
    assert "0a1b2c3d4e5f" in text


def test_our_own_fault_is_shown_without_any_database():
    """No fixture opens the database here: a query would fail this test."""
    request = RequestFactory().get("/offers/")
    request.request_id = "0a1b2c3d4e5f"

    response = views.server_error(request)

    assert response.status_code == 500
    assert FIELD in _text(response)
    assert "0a1b2c3d4e5f" in _text(response)


def test_a_refusal_on_the_way_to_something_sends_nobody_searching():
    context = {"sentence": "The offer was changed meanwhile.", "status": 409, "shell": {}}

    text = " ".join(render_to_string("message.html", context).split())

    assert "The offer was changed meanwhile." in text
    assert FIELD not in text
