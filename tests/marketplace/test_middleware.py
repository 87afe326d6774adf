"""Refusals are shown kindly, private pages are stored nowhere, every answer has its id."""

import pytest
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from common.errors import NotAllowed
from marketplace import middleware
from tests import factories

pytestmark = pytest.mark.django_db


def _refuse(*, htmx: bool):
    request = RequestFactory().get("/", headers={"HX-Request": "true"} if htmx else {})
    request.htmx = HtmxDetails(request)
    request.request_id = "abc123"
    refusing = middleware.DomainErrorMiddleware(lambda _request: None)
    problem = NotAllowed("Ask an owner of the organisation.")
    return refusing.process_exception(request, problem)


def test_a_refusal_is_a_page_with_its_sentence_and_status():
    answer = _refuse(htmx=False)

    assert answer.status_code == 403
    assert "Ask an owner of the organisation." in answer.content.decode()
    assert "<main" in answer.content.decode()


def test_a_refusal_to_htmx_is_a_fragment_for_the_messages():
    answer = _refuse(htmx=True)

    assert answer["HX-Retarget"] == "#messages"
    assert "<main" not in answer.content.decode()


def test_a_surprise_is_not_shown_as_a_refusal():
    refusing = middleware.DomainErrorMiddleware(lambda _request: None)

    assert refusing.process_exception(RequestFactory().get("/"), ValueError("x")) is None


def test_every_answer_carries_its_own_id(client):
    first, second = client.get("/healthz"), client.get("/healthz")

    assert first["X-Request-Id"] != second["X-Request-Id"]


def test_a_page_of_somebody_logged_in_is_stored_nowhere(client):
    client.force_login(factories.make_user())

    assert client.get("/healthz")["Cache-Control"] == "no-store"


def test_a_form_without_its_token_is_refused_in_words(client):
    strict = type(client)(enforce_csrf_checks=True)

    answer = strict.post("/account/login/", {"login": "a@example.org", "password": "x"})

    assert answer.status_code == 403
    assert "nothing was changed" in answer.content.decode()


def test_the_error_page_shows_the_reference_and_not_the_error(client, monkeypatch):
    def fail() -> bool:
        raise ValueError("Robin Vale")

    monkeypatch.setattr("marketplace.health._database_answers", fail)
    client.raise_request_exception = False

    answer = client.get("/readyz")

    assert answer.status_code == 500
    assert answer["X-Request-Id"] in answer.content.decode()
    assert "Robin" not in answer.content.decode()


def test_a_request_is_logged_by_the_name_of_its_page(client, caplog):
    caplog.set_level("INFO", logger="marketplace.middleware")

    client.get("/account/login/?next=/secret-token/")

    [line] = [record for record in caplog.records if record.msg == "request"]
    assert (line.method, line.route, line.status) == ("GET", "account_login", 200)
    assert "secret-token" not in str(line.__dict__)
