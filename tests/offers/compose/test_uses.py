"""What composed offers state: from the data catalogue, and in the publisher's words."""

from datetime import date

import pytest
from django.urls import reverse

from offers.actions import drafts as actions
from offers.composing.coverage import facts_of, ideas_of
from offers.composing.offer import compose
from offers.errors import DraftIncomplete
from offers.models import OfferVersion
from tests.factories import NOON
from tests.offers.compose.conftest import RULES
from tests.offers.compose.strategies import ENDPOINTS, TODAY

SLEEP, PROFILE, PLAYS = "fitbit/sleep", "fitbit/profile", "spotify/feed"
FIELDS = {SLEEP: ["dateOfSleep", "minutesAsleep"], PROFILE: ["age"], PLAYS: ["played_at"]}


def composed(*paths, **narrowed):
    chosen = [ENDPOINTS[path] for path in paths]
    return compose(chosen, {"fields": FIELDS, "filters": narrowed}, today=TODAY)


def facts(*paths, **narrowed):
    return facts_of(composed(*paths, **narrowed), coverage="", today=TODAY)


def test_kinds_freshness_reach_and_records_come_from_the_data_catalogue():
    said = facts(SLEEP)

    assert (said.record_kinds, said.freshness) == (["event"], "hours")
    assert said.reaches_back_days == ENDPOINTS[SLEEP].reaches_back_days
    assert said.usual_records == 1_000
    assert said.problems() == []


def test_of_several_records_the_stalest_and_the_longest_are_stated():
    said = facts(SLEEP, PROFILE)

    assert said.record_kinds == ["event", "state"]
    assert said.freshness == "change"
    assert said.reaches_back_days == ENDPOINTS[SLEEP].reaches_back_days


def test_a_state_is_one_record_of_now():
    said = facts(PROFILE)

    assert (said.reaches_back_days, said.usual_records) == (0, 1)


def test_the_first_day_of_a_filter_bounds_how_far_back():
    since = {"limit": 1000, "by": {"dateOfSleep": {"days": 30}}}

    said = facts(SLEEP, **{SLEEP: since})

    assert (said.reaches_back_days, said.usual_records) == (30, 100)


def test_records_from_a_day_to_come_are_not_how_things_stand_now():
    since = {"limit": 1000, "by": {"dateOfSleep": {"since": "2030-01-01"}}}

    assert facts(SLEEP, **{SLEEP: since}).reaches_back_days == 1


def test_a_limit_bounds_how_far_back_and_how_many():
    said = facts(PLAYS, **{PLAYS: {"limit": 50}})

    assert said.reaches_back_days <= 7
    assert said.usual_records == 100


@pytest.mark.parametrize("path", ENDPOINTS)
def test_every_kind_of_record_can_be_stated(path):
    endpoint = ENDPOINTS[path]
    chosen = compose(
        [endpoint], {"fields": {path: [field.path for field in endpoint.fields]}}, today=TODAY
    )

    assert facts_of(chosen, coverage="", today=date(2026, 11, 23)).problems() == []


def step_of(draft):
    return reverse("offers:draft-step", args=[draft.reference, "uses"])


def send(client, draft, form):
    shown = client.get(step_of(draft)).context
    return client.post(step_of(draft), {"seen": shown["seen"], "page": shown["page_name"]} | form)


def handed_in(draft, publisher):
    draft.refresh_from_db()
    return actions.hand_in(draft=draft, is_private=False, rules=RULES, by=publisher, at=NOON)


def test_an_untouched_step_states_the_usual_and_shows_two_examples(draft, publisher):
    version = handed_in(draft, publisher)

    assert version.freshness == "hours"
    assert version.coverage == "People whose HAT holds this data, in any country."
    assert version.use_cases == []
    assert 1 <= len(version.examples) <= 2


def test_what_is_said_in_the_step_stands_in_the_version(client, draft, publisher):
    client.force_login(publisher)
    (kept, *_others) = [
        one.key for one in ideas_of(actions.drafts.composition_of(draft.answers, today=TODAY))
    ]
    send(
        client,
        draft,
        {
            "coverage": "Students in Leeds.",
            "headline_2": "Plan a concert",
            "text_2": "See what is played.",
            "examples": [kept],
        },
    )

    version = handed_in(draft, publisher)

    assert version.coverage == "Students in Leeds."
    assert version.use_cases == [{"headline": "Plan a concert", "text": "See what is played."}]
    assert len(version.examples) == 1


def test_all_examples_can_be_dropped(client, draft, publisher):
    client.force_login(publisher)
    send(client, draft, {"coverage": "Anybody."})

    assert handed_in(draft, publisher).examples == []


def test_half_a_use_is_refused_and_nothing_is_kept(client, draft, publisher):
    client.force_login(publisher)

    answer = send(client, draft, {"headline_1": "Plan a concert"})

    assert answer.status_code == 422
    assert "Write both, or leave both empty." in answer.content.decode()
    draft.refresh_from_db()
    assert "uses" not in draft.answers


def test_half_a_use_saved_for_later_must_be_finished_before_handing_in(client, draft, publisher):
    client.force_login(publisher)
    send(client, draft, {"headline_1": "Plan a concert", "later": "yes"})

    with pytest.raises(DraftIncomplete, match="Write headline and text of each use"):
        handed_in(draft, publisher)

    assert not OfferVersion.objects.exists()


def test_the_preview_follows_what_is_said(client, draft, publisher):
    client.force_login(publisher)
    send(client, draft, {"headline_1": "Plan a concert", "text_1": "See what is played."})

    preview = client.get(step_of(draft)).content.decode().split('id="preview"')[1]

    assert "Plan a concert" in preview
    assert "Coverage and freshness" in preview
