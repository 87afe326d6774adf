import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Notification
from buyers.actions import lines, refunds
from buyers.errors import PaymentMismatch
from buyers.models import Refund, RefundStatus, TillRefund, TillSession, TillSessionStatus
from buyers.payments.gateway import RefundFacts, RefundState
from common.errors import InvalidTransition
from common.models import OutboxMessage
from common.money import Money
from ledger.models import AccountKind, Entry
from ledger.queries import balance, line_money
from marketplace.invariants import violations
from tests.buyers.paying import only_line, pay, place
from tests.factories import NOON
from tests.outbox import run_outbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(buyer, version):
    order = place(buyer, version)
    pay(order)
    OutboxMessage.objects.all().delete()
    return only_line(order)


def mean(line, places: int = 5, key: str = "close:1") -> Refund | None:
    return refunds.refund_places(
        order_line=line, places=places, key=key, reason="places nobody took", at=NOON
    )


def in_transit(line) -> Money:
    return balance(AccountKind.REFUND_IN_TRANSIT, line.reference, currency="GBP")


def test_a_refund_is_on_its_way_until_the_gateway_says_it_arrived(line):
    refund = mean(line)

    assert refund is not None
    assert (refund.status, in_transit(line)) == (RefundStatus.INTENDED, Money(500))
    assert line_money(line.reference).refund_on_its_way == Money(500)

    run_outbox()

    refund.refresh_from_db()
    money = line_money(line.reference)
    assert refund.status == RefundStatus.SUCCEEDED
    assert (money.held, money.refunded, money.paid) == (Money(1500), Money(500), Money(2000))
    assert in_transit(line) == Money(0)
    assert TillSession.objects.get().refunded_minor_units == 500


def test_a_refund_of_one_reason_is_made_once(line):
    mean(line)
    mean(line)

    assert Refund.objects.count() == 1
    assert line_money(line.reference).held == Money(1500)


def test_sending_a_refund_twice_gives_money_back_once(line):
    refund = mean(line)
    assert refund is not None

    refunds.send_refund(refund=refund, at=NOON)
    refunds.send_refund(refund=refund, at=NOON)

    assert TillRefund.objects.count() == 1
    assert Entry.objects.filter(kind="refund.succeeded").count() == 1


@pytest.mark.parametrize("places", [0, -3])
def test_nothing_is_refunded_for_no_places(line, places):
    assert mean(line, places=places) is None

    assert Refund.objects.count() == 0


def test_nothing_is_refunded_for_a_line_nobody_paid(open_line):
    assert mean(open_line) is None

    assert Refund.objects.count() == 0


def test_more_than_the_line_holds_cannot_be_refunded(line):
    with pytest.raises(IntegrityError), transaction.atomic():
        mean(line, places=21)

    assert Refund.objects.count() == 0


def test_a_failed_refund_puts_the_money_back_into_the_line(line):
    refund = mean(line)
    assert refund is not None
    failed = RefundFacts("re_1", RefundState.FAILED, refund.amount)

    refunds.settle_refund(refund=refund, facts=failed, at=NOON)

    refund.refresh_from_db()
    money = line_money(line.reference)
    assert refund.status == RefundStatus.FAILED
    assert (money.held, money.refunded) == (Money(2000), Money(0))


def fail(refund: Refund) -> None:
    facts = RefundFacts("re_1", RefundState.FAILED, refund.amount)
    refunds.settle_refund(refund=refund, facts=facts, at=NOON)
    refund.refresh_from_db()


def test_a_failed_refund_is_told_to_moderators_once(line, moderator):
    refund = mean(line)
    assert refund is not None

    fail(refund)
    fail(refund)

    notice = Notification.objects.get(user=moderator)
    assert notice.subject == "A refund of £5.00 failed"
    assert notice.link == reverse("fulfilment:stuck-work")


def test_a_failed_refund_sent_again_is_an_attempt_of_its_own_and_arrives(line, moderator):
    refund = mean(line)
    assert refund is not None
    fail(refund)

    refunds.send_again(refund=refund, by=moderator, at=NOON)
    run_outbox()

    refund.refresh_from_db()
    money = line_money(line.reference)
    assert (refund.status, refund.attempt) == (RefundStatus.SUCCEEDED, 2)
    assert TillRefund.objects.get().idempotency_key == "close:1:2"
    assert (money.held, money.refunded, in_transit(line)) == (Money(1500), Money(500), Money(0))
    assert [said for said in violations() if said.startswith("I4")] == []


def test_a_refund_that_fails_twice_leaves_the_money_with_the_line(line, moderator):
    refund = mean(line)
    assert refund is not None
    fail(refund)
    refunds.send_again(refund=refund, by=moderator, at=NOON)
    refund.refresh_from_db()

    fail(refund)

    assert (refund.status, line_money(line.reference).held) == (RefundStatus.FAILED, Money(2000))
    assert [said for said in violations() if said.startswith("I4")] == []


def test_news_of_an_earlier_attempt_changes_nothing(line, moderator):
    refund = mean(line)
    assert refund is not None
    late = Refund.objects.get(pk=refund.pk)
    fail(refund)
    refunds.send_again(refund=refund, by=moderator, at=NOON)

    fail(late)

    assert Refund.objects.get().status == RefundStatus.INTENDED


@pytest.mark.parametrize("status", ["intended", "sent", "succeeded"])
def test_only_what_failed_is_sent_again(line, moderator, status):
    refund = mean(line)
    assert refund is not None
    Refund.objects.update(status=status)

    with pytest.raises(InvalidTransition):
        refunds.send_again(refund=refund, by=moderator, at=NOON)

    refund.refresh_from_db()
    assert (refund.status, refund.attempt) == (status, 1)


def test_the_till_refuses_to_refund_what_was_not_paid(line):
    refund = mean(line)
    assert refund is not None
    TillSession.objects.update(status=TillSessionStatus.DECLINED)

    refunds.send_refund(refund=refund, at=NOON)

    refund.refresh_from_db()
    assert (refund.status, TillRefund.objects.count()) == (RefundStatus.FAILED, 0)
    assert line_money(line.reference).held == Money(2000)


def test_a_pending_refund_waits_and_old_news_does_not_undo_it(line):
    refund = mean(line)
    assert refund is not None
    states = [RefundState.PENDING, RefundState.SUCCEEDED, RefundState.PENDING, RefundState.FAILED]
    for state in states:
        facts = RefundFacts("re_1", state, refund.amount)
        refunds.settle_refund(refund=refund, facts=facts, at=NOON)

    refund.refresh_from_db()
    assert refund.status == RefundStatus.SUCCEEDED
    assert line_money(line.reference).refunded == Money(500)


def test_a_refund_over_another_amount_is_not_followed(line):
    refund = mean(line)
    assert refund is not None
    other = RefundFacts("re_1", RefundState.SUCCEEDED, Money(499))

    with pytest.raises(PaymentMismatch):
        refunds.settle_refund(refund=refund, facts=other, at=NOON)

    refund.refresh_from_db()
    assert refund.status == RefundStatus.INTENDED


def test_a_rejected_line_gives_everything_back_through_the_till(line, moderator):
    lines.reject_line(order_line=line, by=moderator, reason="Too wide.", at=NOON)
    run_outbox()

    money = line_money(line.reference)
    assert (money.held, money.refunded, money.paid) == (Money(0), Money(2000), Money(2000))
    assert TillSession.objects.get().refunded_minor_units == 2000
