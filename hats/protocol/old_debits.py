"""Data debits of API 2, which a HAT older than 2.6 has alone; pure.

They say neither what the data is for nor who asks in words of ours, so consent rests on less.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from hats.protocol.debits import DebitRequest, is_same_bundle


def old_request(request: DebitRequest) -> dict[str, object]:
    """Return the body of ``POST data-debit/{id}`` of API 2, as far as it can say the same."""
    body: dict[str, object] = {
        "bundle": dict(request.bundle),
        "startDate": _local(request.start),
        "endDate": _local(request.start + request.period),
        "rolling": not request.cancel_at_period_end,
    }
    if request.conditions is not None:
        body["conditions"] = dict(request.conditions)
    return body


def _local(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


@dataclass(frozen=True, slots=True, kw_only=True)
class OldPermission:
    """One version of what the owner was asked for.

    :param bundle: with its name; so are ``conditions``, which an update drops.
    :param rolling: it does not end at ``end``.
    """

    created_at: datetime
    start: datetime
    end: datetime
    rolling: bool
    enabled: bool
    bundle: Mapping[str, object]
    conditions: Mapping[str, object] | None

    def is_active(self, at: datetime) -> bool:
        """Whether values may be read at this time."""
        return self.enabled and self.start < at and (self.rolling or self.end > at)


@dataclass(frozen=True, slots=True, kw_only=True)
class OldDebit:
    """A debit of API 2 as the HAT has it now; API 2.6 does not see it.

    :param client_name: of the account that proposed it.
    :param permissions: newest first.
    """

    debit_id: str
    client_name: str
    created_at: datetime
    permissions: tuple[OldPermission, ...]

    def running(self, at: datetime) -> OldPermission | None:
        """Return the newest permission that is active at this time."""
        return next((one for one in self.permissions if one.is_active(at)), None)

    def is_as_proposed(self, request: DebitRequest) -> bool:
        """Whether its newest permission asks for the data we mean.

        Conditions are compared only while the debit has one version: an update drops them.
        """
        if self.debit_id != request.debit_id or not self.permissions:
            return False
        newest, *older = self.permissions
        is_same = is_same_bundle(newest.bundle, request.bundle)
        return is_same and (bool(older) or is_same_bundle(newest.conditions, request.conditions))
