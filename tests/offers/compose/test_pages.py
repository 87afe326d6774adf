"""Composing through the pages, with and without scripts."""

import pytest
from django.urls import reverse

from accounts.models import Role, User
from offers.actions import drafts as actions
from offers.actions import refresh_people_available
from offers.models import DataEndpoint, OfferDraft, OfferVersion
from offers.views import compose
from tests import factories
from tests.factories import NOON

DRAFTS, NEW = reverse("offers:drafts"), reverse("offers:draft-new")
HTMX = {"HX-Request": "true"}


def step_of(draft, step):
    return reverse("offers:draft-step", args=[draft.reference, step])


@pytest.fixture
def composer(client, publisher):
    """A browser of somebody who may compose."""
    client.force_login(publisher)
    return client


def send(client, draft, step, form, **headers):
    shown = client.get(step_of(draft, step)).context
    hidden = {"seen": shown["seen"], "page": shown["page_name"]}
    return client.post(step_of(draft, step), hidden | form, headers=headers)


# -- from nothing to handed in ------------------------------------------------------------------


def test_an_offer_is_composed_from_nothing_and_handed_in(composer, catalogue):
    composer.post(NEW, {"point": ""})
    draft = OfferDraft.objects.get()
    send(composer, draft, "records", {"endpoints": ["fitbit/activity"]})
    send(composer, draft, "fields", {"exercises": ["activityName", "distance"]})
    narrowed = {"exercises-distance-low": "5", "exercises-activity-values": ["Run"]}
    send(composer, draft, "filters", {"exercises-limit": "300"} | narrowed)
    terms = {"collection": "once", "period_days": "30", "reward": "1.20", "smallest_group": "50"}
    send(composer, draft, "terms", terms)
    purposes = {"purposes": ["AcademicResearch"], "never": ["Advertising of any kind"]}
    kept = {"longest_retention_days": "90", "place": "EEA"}
    send(composer, draft, "purposes", purposes | kept | {"also_never": "Ranking people"})
    words = {"title": "Long runs", "summary": "Runs.", "description": "One row a run."}
    answer = send(composer, draft, "words", words | {"for_people": "The runs you logged."})
    assert answer["Location"] == step_of(draft, "check")

    composer.post(step_of(draft, "check"))

    version = OfferVersion.objects.get()
    assert version.status == "submitted"
    assert version.title == "Long runs"
    assert (version.reward_minor_units, version.fee_minor_units) == (120, 25)
    assert version.special_category
    assert version.never == ["Advertising of any kind", "Ranking people"]
    assert version.longest_retention_days == 90
    assert "DE" in version.countries
    assert "GB" not in version.countries
    (wanted,) = version.bundle["bundle"].values()
    assert wanted["limit"] == 300
    assert [one["field"] for one in wanted["endpoints"][0]["filters"]] == [
        "activityName",
        "distance",
    ]


@pytest.mark.parametrize(
    "step", ["records", "fields", "filters", "terms", "purposes", "uses", "words", "check"]
)
def test_every_step_shows_card_sample_price_people_and_definition(composer, draft, step):
    page = composer.get(step_of(draft, step)).content.decode()

    assert "Which of your data" in page
    assert "Paper Lanterns" in page
    assert "£1.04" in page  # reward 80, fee 20, tax 4
    assert "fewer than 10" in page
    assert "spotify/feed" in page


@pytest.mark.parametrize(
    "step", ["records", "fields", "filters", "terms", "purposes", "uses", "words"]
)
def test_every_step_of_an_empty_draft_can_be_opened(composer, empty_draft, step):
    answer = composer.get(step_of(empty_draft, step))

    assert answer.status_code == 200
    assert "Nothing to show yet" in answer.content.decode()


def test_the_last_step_lists_what_is_still_to_do_with_the_way_there(composer, empty_draft):
    page = composer.get(step_of(empty_draft, "check")).content.decode()

    assert step_of(empty_draft, "records") in page
    assert "Allow at least one purpose." in page
    assert "Write a title." in page


def test_a_draft_opens_where_something_is_missing(composer, empty_draft):
    answer = composer.get(reverse("offers:draft", args=[empty_draft.reference]))

    assert answer["Location"] == step_of(empty_draft, "records")


# -- saving -------------------------------------------------------------------------------------


