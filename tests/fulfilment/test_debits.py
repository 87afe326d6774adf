from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Notification
from buyers.models import OrderLine
from common.models import OutboxMessage
from fulfilment import tasks
from fulfilment.actions import acceptances, debits, retrievals
from fulfilment.models import Acceptance, AcceptanceStatus, ConsentEvent, Retrieval, Reward
from hats.errors import HatUnreachable
from hats.models import HatCredential, HatOwner, HatOwnerStatus
from tests import factories
from tests.fulfilment import steps
from tests.fulfilment.steps import debit_of
from tests.outbox import run_outbox
from tests.sandbox import Sandbox, SandboxHat

pytestmark = pytest.mark.django_db


@pytest.fixture
def line() -> OrderLine:
    return steps.funded_line()


@pytest.fixture
def hat(sandbox: Sandbox) -> SandboxHat:
    return sandbox.hat()


def _propose(acceptance: Acceptance) -> None:
    debits.propose_debit(debit=debit_of(acceptance), at=timezone.now())


def _check(acceptance: Acceptance, *, later: timedelta = timedelta()) -> None:
    debits.check_debit(debit=debit_of(acceptance), at=timezone.now() + later)


def _on_the_hat(hat: SandboxHat, acceptance: Acceptance) -> dict:
    return hat.call("GET", f"/api/v2.6/data-debit/{acceptance.uid}")


def _nothing_left_of(acceptance: Acceptance) -> bool:
    acceptance.refresh_from_db()
    acceptance.order_line.refresh_from_db()
    return (
        acceptance.status == AcceptanceStatus.LAPSED
        and acceptance.order_line.places_taken == 0
        and Reward.objects.get(acceptance=acceptance).status == "released"
        and acceptance.data_key.wrapped is None
        and Notification.objects.filter(user=acceptance.hat_owner.user).count() == 1
    )


def test_a_yes_becomes_a_debit_on_the_hat_in_the_words_the_owner_read(
    line: OrderLine, hat: SandboxHat
):
    acceptance = steps.say_yes(line, hat.connected())

    run_outbox()

    shown = _on_the_hat(hat, acceptance)
    asked = shown["permissionsLatest"]
    assert debit_of(acceptance).status == "proposed"
    assert shown["requestClientName"] == "HAT Market"
    assert asked["purpose"].startswith("Tidewater Museum: To learn when")
    assert asked["bundle"]["name"] == f"mk-{acceptance.uid}"
    assert asked["bundle"]["bundle"] == steps.PLAYS["bundle"]
    assert (asked["cancelAtPeriodEnd"], asked["period"]) == (True, 30 * 24 * 3600 * 1000)
    assert asked["accepted"] is False


def test_conditions_travel_under_a_name_of_their_own(hat: SandboxHat):
    version = steps.plays_version(conditions={"name": "c", "bundle": steps.PLAYS["bundle"]})
    acceptance = steps.proposed(steps.funded_line(version), hat)

    asked = _on_the_hat(hat, acceptance)["permissionsLatest"]

    assert asked["conditions"]["name"] == f"mk-{acceptance.uid}-conditions"


def test_proposing_twice_is_proposing_once(line: OrderLine, hat: SandboxHat):
    acceptance = steps.say_yes(line, hat.connected())

    _propose(acceptance)
    _propose(acceptance)

    assert list(hat.books()["debits"]) == [str(acceptance.uid)]


def test_an_answer_lost_after_the_effect_is_read_back(
    line: OrderLine, hat: SandboxHat, sandbox: Sandbox
):
    sandbox.faults({"kind": "lost201", "routes": ["propose"], "times": 1, "hosts": [hat.domain]})
    acceptance = steps.say_yes(line, hat.connected())

    with pytest.raises(HatUnreachable):
        _propose(acceptance)
    assert debit_of(acceptance).status == "intended"
    _propose(acceptance)

    assert debit_of(acceptance).status == "proposed"
    assert list(hat.books()["debits"]) == [str(acceptance.uid)]


def test_a_hat_that_is_down_is_asked_again_and_nothing_is_lost(
    line: OrderLine, hat: SandboxHat, sandbox: Sandbox
):
    acceptance = steps.say_yes(line, hat.connected())
    sandbox.faults({"kind": "down", "routes": ["*"], "hosts": [hat.domain]})

    run_outbox()

    message = OutboxMessage.objects.get(task="fulfilment.propose_debit")
    assert (message.status, message.last_problem) == ("pending", "hat_unreachable")
    assert debit_of(acceptance).status == "intended"
    sandbox.faults()
    _propose(acceptance)
    assert debit_of(acceptance).status == "proposed"


