from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEntry, Organisation
from buyers.errors import LineFull, LineNotOpen
from buyers.models import OrderLine, OrderLineStatus
from buyers.queries import owner_card_for
from common import sealing
from common.models import OutboxMessage
from fulfilment.actions import acceptances
from fulfilment.actions.consents import record_hash
from fulfilment.errors import AcceptedBefore, CardChanged, HatNotConnected
from fulfilment.models import (
    Acceptance,
    ConsentEvent,
    ConsentRecord,
    DataDebit,
    DataKey,
    Decline,
    Reward,
)
from hats.models import HatOwner, HatOwnerStatus
from offers import cards
from tests import factories
from tests.factories import NOON
from tests.fulfilment.steps import say_yes


def _nothing_happened(line: OrderLine) -> bool:
    line.refresh_from_db()
    return not (
        line.places_taken
        or Acceptance.objects.exists()
        or ConsentRecord.objects.exists()
        or DataDebit.objects.exists()
        or Reward.objects.exists()
        or OutboxMessage.objects.exists()
    )


def test_a_yes_takes_one_place_and_leaves_everything_ready(open_line: OrderLine, owner: HatOwner):
    acceptance = say_yes(open_line, owner, at=NOON)

    open_line.refresh_from_db()
    debit, reward = DataDebit.objects.get(), Reward.objects.get()
    assert (open_line.places_taken, acceptance.status) == (1, "accepted")
    assert acceptance.confirm_by == NOON + timedelta(days=14)
    assert (debit.status, debit.bundle_name) == ("intended", f"mk-{acceptance.uid}")
    assert (reward.status, reward.amount) == ("held", open_line.reward)
    message = OutboxMessage.objects.get()
    assert (message.task, message.arguments) == ("fulfilment.propose_debit", {"debit_id": debit.pk})


def test_the_consent_record_freezes_the_card_and_can_be_checked(
    open_line: OrderLine, owner: HatOwner
):
    card = owner_card_for(open_line)

    acceptance = say_yes(open_line, owner, at=NOON)

    consent = ConsentRecord.objects.get(acceptance=acceptance)
    assert consent.card == card
    assert consent.sha256 == record_hash(consent.card, consent.record)
    assert consent.record["pii_principal_id"] == owner.reference
    (purpose,) = consent.record["pii_processing"]["purposes"]
    assert purpose["purpose"] == "https://w3id.org/dpv#AcademicResearch"
    assert purpose["retention_period"] == "P180D"
    assert [entry["pii_attribute"] for entry in purpose["pii_information"]] == [
        "plays.at",
        "plays.song",
        "plays.artist",
    ]
    assert list(ConsentEvent.objects.values_list("kind", "at")) == [("given", NOON)]


def test_each_yes_has_a_data_key_of_its_own(open_line: OrderLine):
    yeses = [say_yes(open_line, factories.make_hat_owner(), at=NOON) for _ in range(2)]

    keys = {
        sealing.unwrap(
            bytes(DataKey.objects.get(acceptance=yes).wrapped or b""),
            context=f"acceptance:{yes.uid}",
        )
        for yes in yeses
    }

    assert [len(key) for key in keys] == [32, 32]


def test_a_yes_shows_in_the_timelines_of_owner_and_organisation(
    open_line: OrderLine, owner: HatOwner, organisation: Organisation
):
    say_yes(open_line, owner, at=NOON)

    rows = AuditEntry.objects.filter(owner_user=owner.user, organisation=organisation)
    assert list(rows.order_by("pk").values_list("action", "to_status", "actor")) == [
        ("acceptance.accepted", "accepted", owner.user_id),
        ("debit.intended", "intended", None),
    ]


def test_a_yes_costs_two_statements(
    open_line: OrderLine, owner: HatOwner, django_assert_num_queries: DjangoAssertNumQueries
):
    line = OrderLine.objects.select_related("order__organisation", "offer_version").get(
        pk=open_line.pk
    )
    say_yes(line, factories.make_hat_owner(), at=NOON)  # makes the card and reads the dictionary
    card_hash = cards.card_hash(owner_card_for(line))

    # The yes and the place; and the savepoint of the test (2).
    with django_assert_num_queries(4):
        acceptances.accept_offer(order_line=line, hat_owner=owner, card_hash=card_hash, at=NOON)


def test_a_card_that_changed_since_it_was_read_is_refused(open_line: OrderLine, owner: HatOwner):
    with pytest.raises(CardChanged):
        acceptances.accept_offer(order_line=open_line, hat_owner=owner, card_hash="0" * 64, at=NOON)

    assert _nothing_happened(open_line)


def test_a_frozen_hat_cannot_say_yes(open_line: OrderLine):
    owner = factories.make_hat_owner(status=HatOwnerStatus.FROZEN)

    with pytest.raises(HatNotConnected):
        say_yes(open_line, owner, at=NOON)

    assert _nothing_happened(open_line)


