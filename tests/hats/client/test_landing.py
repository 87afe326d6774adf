"""What the way back from a HAT's log-in page says."""

from urllib.parse import parse_qsl

import pytest

from hats.client import Landing, NoLogin, read_landing


def landing(query: str) -> Landing:
    return read_landing(dict(parse_qsl(query)))


@pytest.mark.parametrize(
    "query",
    [
        "error=access_denied%26error_reason=user_cancelled",
        "error=access_denied&error_reason=user_cancelled",
        "error=access_denied%26error_reason%3Duser_cancelled",
    ],
)
def test_a_refusal_is_understood_in_either_form(query):
    assert landing(query) == Landing("", NoLogin.USER_CANCELLED)


@pytest.mark.parametrize(
    ("reason", "problem"),
    [
        ("redirect_is_required%20", NoLogin.REDIRECT_IS_REQUIRED),
        ("application_id_is_required%20", NoLogin.APPLICATION_ID_IS_REQUIRED),
        ("application_id_not_found%20", NoLogin.APPLICATION_ID_NOT_FOUND),
        ("internal_server_error", NoLogin.HAT_FAILED),
        ("<script>", NoLogin.UNKNOWN),
        ("", NoLogin.UNKNOWN),
    ],
)
def test_the_reasons_of_a_hats_pages_are_known_and_no_others(reason, problem):
    assert landing(f"error=x%26error_reason={reason}").problem is problem


def test_nothing_at_all_is_no_login():
    assert landing("") == Landing("", NoLogin.UNKNOWN)


def test_beside_a_token_an_error_means_nothing():
    assert landing("token=aa.bb.cc&error=access_denied") == Landing("aa.bb.cc", None)


def test_a_token_is_not_shown_when_printed():
    assert "aa.bb.cc" not in repr(landing("token=aa.bb.cc"))
