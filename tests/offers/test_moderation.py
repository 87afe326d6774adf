"""The moderators' pages of offers."""

import copy
from dataclasses import replace

import pytest
from django.urls import reverse

from accounts.models import Organisation, Role
from common.money import Money
from offers import actions
from offers.models import Offer, OfferField, OfferVersion, OfferVersionStatus
from offers.queries import moderation
from tests import factories
from tests.factories import NOON
from tests.offers.test_actions import CONTENT

QUEUE = "/moderation/offers/"


@pytest.fixture
def waiting(organisation):
    owner = factories.make_member(organisation, Role.OWNER)
    offer = actions.create_offer(
        slug="songs",
        category=factories.make_category(),
        publisher=organisation,
        by=owner,
        at=NOON,
    )
    draft = actions.draft_version(offer=offer, content=CONTENT, by=owner, at=NOON)
    return actions.submit_version(version=draft, by=owner, at=NOON)


def _case(version):
    return reverse("offers:moderation-version", args=[version.offer.reference, version.number])


def _text(response):
    return " ".join(response.content.decode().split())


def test_the_queue_lists_what_waits(client, moderator, waiting):
    factories.make_version(title="Published already")
    client.force_login(moderator)

    text = _text(client.get(QUEUE))

    assert "Songs" in text
    assert "Tidewater Museum, version 1" in text
    assert "Published already" not in text


def test_an_empty_queue_says_so(client, moderator):
    client.force_login(moderator)

    assert "Nothing waits for you" in _text(client.get(QUEUE))


def test_twenty_versions_cost_as_many_queries_as_one(
    client, moderator, waiting, django_assert_max_num_queries
):
    for _ in range(20):
        factories.make_version(status=OfferVersionStatus.SUBMITTED)
    client.force_login(moderator)

    with django_assert_max_num_queries(4):
        client.get(QUEUE)


@pytest.mark.parametrize("address", [QUEUE, None], ids=["queue", "case"])
def test_the_pages_do_not_exist_for_others(client, buyer, waiting, address):
    client.force_login(buyer)

    assert client.get(address or _case(waiting)).status_code == 404


def test_visitors_are_sent_to_log_in(client, waiting):
    assert client.get(_case(waiting)).status_code == 302


def test_the_case_shows_the_very_card_and_what_needs_care(client, moderator, waiting):
    OfferField.objects.filter(path="song").update(sensitivity="SOC 3P")
    client.force_login(moderator)

    text = _text(client.get(_case(waiting)))

    assert "What owners will see" in text
    assert "Tidewater Museum, Bristol" in text
    assert "Song can hold anything a person wrote." in text
    assert "Song may be about people who did not agree." in text
    assert "First version" in text


def test_the_case_shows_the_definition_itself(client, moderator, waiting):
    client.force_login(moderator)

    assert "&quot;endpoint&quot;: &quot;spotify/feed&quot;" in _text(client.get(_case(waiting)))


def test_the_case_says_that_nobody_knows_the_publisher_and_leads_there(
    client, moderator, organisation, waiting
):
    Organisation.objects.filter(pk=organisation.pk).update(status="unverified", verified_at=None)
    client.force_login(moderator)

    text = _text(client.get(_case(waiting)))

    assert "We have not checked who Tidewater Museum is." in text
    assert reverse("accounts:moderation-organisation", args=[organisation.reference]) in text


def test_publishing_from_the_case(client, moderator, waiting):
    client.force_login(moderator)

    response = client.post(_case(waiting), {"decision": "publish"}, follow=True)

    assert OfferVersion.objects.get().status == OfferVersionStatus.PUBLISHED
    assert "“Songs” is published and on the shelf." in _text(response)


def test_a_private_offer_is_not_said_to_be_on_the_shelf(client, moderator, waiting):
    Offer.objects.filter(pk=waiting.offer_id).update(invitation_code="WGSWXNAKZDK5")
    client.force_login(moderator)

    said = _text(client.post(_case(waiting), {"decision": "publish"}, follow=True))

    assert "“Songs” is published. Whoever has its code finds it, and nobody else." in said
    assert "on the shelf" not in said