def test_a_double_click_is_one_yes(open_line: OrderLine, owner: HatOwner):
    first = say_yes(open_line, owner, at=NOON)

    second = say_yes(open_line, owner, at=NOON + timedelta(seconds=1))

    open_line.refresh_from_db()
    assert second == first
    assert open_line.places_taken == 1
    assert [Model.objects.count() for Model in (ConsentRecord, DataDebit, Reward)] == [1, 1, 1]
    assert OutboxMessage.objects.count() == 1


def test_who_stopped_sharing_cannot_say_yes_to_the_same_line_again(
    open_line: OrderLine, owner: HatOwner
):
    acceptances.withdraw_acceptance(acceptance=say_yes(open_line, owner, at=NOON), at=NOON)

    with pytest.raises(AcceptedBefore):
        say_yes(open_line, owner, at=NOON)

    open_line.refresh_from_db()
    assert open_line.places_taken == 0
    assert Acceptance.objects.count() == 1


def test_a_lapsed_yes_can_be_said_again(open_line: OrderLine, owner: HatOwner):
    say_yes(open_line, owner, at=NOON)
    acceptances.lapse_unconfirmed(at=NOON + timedelta(days=15))

    again = say_yes(open_line, owner, at=NOON + timedelta(days=16))

    open_line.refresh_from_db()
    assert (again.status, open_line.places_taken) == ("accepted", 1)


@pytest.mark.parametrize(
    ("status", "refusal"),
    [
        (OrderLineStatus.PAUSED, LineNotOpen),
        (OrderLineStatus.CLOSED, LineNotOpen),
        (OrderLineStatus.FILLED, LineFull),
    ],
)
def test_a_line_that_is_not_open_takes_nobody(owner: HatOwner, status: str, refusal: type):
    line = factories.make_line(status=status)

    with pytest.raises(refusal):
        say_yes(line, owner, at=NOON)

    assert _nothing_happened(line)


def test_a_line_past_its_closing_time_takes_nobody(open_line: OrderLine, owner: HatOwner):
    with pytest.raises(LineNotOpen):
        say_yes(open_line, owner, at=open_line.closes_at)

    assert _nothing_happened(open_line)


def test_a_no_is_written_once_and_told_to_nobody(open_line: OrderLine, owner: HatOwner):
    for _ in range(2):
        acceptances.decline_offer(order_line=open_line, hat_owner=owner, at=NOON)

    assert Decline.objects.count() == 1
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.owner_user, entry.organisation) == (
        "acceptance.declined",
        owner.user,
        None,
    )


def test_a_no_can_be_reconsidered(open_line: OrderLine, owner: HatOwner):
    acceptances.decline_offer(order_line=open_line, hat_owner=owner, at=NOON)

    assert say_yes(open_line, owner, at=NOON).status == "accepted"


def _at_once(line: OrderLine, owners: list[HatOwner]) -> list[str]:
    """Everybody says yes in the same moment; what each of them is told."""

    def try_one(owner: HatOwner) -> str:
        try:
            return str(say_yes(line, owner, at=NOON).pk)
        except LineFull:
            return "full"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(owners)) as pool:
        return list(pool.map(try_one, owners))


@pytest.mark.django_db(transaction=True)
def test_the_last_place_goes_to_exactly_one_of_many():
    line = factories.make_line(places=20)
    OrderLine.objects.filter(pk=line.pk).update(places_taken=19)
    owners = [factories.make_hat_owner() for _ in range(6)]

    told = _at_once(line, owners)

    line.refresh_from_db()
    assert told.count("full") == 5
    assert (line.places_taken, line.status) == (20, "filled")
    assert Acceptance.objects.count() == DataDebit.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs_of_one_person_are_one_yes():
    line, owner = factories.make_line(), factories.make_hat_owner()

    told = _at_once(line, [owner] * 4)

    line.refresh_from_db()
    assert len(set(told)) == 1
    assert line.places_taken == 1
    assert Acceptance.objects.count() == DataDebit.objects.count() == 1


def test_who_shares_it_already_is_refused_where_new_people_are_wanted(
    open_line: OrderLine, owner: HatOwner
):
    more = factories.make_line(
        open_line.offer_version, open_line.order.organisation, only_new_people=True
    )
    say_yes(open_line, owner, at=NOON)

    with pytest.raises(AcceptedBefore, match="asks only people here who have not"):
        say_yes(more, owner, at=NOON)

    more.refresh_from_db()
    assert (more.places_taken, Acceptance.objects.count()) == (0, 1)


def test_a_new_person_says_yes_twice_and_it_counts_once(open_line: OrderLine, owner: HatOwner):
    OrderLine.objects.filter(pk=open_line.pk).update(only_new_people=True)
    open_line.refresh_from_db()

    assert say_yes(open_line, owner, at=NOON) == say_yes(open_line, owner, at=NOON)
