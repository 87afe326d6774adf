"""From a draft to a version that moderators decide about, and on to the next one."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, Notification
from common.errors import NotAllowed
from hats.bundles import parse_bundle
from offers import actions as shelf
from offers.actions import data
from offers.actions import drafts as actions
from offers.errors import DraftIncomplete, DraftInUse, DraftUnchanged, DraftWaits
from offers.models import DataField, Offer, OfferDraft, OfferVersion
from offers.queries import moderation, pages
from tests.factories import NOON
from tests.offers.compose.conftest import RULES


def hand_in(draft, by, **options):
    given = {"is_private": False, "rules": RULES, "at": NOON}
    return actions.hand_in(draft=draft, by=by, **(given | options))


def saved(draft, step, **changes):
    draft.answers[step] = draft.answers[step] | changes
    draft.save(update_fields=["answers"])


def test_handing_in_makes_a_submitted_version_of_a_new_offer(draft, publisher):
    version = hand_in(draft, publisher)

    assert version.status == "submitted"
    assert version.offer.publisher == draft.organisation
    assert version.offer.category.slug == "music"
    assert (version.reward_minor_units, version.fee_minor_units) == (80, 20)
    draft.refresh_from_db()
    assert draft.offer == version.offer


def test_the_last_ninety_days_are_a_day_from_then_on(draft, publisher):
    version = hand_in(draft, publisher)

    text = str(version.bundle)
    assert "2026-08-25" in text
    assert "25 August 2026 or later" in _card_text(version)


def test_how_long_and_where_it_is_kept_goes_into_the_version(draft, publisher):
    saved(draft, "purposes", longest_retention_days=90, place="DE")

    version = hand_in(draft, publisher)

    assert (version.longest_retention_days, version.countries) == (90, ["DE"])


def _card_text(version):
    card = pages.preview_card(version, pages.fields_of(version), organisation=None)
    return str(card["which_data"]["text"])


def test_moderators_and_the_publisher_are_told(draft, publisher):
    version = hand_in(draft, publisher)

    notice = Notification.objects.get(user=publisher)
    assert notice.subject == "“Songs of the last weeks” was handed in"
    assert notice.link == reverse("offers:draft", args=[draft.reference])
    assert list(moderation.versions_waiting()) == [version]


def test_a_moderator_reads_the_case_of_a_composed_offer(client, draft, publisher, moderator):
    version = hand_in(draft, publisher)
    client.force_login(moderator)

    page = client.get(
        reverse("offers:moderation-version", args=[version.offer.reference, version.number])
    ).content.decode()

    assert "25 August 2026 or later" in page
    assert "Paper Lanterns" in page


def test_what_was_handed_in_cannot_be_changed_or_handed_in_again(draft, publisher):
    hand_in(draft, publisher)
    step = actions.StepSaved(step="words", part={"title": "Other"}, page="p", seen="")

    with pytest.raises(DraftWaits):
        actions.save_step(draft=draft, saved=step, by=publisher, at=NOON)
    with pytest.raises(DraftWaits):
        hand_in(draft, publisher)

    draft.refresh_from_db()
    assert draft.answers["words"]["title"] == "Songs of the last weeks"
    assert OfferVersion.objects.count() == 1


def test_what_stands_on_the_shelf_already_is_not_handed_in_again(draft, publisher, moderator):
    shelf.publish_version(version=hand_in(draft, publisher), by=moderator, at=NOON)
    draft.refresh_from_db()

    with pytest.raises(DraftUnchanged):
        hand_in(draft, publisher)
    saved(draft, "words", title="Songs of many weeks")
    again = hand_in(draft, publisher)

    assert again.number == 2
    assert OfferVersion.objects.count() == 2


@pytest.mark.parametrize(
    ("step", "changes", "sentence"),
    [
        ("terms", {"reward": 49}, "below the fair-pay floor of £0.50"),
        ("terms", {"reward": None}, "for what reward"),
        ("terms", {"collection": "daily", "reward": 107}, "below the fair-pay floor of £1.08"),
        ("terms", {"smallest_group": 19}, "The smallest group is 20"),
        ("purposes", {"purposes": []}, "Allow at least one purpose."),
        ("words", {"for_people": " "}, "Write what people read."),
        ("fields", {"spotify/feed": []}, "Choose at least one field."),
    ],
)
def test_what_is_missing_or_below_a_floor_is_not_handed_in(
    draft, publisher, step, changes, sentence
):
    saved(draft, step, **changes)

    with pytest.raises(DraftIncomplete, match=sentence):
        hand_in(draft, publisher)

    assert not Offer.objects.exists()


def test_exact_places_are_paid_half_as_much_again(draft, publisher):
    draft.answers["records"] = {"endpoints": ["rumpel/locations/ios"]}
    draft.answers["fields"] = {"rumpel/locations/ios": ["latitude", "longitude"]}
    draft.answers["filters"] = {}
    saved(draft, "terms", reward=74)

    with pytest.raises(DraftIncomplete, match=r"£0\.75"):
        hand_in(draft, publisher)

    saved(draft, "terms", reward=75)
    assert hand_in(draft, publisher).precise_location


def test_a_field_that_was_retired_meanwhile_is_left_out(draft, publisher, moderator):
    field = DataField.objects.get(endpoint__path="spotify/feed", path="track.album.name")
    data.retire_field(field=field, by=moderator, at=NOON)

    version = hand_in(draft, publisher)

    assert "track.album.name" not in str(version.bundle)


def test_only_an_owner_hands_in(draft, buyer):
    with pytest.raises(NotAllowed):
        hand_in(draft, buyer)

    assert not OfferVersion.objects.exists()


def test_what_was_sent_back_is_changed_and_becomes_the_next_version(draft, publisher, moderator):
    first = hand_in(draft, publisher)
    shelf.send_back(version=first, reason="Too wide.", by=moderator, at=NOON)
    saved(draft, "words", title="Songs, fewer")

    second = hand_in(draft, publisher)

    assert (second.offer, second.number) == (first.offer, 2)
    assert second.title == "Songs, fewer"


def test_a_next_version_shows_its_differences_in_words(draft, publisher, moderator, client):
    shelf.publish_version(version=hand_in(draft, publisher), by=moderator, at=NOON)
    draft.refresh_from_db()
    draft.answers["filters"]["spotify/feed"]["by"]["played_at"] = {"days": 30}
    draft.save(update_fields=["answers"])
    second = hand_in(draft, publisher)
    client.force_login(moderator)

    page = client.get(
        reverse("offers:moderation-version", args=[second.offer.reference, second.number])
    ).content.decode()

    assert "24 October 2026 or later" in page
    assert "What changed since version 1" in page


def test_a_draft_with_an_offer_is_not_deleted(draft, publisher, moderator):
    shelf.publish_version(version=hand_in(draft, publisher), by=moderator, at=NOON)

    with pytest.raises(DraftInUse):
        actions.delete_draft(draft=draft, by=publisher, at=NOON)

    assert OfferDraft.objects.filter(pk=draft.pk).exists()


def test_beginning_and_deleting_are_on_record(draft, publisher):
    actions.delete_draft(draft=draft, by=publisher, at=NOON)

    found = AuditEntry.objects.filter(actor=publisher).values_list("action", flat=True)
    assert {"draft.begun", "draft.deleted"} <= set(found)


def test_the_definition_is_named_after_the_draft(draft, publisher):
    version = hand_in(draft, publisher)

    assert parse_bundle(version.bundle).name == draft.reference.lower()


def test_a_kind_of_record_that_nobody_can_take_any_more_stands_in_no_ones_way(
    draft, publisher, moderator
):
    draft.answers["records"] = {"endpoints": ["spotify/feed", "fitbit/sleep"]}
    draft.answers["fields"] = draft.answers["fields"] | {"fitbit/sleep": ["dateOfSleep"]}
    draft.save(update_fields=["answers"])
    for field in DataField.objects.filter(endpoint__path="fitbit/sleep"):
        data.retire_field(field=field, by=moderator, at=NOON)

    version = hand_in(draft, publisher)

    assert version.endpoints == ["spotify/feed"]


def test_a_kind_of_record_without_a_field_is_named_as_the_steps_name_it(draft, publisher):
    draft.answers["records"] = {"endpoints": ["spotify/feed", "fitbit/sleep"]}
    draft.save(update_fields=["answers"])

    with pytest.raises(DraftIncomplete, match=r"Choose a field of Nights of sleep, or leave it"):
        hand_in(draft, publisher)

    assert not Offer.objects.exists()
