"""Work as it lies when it was given up: a reading, an effect of the outbox, a refund."""

from typing import Any

from accounts.models import AuditEntry
from buyers.actions import refunds
from buyers.models import OrderLine, Refund
from buyers.payments.gateway import RefundFacts, RefundState
from common.models import OutboxMessage, OutboxStatus
from fulfilment.models import Acceptance, DataDebit, Retrieval
from tests import factories
from tests.factories import NOON
from tests.fulfilment.steps import say_yes
from tests.money import fund_line


def parked_reading(line: OrderLine, **yes: Any) -> Retrieval:
    """A reading that was given up, of a yes that still stands."""
    acceptance = say_yes(line, factories.make_hat_owner(), at=NOON)
    Acceptance.objects.filter(pk=acceptance.pk).update(**({"status": "confirmed"} | yes))
    debit = DataDebit.objects.get(acceptance=acceptance)
    retrieval = Retrieval.objects.create(
        debit=debit, status="parked", attempts=5, problem="worker_died"
    )
    AuditEntry.objects.create(
        at=NOON, action="retrieval.parked", subject=f"fulfilment.retrieval:{retrieval.pk}"
    )
    return retrieval


def parked_effect(task: str = "accounts.mail_notification", **fields: Any) -> OutboxMessage:
    """An effect that was tried as often as it may be."""
    return OutboxMessage.objects.create(
        task=task, status=OutboxStatus.PARKED, attempts=12, last_problem="unexpected", **fields
    )


def failed_refund() -> Refund:
    """A refund that the payment service refused; the money is with its line again."""
    line = factories.make_line()
    fund_line(line)
    refund = refunds.refund_places(
        order_line=line, places=5, key=f"close:{line.reference}", reason="nobody came", at=NOON
    )
    assert refund is not None
    facts = RefundFacts("re_1", RefundState.FAILED, refund.amount)
    refunds.settle_refund(refund=refund, facts=facts, at=NOON)
    OutboxMessage.objects.filter(task="buyers.send_refund").delete()
    return refund
