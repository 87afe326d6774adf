"""The life of a version and of an offer."""

import copy
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry, Notification, Role
from common.errors import InvalidTransition, NotAllowed, NotFound
from common.money import Money
from offers import actions
from offers.errors import OwnWork, ReasonMissing, VersionIncomplete
from offers.models import Offer, OfferField, OfferVersion, OfferVersionStatus, Purpose
from tests import factories
from tests.factories import NOON

CONTENT = actions.VersionContent(
    title="Songs",
    summary="Songs played.",
    description="One row a play.",
    for_people="Song, artist and time.",
    bundle=factories.BUNDLE,
    purposes=[Purpose.ACADEMIC_RESEARCH],
    never=["Finding out who a person is"],
    reward=Money(80),
    fee=Money(20),
    collection="once",
    period_days=30,
    smallest_group=20,
    columns=[
        actions.FieldContent(
            table="plays", path=path, name=path.title(), meaning="m", kind="text", example="x"
        )
        for path in ("at", "song", "artist")
    ],
    sample=factories.SAMPLE,
    record_kinds=["event"],
    freshness="hours",
    reaches_back_days=365,
    usual_records=100,
    coverage="People who listen on Spotify.",
)


@pytest.fixture
def publisher(organisation):
    """An owner of the organisation that publishes."""
    return factories.make_member(organisation, Role.OWNER)


@pytest.fixture
def offer(organisation, publisher):
    return actions.create_offer(
        slug="songs",
        category=factories.make_category(),
        publisher=organisation,
        by=publisher,
        at=NOON,
    )


@pytest.fixture
def draft(offer, publisher):
    return actions.draft_version(offer=offer, content=CONTENT, by=publisher, at=NOON)


@pytest.fixture
def submitted(draft, publisher):
    return actions.submit_version(version=draft, by=publisher, at=NOON)


@pytest.fixture
def published(submitted, moderator):
    return actions.publish_version(version=submitted, by=moderator, at=NOON)


def _status(version):
    return OfferVersion.objects.get(pk=version.pk).status


def _audited(action):
    return AuditEntry.objects.filter(action=action).count()


def test_a_draft_keeps_the_content_and_its_columns_in_order(draft, organisation, publisher):
    assert (draft.number, draft.status) == (1, OfferVersionStatus.DRAFT)
    assert (draft.reward, draft.fee) == (Money(80), Money(20))
    paths = draft.fields.order_by("position").values_list("path", flat=True)
    assert list(paths) == ["at", "song", "artist"]
    entry = AuditEntry.objects.get(action="offer.drafted")
    assert (entry.actor, entry.organisation, entry.to_status) == (publisher, organisation, "draft")


def test_drafts_are_numbered_on(draft, offer, publisher):
    second = actions.draft_version(offer=offer, content=CONTENT, by=publisher, at=NOON)

    assert second.number == 2


def test_only_owners_of_the_publisher_draft(offer, organisation, stranger):
    buyer = factories.make_member(organisation, Role.BUYER)

    with pytest.raises(NotAllowed, match="you need to be owner of Tidewater Museum"):
        actions.draft_version(offer=offer, content=CONTENT, by=buyer, at=NOON)
    with pytest.raises(NotFound):
        actions.draft_version(offer=offer, content=CONTENT, by=stranger, at=NOON)

    assert OfferVersion.objects.count() == 0


def test_only_moderators_fill_the_markets_own_shelf(publisher, moderator):
    category = factories.make_category()

    with pytest.raises(NotFound):
        actions.create_offer(slug="a", category=category, publisher=None, by=publisher, at=NOON)
    offer = actions.create_offer(slug="a", category=category, publisher=None, by=moderator, at=NOON)

    assert list(Offer.objects.all()) == [offer]


def test_a_complete_draft_is_handed_in(draft, publisher):
    version = actions.submit_version(version=draft, by=publisher, at=NOON)

    assert _status(version) == OfferVersionStatus.SUBMITTED
    entry = AuditEntry.objects.get(action="offer.submitted")
    assert (entry.from_status, entry.to_status) == ("draft", "submitted")


def _linked():
    bundle = copy.deepcopy(factories.BUNDLE)
    bundle["bundle"]["plays"]["endpoints"][0]["links"] = [{"endpoint": "rumpel/notes"}]
    return bundle


