"""What nobody but a moderator will move: work that was given up, and refunds that failed."""

from typing import Final

from django.db.models import CharField, Model, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from accounts.audit import Action
from accounts.models import AuditEntry
from buyers.models import Refund, RefundStatus
from common.models import OutboxMessage, OutboxStatus
from fulfilment.models import AcceptanceStatus, Retrieval, RetrievalStatus

MOST_SHOWN: Final = 100
_READABLE = (AcceptanceStatus.CONFIRMED, AcceptanceStatus.FULFILLED)


def parked_retrievals() -> QuerySet[Retrieval]:
    """Readings that failed too often and could still be wanted, each with ``stuck_since``."""
    parked = Retrieval.objects.filter(
        status=RetrievalStatus.PARKED, debit__acceptance__status__in=_READABLE
    )
    return (
        parked.select_related("debit__acceptance__order_line")
        .annotate(stuck_since=_last(Action.RETRIEVAL_PARKED, Retrieval))
        .order_by("pk")
    )


def parked_messages() -> QuerySet[OutboxMessage]:
    """Effects that were given up, the oldest first."""
    return OutboxMessage.objects.filter(status=OutboxStatus.PARKED).order_by("created_at", "pk")


def failed_refunds() -> QuerySet[Refund]:
    """Money that should have gone back and did not, each with ``stuck_since``."""
    failed = Refund.objects.filter(status=RefundStatus.FAILED)
    return (
        failed.select_related("order_line__order")
        .annotate(stuck_since=_last(Action.REFUND_FAILED, Refund))
        .order_by("pk")
    )


def _last(action: Action, model: type[Model]) -> Subquery:
    """When this last happened to the row, as the record says."""
    number = Cast(OuterRef("pk"), CharField())
    subject = Concat(Value(f"{model._meta.label_lower}:"), number)
    entries = AuditEntry.objects.filter(subject=subject, action=action)
    return Subquery(entries.order_by("-pk").values("at")[:1])
