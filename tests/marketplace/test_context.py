"""The frame around each page: whose rooms are shown."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory

from accounts.models import User
from marketplace import context

AnyUser = User | AnonymousUser


def request_of(user: AnyUser, *, view: str = "offers:offer-list", **session: str) -> HttpRequest:
    request = RequestFactory().get("/")
    match = SimpleNamespace(view_name=view)
    vars(request).update(user=user, session=session, resolver_match=match)
    return request


BUYER = User(email="ines@museum.example", name="Ines Okafor")
OWNER = User(email=None)
MODERATOR = User(email="tomasz@market.example", name="Tomasz Bell", is_moderator=True)


@pytest.mark.parametrize(
    ("user", "rooms"),
    [
        (AnonymousUser(), (False, False, False)),
        (BUYER, (True, False, False)),
        (OWNER, (False, True, False)),
        (MODERATOR, (False, False, True)),
    ],
)
def test_everybody_sees_their_own_rooms_only(user: AnyUser, rooms: tuple[bool, bool, bool]) -> None:
    shell = context.shell(request_of(user))["shell"]

    assert (shell["is_buyer"], shell["is_owner"], shell["is_moderator"]) == rooms


def test_an_owner_is_called_by_the_hat() -> None:
    shell = context.shell(request_of(OWNER, hat_domain="marta.hat.example"))["shell"]

    assert shell["who"] == "marta.hat.example"


def test_an_owner_whose_hat_is_not_known_here_is_called_by_no_empty_word() -> None:
    assert context.shell(request_of(OWNER))["shell"]["who"] == "Your HAT"


def test_a_stranger_s_session_names_no_organisation() -> None:
    shell = context.shell(request_of(AnonymousUser(), organisation_name="Old"))["shell"]

    assert shell["organisation_name"] == ""


@pytest.mark.parametrize(
    ("view", "room"),
    [
        ("offers:offer-list", "shop"),
        ("buyers:order-detail", "shop"),
        ("buyers:moderation-queue", "moderation"),
        ("fulfilment:owner-inbox", "my-data"),
        ("fulfilment:dataset-list", "shop"),
        ("hats:login", "my-data"),
        ("hats:moderation-hats", "moderation"),
        ("fulfilment:stuck-work", "moderation"),
    ],
)
def test_room_follows_from_the_page(view: str, room: str) -> None:
    assert context.shell(request_of(BUYER, view=view))["shell"]["room"] == room


def test_a_request_that_failed_early_still_gets_a_frame() -> None:
    shell = context.shell(RequestFactory().get("/nowhere/"))["shell"]

    assert shell["signed_in"] is False
    assert shell["room"] == "shop"


def test_the_page_for_our_own_failure_needs_no_context_and_no_query() -> None:
    html = render_to_string("500.html")

    assert "Something went wrong on our side" in html


def test_a_refusal_is_said_in_full_with_the_reference_of_the_request() -> None:
    request = request_of(BUYER)
    vars(request)["request_id"] = "7f3k9qt2"

    html = render_to_string("message.html", {"sentence": "The offer was withdrawn."}, request)

    assert "The offer was withdrawn." in html
    assert "7f3k9qt2" in html


@pytest.mark.parametrize("template", ["403.html", "404.html", "429.html", "message.html"])
def test_error_pages_carry_no_inline_code(template: str) -> None:
    html = render_to_string(template, {"sentence": "No."}, request_of(AnonymousUser()))

    assert "style=" not in html
    assert "onclick" not in html
    assert "<style" not in html
