"""Page or fragment from one address."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from common import htmx

CONTEXT = {"sentence": "The offer was withdrawn.", "reference": "7f3k"}


def answer(request: HttpRequest, *, status: int = 200) -> HttpResponse:
    return htmx.page_or_fragment(
        request,
        page="500.html",
        fragment="components/_refusal.html",
        context=CONTEXT,
        status=status,
    )


def request_of(*headers: str) -> HttpRequest:
    request = RequestFactory().get("/", headers=dict.fromkeys(headers, "true"))
    vars(request)["htmx"] = HtmxDetails(request)
    return request


@pytest.mark.parametrize(
    ("request_", "opening"),
    [
        (request_of(), "<!DOCTYPE html>"),
        (request_of("HX-Request"), '<div class="message'),
        (request_of("HX-Request", "HX-Boosted"), "<!DOCTYPE html>"),
        (request_of("HX-Request", "HX-History-Restore-Request"), "<!DOCTYPE html>"),
    ],
)
def test_htmx_gets_the_fragment_and_everybody_else_the_page(
    request_: HttpRequest, opening: str
) -> None:
    response = answer(request_)

    assert response.content.decode().strip().startswith(opening)
    assert response["Vary"] == "HX-Request"


def test_a_form_with_errors_keeps_its_status_for_htmx() -> None:
    response = answer(request_of("HX-Request"), status=htmx.UNPROCESSABLE)

    assert response.status_code == 422


def test_redirect_sends_a_form_with_a_header_and_htmx_with_its_own() -> None:
    plain = htmx.redirect_to(request_of(), "/orders/")
    by_htmx = htmx.redirect_to(request_of("HX-Request"), "/orders/")

    assert (plain.status_code, plain["Location"]) == (302, "/orders/")
    assert (by_htmx.status_code, by_htmx["HX-Redirect"]) == (200, "/orders/")


def test_a_refusal_lands_among_the_messages_and_leaves_the_rest_alone() -> None:
    response = htmx.refusal(
        request_of("HX-Request"), CONTEXT["sentence"], status=409, reference="7f3k"
    )

    assert response.status_code == 409
    assert response["HX-Retarget"] == "#messages"
    assert response["HX-Reswap"] == "innerHTML"
    assert "The offer was withdrawn." in response.content.decode()