def test_a_hat_that_answers_with_a_web_page_is_asked_again(
    line: OrderLine, hat: SandboxHat, sandbox: Sandbox
):
    sandbox.faults({"kind": "html200", "routes": ["propose"], "hosts": [hat.domain]})
    acceptance = steps.say_yes(line, hat.connected())

    with pytest.raises(debits.ProposalUnclear):
        _propose(acceptance)

    assert debit_of(acceptance).status == "intended"


def test_a_hat_that_refuses_gives_the_place_back_and_its_owner_is_told(
    line: OrderLine, hat: SandboxHat, sandbox: Sandbox
):
    sandbox.faults({"kind": "status", "status": 403, "routes": ["propose"], "hosts": [hat.domain]})
    acceptance = steps.say_yes(line, hat.connected())

    _propose(acceptance)

    debit = debit_of(acceptance)
    assert (debit.status, debit.refusal, debit.next_check_at) == ("refused", "forbidden", None)
    assert _nothing_left_of(acceptance)


def test_a_strangers_debit_of_the_same_id_is_not_taken_for_ours(line: OrderLine, hat: SandboxHat):
    acceptance = steps.say_yes(line, hat.connected())
    request = debits.debit_request(acceptance, at=timezone.now()).to_json()
    foreign = request | {"requestClientName": "Somebody else"}
    hat.call("POST", f"/api/v2.6/data-debit/{acceptance.uid}", foreign)

    with pytest.raises(HatUnreachable):  # the HAT does not show it to us: looked at again
        _propose(acceptance)

    assert debit_of(acceptance).status == "intended"


def test_a_hat_of_a_cluster_that_is_trusted_no_more_is_not_asked(line: OrderLine, sandbox: Sandbox):
    owner = factories.make_hat_owner("alice.elsewhere.example")
    acceptance = steps.say_yes(line, owner)

    _propose(acceptance)

    assert debit_of(acceptance).refusal == "hat_not_trusted"
    assert _nothing_left_of(acceptance)


def test_a_yes_taken_back_at_once_never_reaches_the_hat(line: OrderLine, hat: SandboxHat):
    acceptance = steps.say_yes(line, hat.connected())
    acceptances.withdraw_acceptance(acceptance=acceptance, at=timezone.now())

    run_outbox()

    assert hat.books()["debits"] == {}
    assert not HatCredential.objects.exists()


def test_a_confirmed_debit_confirms_the_yes_and_has_its_values_read(
    line: OrderLine, hat: SandboxHat
):
    acceptance = steps.proposed(line, hat)
    hat.confirm(acceptance.uid)

    _check(acceptance)

    acceptance.refresh_from_db()
    debit, retrieval = debit_of(acceptance), Retrieval.objects.get()
    assert (acceptance.status, debit.status) == ("confirmed", "enabled")
    assert debit.ends_at is not None
    assert debit.ends_at - acceptance.accepted_at == pytest.approx(
        timedelta(days=30), abs=timedelta(seconds=30)
    )
    assert (retrieval.number, retrieval.status) == (1, "due")
    events = ConsentEvent.objects.filter(record=acceptance.consent)
    assert list(events.order_by("pk").values_list("kind", flat=True)) == ["given", "confirmed"]
    assert OutboxMessage.objects.filter(task="fulfilment.run_retrievals").count() == 1


def test_looking_again_at_a_confirmed_debit_changes_nothing(line: OrderLine, hat: SandboxHat):
    acceptance = steps.confirmed(line, hat, plays=0)

    _check(acceptance)

    assert Retrieval.objects.count() == 1
    assert ConsentEvent.objects.filter(kind="confirmed").count() == 1


def test_without_an_answer_of_the_owner_the_looks_become_rarer(line: OrderLine, hat: SandboxHat):
    acceptance = steps.proposed(line, hat)
    waits = []
    for _ in range(4):
        at = timezone.now()
        debits.check_debit(debit=debit_of(acceptance), at=at)
        due_at = debit_of(acceptance).next_check_at
        assert due_at is not None
        waits.append((due_at - at).total_seconds())

    assert waits == [pytest.approx(wait, rel=0.11) for wait in (3, 6, 12, 24)]
    assert debits.wait_after(60) <= timedelta(hours=6)