def test_what_is_published_says_at_once_how_many_people_have_it(client, moderator, waiting):
    for _ in range(25):
        factories.make_hat_owner()
    client.force_login(moderator)

    client.post(_case(waiting), {"decision": "publish"})

    text = _text(client.get(reverse("offers:offer-detail", args=[waiting.offer.slug])))
    assert text.count("20–50") > 2  # facts, people, order box
    assert "not known yet" not in text
    assert "fewer than 10" not in text


def test_sending_back_from_the_case_keeps_all_reasons(client, moderator, waiting):
    client.force_login(moderator)

    client.post(
        _case(waiting),
        {
            "decision": "send_back",
            "reasons": ["The words are hard to understand."],
            "words": "What is a play?",
        },
    )

    version = OfferVersion.objects.get()
    assert version.status == OfferVersionStatus.SENT_BACK
    assert version.decision_reason == "The words are hard to understand. What is a play?"


@pytest.mark.parametrize(
    "data",
    [
        {"decision": "send_back"},
        {},
        {"decision": "refuse"},
        {"decision": "send_back", "words": " "},
    ],
)
def test_a_decision_that_is_none_changes_nothing(client, moderator, waiting, data):
    client.force_login(moderator)

    response = client.post(_case(waiting), data)

    assert response.status_code == 422
    assert "Please look at this again" in _text(response)
    assert OfferVersion.objects.get().status == OfferVersionStatus.SUBMITTED


def test_who_decides_too_late_learns_who_was_first_and_keeps_the_words(client, moderator, waiting):
    first = factories.make_user("Lea Frost", is_moderator=True)
    actions.publish_version(version=waiting, by=first, at=NOON)
    client.force_login(moderator)
    words = "Too many fields for it."

    response = client.post(_case(waiting), {"decision": "send_back", "words": words})

    assert response.status_code == 409
    assert "Decided by Lea Frost on" in _text(response)
    assert words in _text(response)
    assert OfferVersion.objects.get().status == OfferVersionStatus.PUBLISHED


def test_what_was_decided_waits_no_more(client, moderator, waiting):
    client.force_login(moderator)
    client.post(_case(waiting), {"decision": "publish"})

    response = client.get(_case(waiting))

    assert response.status_code == 404
    assert "Somebody may have decided already." in _text(response)


def test_a_moderator_of_the_publisher_is_refused_with_a_sentence(client, organisation, waiting):
    member = factories.make_member(organisation, Role.VIEWER, is_moderator=True)
    client.force_login(member)

    response = client.post(_case(waiting), {"decision": "publish"})

    assert response.status_code == 403
    assert "another moderator decides" in _text(response)
    assert OfferVersion.objects.get().status == OfferVersionStatus.SUBMITTED


def test_a_second_version_shows_only_the_sentences_that_changed(client, moderator, waiting):
    actions.publish_version(version=waiting, by=moderator, at=NOON)
    content = replace(CONTENT, reward=Money(95), for_people="Song and time. Not the artist.")
    second = actions.draft_version(offer=waiting.offer, content=content, by=None, at=NOON)
    actions.submit_version(version=second, by=None, at=NOON)
    client.force_login(moderator)

    text = _text(client.get(_case(second)))

    assert "What changed since version 1" in text
    assert "<del>Song, artist and time.</del>" in text
    assert "<ins>Song and time. Not the artist.</ins>" in text
    assert "£0.95 when the group has filled" in text
    assert text.count("ownercard__block--changed") == 2


def test_a_changed_definition_is_told_in_sentences(client, moderator, waiting):
    actions.publish_version(version=waiting, by=moderator, at=NOON)
    bundle = copy.deepcopy(CONTENT.bundle)
    bundle["bundle"]["plays"]["limit"] = 200
    adults = {"field": "age", "operator": {"operator": "between", "lower": 18, "upper": 99}}
    profile = {"endpoint": "rumpel/profile", "mapping": {"age": "age"}, "filters": [adults]}
    conditions = {"name": "c", "bundle": {"adult": {"endpoints": [profile]}}}
    content = replace(CONTENT, bundle=bundle, conditions=conditions)
    second = actions.draft_version(offer=waiting.offer, content=content, by=None, at=NOON)
    actions.submit_version(version=second, by=None, at=NOON)
    client.force_login(moderator)

    text = _text(client.get(_case(second)))

    assert "Definition of the data: Plays" in text
    assert "<del>At most the newest 50 records</del>" in text
    assert "<ins>At most the newest 200 records (takes more)</ins>" in text
    assert "Definition of the data: Conditions" in text
    assert "For this it must hold at least one record of “Rumpel profile” in which “age”" in text


