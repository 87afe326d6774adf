"""Page or fragment from one address."""

from types import SimpleNamespace

import pytest
from django.test import RequestFactory

from common import htmx

CONTEXT = {"sentence": "The offer was withdrawn.", "reference": "7f3k"}
TEMPLATES = {"page": "500.html", "fragment": "components/_refusal.html"}


def request_of(*, asked_by_htmx, boosted=False):
    request = RequestFactory().get("/")
    request.htmx = SimpleNamespace(boosted=boosted) if asked_by_htmx else None
    return request


@pytest.mark.parametrize(
    ("request_", "is_page"),
    [
        (request_of(asked_by_htmx=False), True),
        (request_of(asked_by_htmx=True), False),
        (request_of(asked_by_htmx=True, boosted=True), True),
    ],
)
def test_htmx_gets_the_fragment_and_everybody_else_the_page(request_, is_page):
    response = htmx.page_or_fragment(request_, **TEMPLATES, context=CONTEXT)

    assert (b"<html" in response.content) is is_page
    assert response["Vary"] == "HX-Request"


def test_a_form_with_errors_keeps_its_status_for_htmx():
    request = request_of(asked_by_htmx=True)

    response = htmx.page_or_fragment(
        request, **TEMPLATES, context=CONTEXT, status=htmx.UNPROCESSABLE
    )

    assert response.status_code == 422


def test_redirect_sends_a_form_with_a_header_and_htmx_with_its_own():
    plain = htmx.redirect_to(request_of(asked_by_htmx=False), "/orders/")
    by_htmx = htmx.redirect_to(request_of(asked_by_htmx=True), "/orders/")

    assert (plain.status_code, plain["Location"]) == (302, "/orders/")
    assert (by_htmx.status_code, by_htmx["HX-Redirect"]) == (200, "/orders/")


def test_a_refusal_lands_among_the_messages_and_leaves_the_rest_alone():
    response = htmx.refusal(
        request_of(asked_by_htmx=True), CONTEXT["sentence"], status=409, reference="7f3k"
    )

    assert response.status_code == 409
    assert response["HX-Retarget"] == "#messages"
    assert response["HX-Reswap"] == "innerHTML"
    assert "The offer was withdrawn." in response.content.decode()
