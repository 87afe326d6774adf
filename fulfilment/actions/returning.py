"""The owner is back from the HAT's own page, and wants to see what came of it."""

from datetime import datetime, timedelta

from django.db import transaction

from common import outbox
from fulfilment.actions import debits
from fulfilment.models import Acceptance


@transaction.atomic
def look_now(*, acceptance: Acceptance, at: datetime) -> None:
    """Have the debit read on its HAT at once, ahead of the look that is planned for later.

    The planned one has a key of its own in the outbox and would swallow an equal key.
    """
    debits.check_soon(acceptance=acceptance, at=at, wait=timedelta())
    number = acceptance.debit.pk
    outbox.enqueue("fulfilment.check_debit", key=f"debit:{number}:now", due_at=at, debit_id=number)
