"""Finding what is due: the rows are the truth, hints and brokers only make it sooner."""

from datetime import datetime

from common import outbox
from fulfilment.actions import acceptances, leases, retrievals
from fulfilment.actions.yeses import propose_again_at
from fulfilment.models import DataDebit, DataDebitStatus, Retrieval, RetrievalStatus

_BATCH = 500


def sweep(*, at: datetime) -> None:
    """Free the leases of dead workers, lapse what nobody confirmed, hint what is due."""
    leases.free_expired(at=at)
    acceptances.lapse_unconfirmed(at=at)
    _hint_debits(at=at)
    due = Retrieval.objects.filter(
        status__in=[RetrievalStatus.DUE, RetrievalStatus.BROKEN], due_at__lte=at
    )
    if due.exists():
        retrievals.hint(at=at)


def _hint_debits(*, at: datetime) -> None:
    """Checks that are due, and proposals whose outbox message was given up."""
    due = DataDebit.objects.filter(next_check_at__lte=at).order_by("next_check_at", "pk")
    rows = list(due.values_list("pk", "status")[:_BATCH])
    intended = [number for number, status in rows if status == DataDebitStatus.INTENDED]
    for number in intended:
        outbox.enqueue("fulfilment.propose_debit", key=f"debit:{number}", debit_id=number)
    DataDebit.objects.filter(pk__in=intended, status=DataDebitStatus.INTENDED).update(
        next_check_at=propose_again_at(at)
    )
    for number, status in rows:
        if status != DataDebitStatus.INTENDED:
            outbox.enqueue("fulfilment.check_debit", key=f"debit:{number}", debit_id=number)