def test_the_owner_on_the_way_to_the_hat_makes_us_look_in_three_seconds(
    line: OrderLine, hat: SandboxHat
):
    acceptance = steps.proposed(line, hat)
    for _ in range(5):
        _check(acceptance)
    at = timezone.now()

    debits.check_soon(acceptance=acceptance, at=at)

    debit = debit_of(acceptance)
    assert (debit.checks, debit.next_check_at) == (0, at + timedelta(seconds=3))
    assert OutboxMessage.objects.filter(status="pending", due_at=debit.next_check_at).exists()


def test_a_role_granted_late_is_waited_for(line: OrderLine, hat: SandboxHat, sandbox: Sandbox):
    late = {"kind": "late_role", "routes": ["debit"], "seconds": 30, "hosts": [hat.domain]}
    sandbox.faults(late)
    acceptance = steps.proposed(line, hat)
    hat.confirm(acceptance.uid)

    _check(acceptance)

    assert debit_of(acceptance).status == "proposed"
    sandbox.faults()
    _check(acceptance)
    assert debit_of(acceptance).status == "enabled"


def test_a_debit_the_hat_has_forgotten_lapses(line: OrderLine, hat: SandboxHat, sandbox: Sandbox):
    acceptance = steps.proposed(line, hat)
    sandbox.faults({"kind": "status", "status": 404, "routes": ["*"], "hosts": [hat.domain]})

    _check(acceptance, later=timedelta(minutes=2))

    assert debit_of(acceptance).status == "refused"
    assert _nothing_left_of(acceptance)


def test_confirmed_and_switched_off_before_we_looked_is_a_no(line: OrderLine, hat: SandboxHat):
    acceptance = steps.proposed(line, hat)
    hat.confirm(acceptance.uid)
    hat.switch_off(acceptance.uid)

    _check(acceptance, later=timedelta(seconds=5))

    assert _nothing_left_of(acceptance)


def test_switched_off_on_the_hat_is_switched_off_here_until_it_is_on_again(
    line: OrderLine, hat: SandboxHat
):
    acceptance = steps.confirmed(line, hat)
    Retrieval.objects.update(status="refused")
    hat.switch_off(acceptance.uid)

    _check(acceptance, later=timedelta(seconds=5))

    assert debit_of(acceptance).status == "disabled"
    assert Notification.objects.filter(notice="debit_disabled").count() == 1
    hat.confirm(acceptance.uid)
    _check(acceptance, later=timedelta(seconds=9))
    assert debit_of(acceptance).status == "enabled"
    assert list(Retrieval.objects.order_by("number").values_list("number", "status")) == [
        (1, "refused"),
        (2, "due"),
    ]


def test_values_refused_although_the_debit_is_on_are_asked_for_again_but_not_at_once(
    line: OrderLine, hat: SandboxHat, sandbox: Sandbox
):
    acceptance = steps.confirmed(line, hat)
    sandbox.faults({"kind": "not_enabled", "hosts": [hat.domain]})
    at = timezone.now()
    retrievals.run_batch(at=at)

    debits.check_debit(debit=debit_of(acceptance), at=at)

    assert debit_of(acceptance).status == "enabled"
    assert Retrieval.objects.get(number=2).due_at == at + timedelta(hours=6)


def test_a_debit_ends_with_its_period_without_asking_the_hat(
    line: OrderLine, hat: SandboxHat, sandbox: Sandbox
):
    acceptance = steps.confirmed(line, hat)
    sandbox.faults({"kind": "down", "routes": ["*"], "hosts": [hat.domain]})

    _check(acceptance, later=timedelta(days=31))

    acceptance.refresh_from_db()
    line.refresh_from_db()
    assert (acceptance.status, debit_of(acceptance).status) == ("ended", "ended")
    assert line.places_taken == 0


def test_a_frozen_hat_is_not_asked(line: OrderLine, hat: SandboxHat, sandbox: Sandbox):
    acceptance = steps.proposed(line, hat)
    hat.confirm(acceptance.uid)
    HatOwner.objects.update(status=HatOwnerStatus.FROZEN)

    _check(acceptance)

    assert debit_of(acceptance).status == "proposed"


def test_every_debit_task_is_known_to_the_outbox(line: OrderLine, hat: SandboxHat):
    acceptance = steps.proposed(line, hat)
    hat.confirm(acceptance.uid)

    tasks.check_debit(debit_id=debit_of(acceptance).pk)

    assert debit_of(acceptance).status == "enabled"
