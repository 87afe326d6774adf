"""Applications through hat-js 0.5.0 (contract checklist 90)."""

import pytest

from tests.hats.thirdparty.conftest import refused, result, speaker, step


@pytest.fixture(scope="module")
def told(play, running):
    hat = running.hat()
    return play(
        speaker(hat).owner,
        step("all", "applications.getAllDefault"),
        step("with_options", "applications.getAll", {"unpublished": "true"}),
        step("one", "applications.getById", "hat-market"),
        step("unknown", "applications.getById", "no-such-app"),
        step("untouched", "applications.getAppStatus", result("one")),
        step("page", "applications.getSetupUrl", result("one"), "http://here/", "http://no/"),
    )


def test_all_applications_are_listed(told):
    listed = {one["application"]["id"]: one for one in told["all"].body}

    assert told["all"].status == 200
    assert listed["hat-market"] == told["one"].body
    assert told["with_options"] == told["all"]


def test_one_application_says_how_far_it_is_set_up(told):
    one = told["one"].body

    assert list(one) == ["application", "setup", "enabled", "active"]
    assert (one["setup"], one["enabled"], one["active"]) == (False, False, False)


def test_an_unknown_application_is_a_404(told):
    assert told["unknown"] == refused(404)


def test_an_application_not_set_up_is_untouched(told):
    assert told["untouched"].body == "untouched"


def test_the_set_up_page_is_the_hats_log_in_page(told):
    assert "/#/hatlogin?name=hat-market&fallback=http://no/" in told["page"].body


def test_an_application_set_up_is_somewhere_to_go_to(play, running):
    hat = running.hat()
    hat.call("GET", "/api/v2.6/applications/hat-market/setup")

    story = play(
        speaker(hat).owner,
        step("one", "applications.getById", "hat-market"),
        step("status", "applications.getAppStatus", result("one")),
    )

    assert story["status"].body == "goto"