def test_typing_saves_what_is_there_and_shows_the_preview(composer, draft):
    answer = send(composer, draft, "words", {"title": "Songs at night"}, **HTMX)

    draft.refresh_from_db()
    assert draft.answers["words"]["title"] == "Songs at night"
    page = answer.content.decode()
    assert "Saved at" in page
    assert "<html" not in page


def test_typing_what_cannot_be_saved_says_so_and_changes_nothing(composer, draft):
    terms = {"collection": "once", "period_days": "30", "reward": "0.10", "smallest_group": "20"}

    page = send(composer, draft, "terms", terms, **HTMX).content.decode()

    assert "Not saved yet." in page
    assert "Fair pay for this is £0.50 or more." in page
    draft.refresh_from_db()
    assert draft.answers["terms"]["reward"] == 80


def test_save_for_later_keeps_half_filled_steps(composer, empty_draft):
    answer = send(composer, empty_draft, "words", {"title": "Half", "later": "yes"})

    assert answer["Location"] == reverse("offers:drafts")
    empty_draft.refresh_from_db()
    assert empty_draft.answers["words"]["title"] == "Half"


def test_going_on_asks_for_what_the_step_needs(composer, empty_draft):
    answer = send(composer, empty_draft, "records", {})

    assert answer.status_code == 422
    assert "Choose at least one kind of record." in answer.content.decode()


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        ({"exercises-steps-low": "9", "exercises-steps-high": "5"}, "The highest is below"),
        ({"exercises-began-days": "own"}, "Say from which day."),
        (
            {
                "exercises-began-days": "own",
                "exercises-began-since": "2026-02-01",
                "exercises-began-until": "2026-01-01",
            },
            "This day is not after the first.",
        ),
        (
            {"exercises-began-from": "9", "exercises-began-to": "9"},
            "“Began”: This is the hour it begins with.",
        ),
        ({"exercises-app-text": "the"}, "too common to search for"),
        ({"exercises-limit": "0"}, "must be 1 or more"),
        ({"exercises-steps-low": "1e400"}, " or less."),
        ({"exercises-steps-low": "NaN"}, "Enter a number."),
        (
            {"exercises-began-days": "own", "exercises-began-since": "9999-12-31"},
            "This day is too far away.",
        ),
    ],
)
def test_a_filter_that_cannot_be_meant_is_refused(composer, empty_draft, form, fault):
    send(composer, empty_draft, "records", {"endpoints": ["fitbit/activity"]})
    fields = ["steps", "originalStartTime", "source.name"]
    send(composer, empty_draft, "fields", {"exercises": fields})

    answer = send(composer, empty_draft, "filters", form)

    assert answer.status_code == 422
    assert fault in answer.content.decode()
    empty_draft.refresh_from_db()
    assert "filters" not in empty_draft.answers


def test_a_night_goes_on_over_midnight(composer, draft):
    answer = send(composer, draft, "filters", {"plays-at-from": "22", "plays-at-to": "6"}, **HTMX)

    assert (
        "“Played at” is between 10 in the evening and 6 in the morning" in answer.content.decode()
    )
    form = composer.get(step_of(draft, "filters")).context["form"]
    assert (form["plays-at-from"].value(), form["plays-at-to"].value()) == ("22", "6")


def test_hours_by_the_person_s_own_clock_are_called_so(composer, empty_draft):
    send(composer, empty_draft, "records", {"endpoints": ["fitbit/sleep"]})
    send(composer, empty_draft, "fields", {"nights": ["startTime"]})
    hours = {"nights-fell_asleep-from": "6", "nights-fell_asleep-to": "14"}

    page = send(composer, empty_draft, "filters", hours, **HTMX).content.decode()

    assert "“Fell asleep” is between 6 in the morning and 2 in the afternoon" in page
    assert "(UTC)" not in page
    form = composer.get(step_of(empty_draft, "filters")).context["form"]
    assert form["nights-fell_asleep-from"].label == "From this hour (local)"


@pytest.mark.parametrize("sent", [{"page": "a\0b"}, {"page": "x" * 999}, {"seen": "\0"}])
def test_odd_names_of_pages_break_nothing(composer, empty_draft, sent):
    form = {"title": "Songs", "later": "yes"} | sent

    assert composer.post(step_of(empty_draft, "words"), form).status_code in {302, 409}


def test_odd_references_begin_nothing(composer, catalogue):
    assert composer.post(NEW, {"offer": "HM-\0"}).status_code == 404
    assert not OfferDraft.objects.exists()