def test_a_definition_spelt_in_another_way_is_no_change(client, moderator, waiting):
    actions.publish_version(version=waiting, by=moderator, at=NOON)
    bundle = copy.deepcopy(CONTENT.bundle)
    bundle["bundle"]["plays"]["colour"] = "red"
    bundle["bundle"]["plays"]["limit"] = 50.0
    content = replace(CONTENT, bundle=bundle)
    second = actions.draft_version(offer=waiting.offer, content=content, by=None, at=NOON)
    actions.submit_version(version=second, by=None, at=NOON)
    client.force_login(moderator)

    text = _text(client.get(_case(second)))

    assert "The card and the definition of the data are the same" in text


@pytest.fixture
def handed_in_again(moderator, waiting):
    """The version after one that was sent back, with another reward and description."""
    actions.send_back(version=waiting, reason="The reward is too low.", by=moderator, at=NOON)
    content = replace(CONTENT, reward=Money(95), description="One row a play. For museums.")
    second = actions.draft_version(offer=waiting.offer, content=content, by=None, at=NOON)
    return actions.submit_version(version=second, by=None, at=NOON)


def test_what_was_sent_back_is_compared_with_what_comes_again(client, moderator, handed_in_again):
    client.force_login(moderator)

    text = _text(client.get(_case(handed_in_again)))

    assert "What changed since version 1, which was sent back" in text
    assert "The publisher was told: <strong>The reward is too low.</strong>" in text
    assert "<ins>£0.95 when the group has filled" in text
    assert "For museums.</ins>" in text
    assert "ownercard__block--changed" in text


def test_what_was_sent_back_before_the_shelf_s_version_is_past(client, moderator, handed_in_again):
    actions.publish_version(version=handed_in_again, by=moderator, at=NOON)
    third = actions.draft_version(offer=handed_in_again.offer, content=CONTENT, by=None, at=NOON)
    actions.submit_version(version=third, by=None, at=NOON)
    client.force_login(moderator)

    text = _text(client.get(_case(third)))

    assert "What changed since version 2" in text
    assert "which was sent back" not in text


def test_the_dictionary_says_which_records_are_left_out(client, moderator, waiting):
    bundle = copy.deepcopy(CONTENT.bundle)
    hour = {"transformation": "datetimeExtract", "part": "hour"}
    evening = {"operator": "between", "lower": 18, "upper": 23}
    only = {"field": "played_at", "transformation": hour, "operator": evening}
    bundle["bundle"]["plays"]["endpoints"][0]["filters"] = [only]
    content = replace(CONTENT, bundle=bundle)
    second = actions.draft_version(offer=waiting.offer, content=content, by=None, at=NOON)
    actions.submit_version(version=second, by=None, at=NOON)
    client.force_login(moderator)

    get = _text(client.get(_case(second))).split('id="get"')[1].split("</section>")[0]

    assert "Only records in which “At” is between 6 in the evening and midnight (UTC)." in get


def test_flags_name_what_the_terms_and_fields_ask_care_for(db):
    version = factories.make_version(
        special_category=True,
        smallest_group=50,
        precise_location=True,
        collection="daily",
        period_days=91,
    )
    fields = [OfferField(name="Link", sensitivity="ID"), OfferField(name="Text", sensitivity="SOC")]

    flags = moderation.flags(version, fields)

    assert [flag.label for flag in flags] == [
        "Special category",
        "Precise location",
        "Identity",
        "Free text",
        "Long",
    ]


def test_a_plain_version_is_called_plain(version):
    assert [flag.label for flag in moderation.flags(version, [])] == ["Plain"]


def test_the_queue_is_told_page_by_page_at_the_cost_of_one(
    client, moderator, django_assert_num_queries
):
    client.force_login(moderator)
    for _ in range(26):
        factories.make_version(status=OfferVersionStatus.SUBMITTED)
    queue = reverse("offers:moderation-queue")
    client.get(queue)

    with django_assert_num_queries(4):
        first = client.get(queue)
    last = client.get(queue, {"page": 2})

    assert [len(page.context["page"].object_list) for page in (first, last)] == [25, 1]