def _bundle(**mapping):
    endpoint = {"endpoint": "spotify/feed", "mapping": mapping or None}
    return {"name": "x-1", "bundle": {"plays": {"endpoints": [endpoint], "limit": 5}}}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"bundle": {"name": "no name", "bundle": {}}}, "is not one a HAT reads"),
        ({"bundle": {"name": "a", "bundle": {}}}, "reads nothing"),
        ({"bundle": _bundle()}, "takes whole records"),
        ({"bundle": _bundle(at="played_at[x]", song="s", artist="a")}, "has a trap"),
        ({"bundle": _linked()}, "takes linked records, which no table"),
        ({"columns": CONTENT.columns[:2]}, "plays.artist is collected but not described"),
        (
            {"columns": [*CONTENT.columns, replace(CONTENT.columns[0], path="mood")]},
            "plays.mood is described but not collected",
        ),
        ({"sample": CONTENT.sample[:1]}, "needs 2 invented people"),
        ({"sample": [{"plays": []}, {"plays": []}]}, "has no rows of plays"),
        ({"sample": [{"plays": [{"name": "Robin"}]}] * 2}, "does not ask for"),
        ({"sample": [{"plays": [{"song": "a"}], "more": [{}]}] * 2}, "does not ask for"),
        ({"purposes": []}, "At least one purpose"),
        ({"purposes": ["DirectMarketing"]}, "At least one purpose"),
        ({"conditions": {"name": "a"}}, "is not one a HAT reads"),
    ],
)
def test_a_version_whose_parts_do_not_fit_is_not_handed_in(offer, publisher, changes, sentence):
    draft = actions.draft_version(
        offer=offer, content=replace(CONTENT, **changes), by=publisher, at=NOON
    )

    with pytest.raises(VersionIncomplete, match=sentence):
        actions.submit_version(version=draft, by=publisher, at=NOON)

    assert _status(draft) == OfferVersionStatus.DRAFT
    assert _audited("offer.submitted") == 0


def test_no_field_may_take_the_name_of_the_column_of_people(offer, publisher):
    columns = [replace(CONTENT.columns[0], path="person")]
    content = replace(
        CONTENT,
        columns=columns,
        bundle=_bundle(person="id"),
        sample=[{"plays": [{"person": "a"}]}] * 2,
    )
    draft = actions.draft_version(offer=offer, content=content, by=publisher, at=NOON)

    with pytest.raises(VersionIncomplete, match="No field may be called “person”"):
        actions.submit_version(version=draft, by=publisher, at=NOON)


def test_publishing_hashes_freezes_and_puts_on_the_shelf(submitted, moderator):
    version = actions.publish_version(version=submitted, by=moderator, at=NOON)

    version.refresh_from_db()
    assert version.status == OfferVersionStatus.PUBLISHED
    assert version.content_hash == actions.content_hash(version)
    assert version.published_at == NOON
    assert Offer.objects.get().current_version == version
    assert _audited("offer.published") == 1


def test_the_publishers_owners_are_told(published, publisher):
    notice = Notification.objects.get(notice="offer_published")

    assert (notice.user, notice.subject) == (publisher, "“Songs” is published")
    assert notice.link == "/offers/songs/"


def test_a_new_version_retires_the_former(published, offer, publisher, moderator):
    second = actions.draft_version(
        offer=offer, content=replace(CONTENT, reward=Money(90)), by=publisher, at=NOON
    )
    actions.submit_version(version=second, by=publisher, at=NOON)
    assert Offer.objects.get().current_version == published

    actions.publish_version(version=second, by=moderator, at=NOON)

    assert Offer.objects.get().current_version == second
    assert _status(published) == OfferVersionStatus.RETIRED
    assert _audited("offer.retired") == 1


def test_equal_content_has_equal_hashes_and_any_field_counts(published, offer, publisher):
    same = actions.draft_version(offer=offer, content=CONTENT, by=publisher, at=NOON)
    columns = [replace(CONTENT.columns[0], meaning="Other"), *CONTENT.columns[1:]]
    other = actions.draft_version(
        offer=offer, content=replace(CONTENT, columns=columns), by=publisher, at=NOON
    )

    assert actions.content_hash(same) == published.content_hash
    assert actions.content_hash(other) != published.content_hash


def test_nobody_but_a_moderator_publishes(submitted, publisher, stranger):
    for person in (publisher, stranger):
        with pytest.raises(NotFound):
            actions.publish_version(version=submitted, by=person, at=NOON)

    assert _status(submitted) == OfferVersionStatus.SUBMITTED
    assert Offer.objects.get().current_version is None


