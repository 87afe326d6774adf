"""What a HAT holds, read with its owner's own token: which endpoints, and the owner's own values.

Of the endpoints only the names are kept; values are read, evaluated in memory, shown, forgotten.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

from accounts import audit
from accounts.audit import Action
from hats.actions.doors import Deed
from hats.actions.talks import talk
from hats.bundles import Bundle, EvaluationFailed, endpoints_of, evaluate
from hats.bundles import Record as HeldRecord
from hats.client import HatClient, HatToken
from hats.clusters import Hat
from hats.constants import ENDPOINT
from hats.errors import HatRefused, HatTokenExpired, NoHatAccess, OwnValuesUnavailable
from hats.guard import Bounds
from hats.models import HatOwner, HatOwnerStatus
from hats.protocol import Record

EndpointSource = Callable[[], Iterable[str]]

# A person is waiting for these values: better none than after half a minute.
_PATIENCE: Final = Bounds(total=8.0, connect=3.0, silence=5.0)
_FORBIDDEN: Final = 403

_sources: list[EndpointSource] = []


def ask_about(source: EndpointSource) -> None:
    """Register who knows which endpoints matter; called from a higher app's ``ready()``."""
    if source not in _sources:
        _sources.append(source)


def refresh_endpoints(*, hat_owner: HatOwner, at: datetime) -> None:
    """Learn which of the endpoints asked about hold data on this HAT; keep their names only.

    Without a valid token of the owner nothing changes: only the owner's own session may look.

    :raises HatUnreachable: try again later.
    """
    if hat_owner.status != HatOwnerStatus.CONNECTED:
        return
    wanted = sorted({name for source in _sources for name in source() if ENDPOINT.fullmatch(name)})
    try:
        answers = talk(
            hat_owner,
            lambda hats, hat, token: _ask_each(hats, hat, token=token, endpoints=wanted),
            deed=Deed.OWN_VALUES,
            at=at,
        )
    except NoHatAccess:
        return
    HatOwner.objects.filter(pk=hat_owner.pk, status=HatOwnerStatus.CONNECTED).update(
        endpoints=[endpoint for endpoint, holds in answers.items() if holds],
        namespaces=sorted({endpoint.partition("/")[0] for endpoint in answers}),
        endpoints_read_at=at,
    )


async def _ask_each(
    hats: HatClient, hat: Hat, *, token: HatToken, endpoints: list[str]
) -> dict[str, bool]:
    """Return whether each endpoint holds data, without those we are not let into."""

    async def holds(endpoint: str) -> bool | None:
        try:
            return bool(await hats.data(hat, token=token, endpoint=endpoint, take=1))
        except HatTokenExpired:
            raise
        except HatRefused:  # a namespace the owner has not granted
            return None

    answers = await asyncio.gather(*map(holds, endpoints))
    pairs = zip(endpoints, answers, strict=True)
    return {endpoint: answer for endpoint, answer in pairs if answer is not None}


def own_values(*, hat_owner: HatOwner, bundle: Bundle, at: datetime) -> Mapping[str, list[Record]]:
    """Read the very values a bundle would take from this HAT, as its owner would share them now.

    Nothing is stored but the fact that the owner looked.

    :raises NoHatAccess: no valid token of the owner, or a namespace is not granted.
    :raises OwnValuesUnavailable: what the HAT holds does not fit the bundle.
    :raises HatUnreachable: try again later.
    :raises HatRefused: the HAT's answer cannot be used.
    """
    endpoints = sorted(endpoints_of(bundle))
    try:
        held = talk(
            hat_owner,
            lambda hats, hat, token: _read_all(hats, hat, token=token, endpoints=endpoints),
            deed=Deed.OWN_VALUES,
            bounds=_PATIENCE,
            at=at,
        )
        values = evaluate(bundle, held)
    except EvaluationFailed:
        raise OwnValuesUnavailable from None
    except HatRefused as refusal:
        if refusal.status == _FORBIDDEN:
            raise NoHatAccess from None
        raise
    user = hat_owner.user
    audit.record(Action.OWN_VALUES_SEEN, hat_owner, at=at, actor=user, owner_user=user)
    return {name: [_as_sent(record) for record in records] for name, records in values.items()}


async def _read_all(
    hats: HatClient, hat: Hat, *, token: HatToken, endpoints: list[str]
) -> dict[str, list[HeldRecord]]:
    """Read the newest 1000 records of each endpoint, oldest first as the evaluation wants them."""
    read = (
        hats.data(hat, token=token, endpoint=endpoint, newest_first=True) for endpoint in endpoints
    )
    found = await asyncio.gather(*read)
    return {
        endpoint: [_as_held(record) for record in reversed(records)]
        for endpoint, records in zip(endpoints, found, strict=True)
    }


def _as_held(record: Record) -> HeldRecord:
    return HeldRecord(str(record["endpoint"]), str(record["recordId"]), record["data"])


def _as_sent(record: HeldRecord) -> Record:
    return {"endpoint": record.endpoint, "recordId": record.record_id, "data": record.data}
