"""What happens after payment: one module, and one state machine, for each noun."""

from fulfilment.models.acceptances import (
    Acceptance,
    AcceptanceStatus,
    ConsentEvent,
    ConsentRecord,
    DataKey,
    Decline,
)
from fulfilment.models.datasets import (
    Dataset,
    DatasetFile,
    DatasetRevision,
    DatasetRevisionStatus,
    Download,
    RemovalNotice,
    RevisionMembers,
)
from fulfilment.models.debits import DataDebit, DataDebitStatus
from fulfilment.models.retrievals import Retrieval, RetrievalStatus, SealedBlock
from fulfilment.models.rewards import Reward, RewardStatus

__all__ = [
    "Acceptance",
    "AcceptanceStatus",
    "ConsentEvent",
    "ConsentRecord",
    "DataDebit",
    "DataDebitStatus",
    "DataKey",
    "Dataset",
    "DatasetFile",
    "DatasetRevision",
    "DatasetRevisionStatus",
    "Decline",
    "Download",
    "RemovalNotice",
    "Retrieval",
    "RetrievalStatus",
    "RevisionMembers",
    "Reward",
    "RewardStatus",
    "SealedBlock",
]