def test_a_step_costs_fourteen_queries_at_most(composer, draft, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        composer.get(step_of(draft, "filters"))


def test_filters_come_back_into_the_form_as_they_were_typed(composer, empty_draft):
    send(composer, empty_draft, "records", {"endpoints": ["spotify/feed"]})
    send(composer, empty_draft, "fields", {"plays": ["played_at"]})
    typed = {"plays-at-days": "90", "plays-at-from": "18", "plays-at-to": "24"}
    send(composer, empty_draft, "filters", typed | {"plays-at-weekdays": ["6", "7"]})

    form = composer.get(step_of(empty_draft, "filters")).context["form"]

    assert {name: form[name].value() for name in typed} == {
        "plays-at-days": 90,
        "plays-at-from": "18",
        "plays-at-to": "24",
    }
    assert form["plays-at-weekdays"].value() == ["6", "7"]


def test_special_categories_need_fifty_people(composer, empty_draft):
    send(composer, empty_draft, "records", {"endpoints": ["fitbit/sleep"]})
    send(composer, empty_draft, "fields", {"nights": ["minutesAsleep"]})
    terms = {"collection": "once", "period_days": "30", "reward": "2", "smallest_group": "20"}

    answer = send(composer, empty_draft, "terms", terms)

    assert answer.status_code == 422
    assert "50 people at least." in answer.content.decode()


def test_a_group_larger_than_all_who_have_the_data_is_said_to_wait(composer, draft):
    terms = {"collection": "once", "period_days": "30", "reward": "2", "smallest_group": "20"}

    page = send(composer, draft, "terms", terms, **HTMX).content.decode()
    for _ in range(30):
        factories.make_hat_owner()
    refresh_people_available(NOON)
    filled = send(composer, draft, "terms", terms, **HTMX).content.decode()

    assert "Fewer people have it today than the smallest group of 20 people" in page
    assert "Fewer people have it today" not in filled


def test_the_words_step_says_how_hard_the_texts_are(composer, draft):
    page = composer.get(step_of(draft, "words")).content.decode()

    assert "What people read:" in page


# -- two windows --------------------------------------------------------------------------------


@pytest.fixture
def two_windows(composer, draft):
    """Two pages of one step, opened one after the other; the second was saved."""
    address = step_of(draft, "words")
    first, second = (composer.get(address).context for _ in range(2))
    words = draft.answers["words"]
    hidden = {"seen": second["seen"], "page": second["page_name"]}
    composer.post(address, words | hidden | {"title": "Theirs"})
    return words | {"seen": first["seen"], "page": first["page_name"], "title": "Mine"}


def test_the_later_save_says_what_it_would_overwrite(composer, draft, two_windows):
    answer = composer.post(step_of(draft, "words"), two_windows)

    assert answer.status_code == 409
    page = answer.content.decode()
    assert "changed in another window" in page
    assert "Theirs" in page
    assert "Mine" in page
    draft.refresh_from_db()
    assert draft.answers["words"]["title"] == "Theirs"


def test_only_what_differs_is_said_to_differ(composer, draft, two_windows):
    as_browsers_send = {k: v.replace("\n", "\r\n") for k, v in two_windows.items()}

    answer = composer.post(step_of(draft, "words"), as_browsers_send)

    assert [one.label for one in answer.context["disagreements"]] == ["Title"]


def test_whoever_has_seen_it_may_overwrite(composer, draft, two_windows):
    composer.post(step_of(draft, "words"), two_windows | {"overwrite": "yes"})

    draft.refresh_from_db()
    assert draft.answers["words"]["title"] == "Mine"


def test_another_window_with_another_step_disturbs_nobody(composer, draft, two_windows):
    shown = composer.get(step_of(draft, "purposes")).context

    answer = composer.post(
        step_of(draft, "purposes"),
        {
            "purposes": ["PublicBenefit"],
            "longest_retention_days": "365",
            "seen": shown["seen"],
            "page": shown["page_name"],
        },
    )

    assert answer.status_code == 302


def test_one_page_saves_as_often_as_it_likes(composer, draft):
    shown = composer.get(step_of(draft, "words")).context
    hidden = {"seen": shown["seen"], "page": shown["page_name"]}
    for title in ("One", "Two", "Three"):
        form = draft.answers["words"] | hidden | {"title": title}
        assert composer.post(step_of(draft, "words"), form, headers=HTMX).status_code == 200

    draft.refresh_from_db()
    assert draft.answers["words"]["title"] == "Three"


# -- lists, deleting, who may -------------------------------------------------------------------


def test_every_member_sees_the_list_and_only_owners_the_way_in(client, draft, buyer):
    client.force_login(buyer)

    page = client.get(reverse("offers:drafts")).content.decode()

    assert "Songs of the last weeks" in page
    assert NEW not in page
    assert client.get(step_of(draft, "words")).status_code == 403


def test_a_draft_of_others_is_not_found(client, draft, stranger):
    client.force_login(stranger)

    assert client.get(step_of(draft, "words")).status_code == 404
    assert client.post(step_of(draft, "words"), {"title": "Ours"}).status_code == 404
    draft.refresh_from_db()
    assert draft.answers["words"]["title"] == "Songs of the last weeks"


def test_a_buyer_who_is_no_owner_begins_nothing(client, catalogue, buyer):
    client.force_login(buyer)

    assert "Only an owner of" in client.get(NEW).content.decode()
    assert client.post(NEW, {"point": ""}).status_code == 403
    assert not OfferDraft.objects.exists()


def test_a_draft_is_deleted_after_asking(composer, draft):
    address = reverse("offers:draft-delete", args=[draft.reference])

    assert "It cannot be brought back." in composer.get(address).content.decode()
    assert OfferDraft.objects.exists()
    composer.post(address)
    assert not OfferDraft.objects.exists()


def test_the_list_costs_the_same_for_many_drafts(
    composer, draft, organisation, publisher, django_assert_max_num_queries
):
    for _ in range(12):
        OfferDraft.objects.create(
            organisation=organisation, created_by=publisher, changed_by=publisher
        )

    with django_assert_max_num_queries(8):
        composer.get(reverse("offers:drafts"))


# -- starting points ----------------------------------------------------------------------------


def test_one_starts_from_a_common_need(composer, catalogue):
    composer.post(NEW, {"point": "spending"})

    draft = OfferDraft.objects.get()
    assert draft.answers["records"] == {"endpoints": ["monzo/transactions"]}


def test_one_starts_from_a_published_offer(composer, catalogue):
    version = factories.make_version()

    page = composer.get(NEW, {"offer": version.offer.reference}).content.decode()
    assert "Start from “Songs listened to in the evening”" in page
    composer.post(NEW, {"offer": version.offer.reference})

    draft = OfferDraft.objects.get()
    fields = ["played_at", "track.name", "track.artists[0].name"]
    assert draft.answers["fields"] == {"spotify/feed": fields}
    assert draft.answers["terms"]["reward"] == 80
    assert draft.answers["words"]["title"] == version.title


def test_what_could_not_be_copied_is_said(composer, catalogue):
    bundle = {
        "name": "odd-1",
        "bundle": {
            "plays": {
                "endpoints": [
                    {
                        "endpoint": "spotify/feed",
                        "mapping": {"song": "track.name", "track": "track.id"},
                    }
                ]
            }
        },
    }
    version = factories.make_version(bundle=bundle)

    answer = composer.post(NEW, {"offer": version.offer.reference}, follow=True)

    assert "could not be taken over" in answer.content.decode()


def test_the_offer_page_leads_to_a_copy(client, version):
    page = client.get(reverse("offers:offer-detail", args=[version.offer.slug])).content.decode()

    assert f"{NEW}?offer={version.offer.reference}" in page


def test_members_with_another_role_elsewhere_compose_for_their_own_only(client, draft, stranger):
    factories.make_member(draft.organisation, Role.APPROVER)
    client.force_login(stranger)
    client.post(NEW, {"point": "nights"})

    mine = OfferDraft.objects.exclude(pk=draft.pk).get()
    assert mine.organisation != draft.organisation


def test_no_use_that_was_ruled_out_gets_lost(composer, draft):
    ruled_out = [
        *("Advertising of any kind", "Looking for homes or workplaces"),
        *("Training models that imitate single people", "Ranking people"),
    ]
    draft.answers["purposes"] = draft.answers["purposes"] | {"never": ruled_out}
    draft.save(update_fields=["answers"])
    form = composer.get(step_of(draft, "purposes")).context["form"]
    shown = {name: form[name].value() for name in form.fields}

    assert send(composer, draft, "purposes", shown).status_code == 302

    draft.refresh_from_db()
    assert draft.answers["purposes"]["never"] == ruled_out


def test_a_use_that_was_unticked_can_be_ticked_again(composer, draft):
    copied = "Looking for homes or workplaces"
    form = {"purposes": ["AcademicResearch"], "longest_retention_days": "90", "never": [copied]}

    assert send(composer, draft, "purposes", form).status_code == 302

    draft.refresh_from_db()
    assert draft.answers["purposes"]["never"] == [copied]


def test_amounts_are_typed_as_germans_write_them(composer, publisher, draft):
    User.objects.filter(pk=publisher.pk).update(language="de")
    terms = {"collection": "once", "period_days": "30", "reward": "1,20", "smallest_group": "1.000"}

    assert send(composer, draft, "terms", terms).status_code == 302

    draft.refresh_from_db()
    assert (draft.answers["terms"]["reward"], draft.answers["terms"]["smallest_group"]) == (
        120,
        1000,
    )
    page = composer.get(step_of(draft, "terms")).content.decode()
    assert 'value="1,20"' in page
    assert 'value="1.000"' in page


def test_figures_of_filters_are_typed_as_germans_write_them(composer, publisher, empty_draft):
    User.objects.filter(pk=publisher.pk).update(language="de")
    send(composer, empty_draft, "records", {"endpoints": ["fitbit/activity"]})
    send(composer, empty_draft, "fields", {"exercises": ["distance"]})
    typed = {"exercises-distance-low": "2,5", "exercises-limit": "1.000"}

    assert send(composer, empty_draft, "filters", typed).status_code == 302

    empty_draft.refresh_from_db()
    assert empty_draft.answers["filters"]["fitbit/activity"] == {
        "limit": 1000,
        "by": {"distance": {"low": 2.5}},
    }


def test_two_ways_of_writing_a_figure_are_no_disagreement(composer, draft):
    terms = {"collection": "once", "period_days": "30", "reward": "0.80", "smallest_group": "20"}
    opened = composer.get(step_of(draft, "terms")).context
    send(composer, draft, "terms", terms | {"reward": "2"})
    hidden = {"seen": opened["seen"], "page": opened["page_name"]}

    answer = composer.post(
        step_of(draft, "terms"), hidden | terms | {"reward": "2.00", "period_days": "31"}
    )

    assert answer.status_code == 409
    assert [one.label for one in answer.context["disagreements"]] == ["For how many days at most?"]


# -- how many people there are ------------------------------------------------------------------


def people_of(client, draft):
    return client.get(step_of(draft, "terms")).context["preview"].people


def test_who_does_not_want_to_be_counted_is_not_counted_for_a_draft_either(composer, draft):
    for _ in range(20):
        factories.make_hat_owner(endpoints=["spotify/feed"], is_counted=False)

    assert people_of(composer, draft) == 0


def test_a_draft_is_told_the_band_that_others_are_told(composer, draft):
    for _ in range(21):
        factories.make_hat_owner(endpoints=["spotify/feed"])
    assert people_of(composer, draft) == 10  # an edge is passed by five

    refresh_people_available(NOON)

    assert people_of(composer, draft) == DataEndpoint.objects.get(path="spotify/feed").people == 10


def test_what_would_make_somebody_out_beside_other_answers_is_not_told(composer, draft):
    both = ["spotify/feed", "fitbit/sleep"]
    for endpoints in [*[both] * 22, *[["spotify/feed"]] * 4]:
        factories.make_hat_owner(endpoints=endpoints)
    refresh_people_available(NOON)
    draft.answers["records"] = {"endpoints": both}
    draft.answers["fields"] = draft.answers["fields"] | {"fitbit/sleep": ["dateOfSleep"]}
    draft.save()

    assert DataEndpoint.objects.get(path="spotify/feed").people == 20
    assert people_of(composer, draft) is None  # 22 is below 20 and five: four people differ


# -- the list -----------------------------------------------------------------------------------


def test_the_list_goes_on_from_page_to_page(composer, draft, organisation, publisher, monkeypatch):
    monkeypatch.setattr(compose, "DRAFTS_ON_A_PAGE", 2)
    for _ in range(2):
        actions.begin_draft(organisation=organisation, answers={}, by=publisher, at=NOON)

    first, second = (composer.get(DRAFTS, {"page": page}).content.decode() for page in (1, 2))

    assert first.count("<h2") == 2
    assert second.count("<h2") == 1
    assert "Offers 3 to 3 of 3" in " ".join(second.split())