@pytest.mark.parametrize(
    "decide",
    [actions.publish_version, partial(actions.send_back, reason="Too wide.")],
    ids=["publish", "send back"],
)
def test_a_moderator_does_not_decide_about_own_work(organisation, offer, decide):
    author = factories.make_member(organisation, Role.OWNER, is_moderator=True)
    draft = actions.draft_version(offer=offer, content=CONTENT, by=author, at=NOON)
    version = actions.submit_version(version=draft, by=author, at=NOON)

    with pytest.raises(OwnWork):
        decide(version=version, by=author, at=NOON)

    assert _status(version) == OfferVersionStatus.SUBMITTED


@pytest.mark.parametrize("status", ["draft", "sent_back", "published", "retired"])
def test_only_a_submitted_version_is_published(submitted, moderator, status):
    OfferVersion.objects.update(status=status, content_hash="a" * 64)

    with pytest.raises(InvalidTransition):
        actions.publish_version(version=submitted, by=moderator, at=NOON)

    assert _audited("offer.published") == 0


def test_sending_back_keeps_the_reason_and_tells_the_publisher(submitted, moderator, publisher):
    actions.send_back(version=submitted, reason=" Too wide. ", by=moderator, at=NOON)

    version = OfferVersion.objects.get()
    assert (version.status, version.decision_reason) == ("sent_back", "Too wide.")
    notice = Notification.objects.get(notice="offer_sent_back")
    assert (notice.subject, notice.line) == ("“Songs” was sent back", "Too wide.")


def test_what_is_sent_back_a_second_time_is_told_a_second_time(submitted, moderator, publisher):
    actions.send_back(version=submitted, reason="Too wide.", by=moderator, at=NOON)
    actions.reopen_version(version=submitted, by=publisher, at=NOON)
    later = NOON + timedelta(days=1)
    actions.submit_version(version=submitted, by=publisher, at=later)

    actions.send_back(version=submitted, reason="Still too wide.", by=moderator, at=later)

    told = Notification.objects.filter(user=publisher).order_by("pk")
    assert [(one.notice, one.line) for one in told if one.notice == "offer_sent_back"] == [
        ("offer_sent_back", "Too wide."),
        ("offer_sent_back", "Still too wide."),
    ]
    assert told.filter(notice="offer_submitted").count() == 2


def test_nobody_but_owners_who_can_log_in_is_told(organisation, submitted, moderator, publisher):
    factories.make_member(organisation, Role.OWNER, is_active=False)
    factories.make_member(organisation, Role.APPROVER)

    actions.publish_version(version=submitted, by=moderator, at=NOON)

    told = Notification.objects.filter(notice="offer_published")
    assert [notice.user for notice in told] == [publisher]


def test_sending_back_needs_a_reason(submitted, moderator):
    with pytest.raises(ReasonMissing):
        actions.send_back(version=submitted, reason="  ", by=moderator, at=NOON)

    assert _status(submitted) == OfferVersionStatus.SUBMITTED


def test_what_was_sent_back_becomes_a_draft_again(submitted, moderator, publisher):
    actions.send_back(version=submitted, reason="Too wide.", by=moderator, at=NOON)

    actions.reopen_version(version=submitted, by=publisher, at=NOON)

    assert _status(submitted) == OfferVersionStatus.DRAFT


def test_a_published_version_and_its_fields_never_change(published):
    for change in (
        lambda: OfferVersion.objects.update(reward_minor_units=1),
        lambda: OfferField.objects.update(meaning="Something else"),
        lambda: OfferField.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
            change()

    assert actions.content_hash(OfferVersion.objects.get()) == published.content_hash


def test_an_offer_is_paused_and_put_back_by_its_publisher_or_a_moderator(
    published, offer, publisher, moderator
):
    assert actions.pause_offer(offer=offer, by=publisher, at=NOON).status == "paused"
    assert actions.relist_offer(offer=offer, by=moderator, at=NOON).status == "listed"
    entries = AuditEntry.objects.filter(action__in=["offer.paused", "offer.relisted"])
    assert [entry.to_status for entry in entries.order_by("pk")] == ["paused", "listed"]


def test_nobody_else_pauses_an_offer(published, offer, stranger):
    with pytest.raises(NotFound):
        actions.pause_offer(offer=offer, by=stranger, at=NOON)

    assert Offer.objects.get().status == "listed"


def test_an_offer_is_not_paused_twice(published, offer, moderator):
    actions.pause_offer(offer=offer, by=moderator, at=NOON)

    with pytest.raises(InvalidTransition):
        actions.pause_offer(offer=offer, by=moderator, at=NOON)

    assert _audited("offer.paused") == 1
