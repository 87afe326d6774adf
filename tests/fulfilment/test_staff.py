"""The moderators' page of stuck work, through the front door."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from buyers.models import Refund, RefundStatus
from common.models import OutboxMessage, OutboxStatus
from fulfilment.actions import leases
from fulfilment.models import Retrieval, RetrievalStatus
from tests import factories
from tests.factories import NOON
from tests.fulfilment.steps import funded_line
from tests.fulfilment.stuck import failed_refund, parked_effect, parked_reading

pytestmark = pytest.mark.django_db

PAGE = "/moderation/stuck/"


@pytest.fixture
def desk(client, moderator):
    client.force_login(moderator)
    return client


@pytest.fixture
def line(db):
    return funded_line(factories.make_version(smallest_group=10))


def again(client, kind, row):
    return client.post(reverse(f"fulfilment:stuck-{kind}", args=[row.pk]))


def test_an_empty_page_says_so(desk):
    assert "Nothing is stuck" in desk.get(PAGE).content.decode()


def test_each_row_has_a_reference_a_reason_and_a_time_and_names_nobody(desk, line):
    reading, effect, refund = parked_reading(line), parked_effect(), failed_refund()
    owner = reading.debit.acceptance.hat_owner

    page = desk.get(PAGE).content.decode()

    for words in (line.reference, "worker_died", effect.task, "unexpected", "£5.00", "nobody came"):
        assert words in page
    assert page.count("23 November 2026, 12:00 UTC") == 2
    assert refund.order_line.order.reference in page
    assert owner.hat_domain not in page
    assert owner.reference not in page


def test_what_nobody_wants_any_more_is_not_stuck(desk, line):
    parked_reading(line, status="withdrawn")

    assert "Nothing is stuck" in desk.get(PAGE).content.decode()


def test_a_reading_tried_again_is_due_and_written_down(desk, line, moderator):
    reading = parked_reading(line)

    answer = again(desk, "retrieval", reading)

    reading.refresh_from_db()
    assert answer.url == PAGE
    assert (reading.status, reading.attempts) == (RetrievalStatus.DUE, 0)
    assert OutboxMessage.objects.filter(task="fulfilment.run_retrievals").count() == 1
    step = AuditEntry.objects.get(actor=moderator)
    assert (step.from_status, step.to_status) == ("parked", "due")


def test_an_effect_tried_again_is_pending_and_written_down(desk, moderator):
    effect = parked_effect()

    again(desk, "effect", effect)

    effect.refresh_from_db()
    assert (effect.status, effect.attempts) == (OutboxStatus.PENDING, 0)
    step = AuditEntry.objects.get()
    assert (step.action, step.actor) == ("effect.retried", moderator)
    assert step.details == {"task": "accounts.mail_notification"}


def test_an_effect_that_an_equal_one_has_overtaken_is_not_done_twice(desk):
    effect = parked_effect(key="refund:7")
    OutboxMessage.objects.create(task=effect.task, key="refund:7")

    again(desk, "effect", effect)

    effect.refresh_from_db()
    assert (effect.status, effect.last_problem) == (OutboxStatus.DONE, "superseded")


def test_a_refund_sent_again_is_on_its_way_and_written_down(desk, moderator):
    refund = failed_refund()

    again(desk, "refund", refund)

    refund.refresh_from_db()
    assert (refund.status, refund.attempt) == (RefundStatus.INTENDED, 2)
    assert OutboxMessage.objects.get(key=f"refund:{refund.pk}").task == "buyers.send_refund"
    step = AuditEntry.objects.get(actor=moderator)
    assert (step.from_status, step.to_status) == ("failed", "intended")


def test_pressing_twice_is_refused_and_sends_money_once(desk):
    refund = failed_refund()
    again(desk, "refund", refund)

    answer = again(desk, "refund", refund)

    refund.refresh_from_db()
    assert (answer.status_code, refund.attempt) == (409, 2)


@pytest.mark.parametrize("who", ["buyer", "owner"])
def test_stuck_work_does_not_exist_for_others(client, request, line, who):
    reading, effect, refund = parked_reading(line), parked_effect(), failed_refund()
    person = request.getfixturevalue(who)
    client.force_login(person.user if who == "owner" else person)

    statuses = {
        client.get(PAGE).status_code,
        again(client, "retrieval", reading).status_code,
        again(client, "effect", effect).status_code,
        again(client, "refund", refund).status_code,
    }

    assert statuses == {404}
    assert Retrieval.objects.get().status == RetrievalStatus.PARKED
    assert OutboxMessage.objects.get(pk=effect.pk).status == OutboxStatus.PARKED
    assert Refund.objects.get().status == RefundStatus.FAILED


@pytest.mark.parametrize("kind", ["retrieval", "effect", "refund"])
def test_work_that_does_not_exist_is_not_found(desk, kind):
    address = reverse(f"fulfilment:stuck-{kind}", args=[999_999])

    assert desk.post(address).status_code == 404


def test_the_page_costs_the_same_for_one_row_and_for_ten(desk, line, django_assert_max_num_queries):
    for _ in range(10):
        parked_reading(line)
        parked_effect()
    failed_refund()
    failed_refund()
    desk.get(PAGE)

    with django_assert_max_num_queries(6):
        desk.get(PAGE)


def test_the_notice_about_parked_readings_leads_there(moderator):
    leases.tell_moderators(at=NOON)

    assert moderator.notifications.get().link == PAGE
