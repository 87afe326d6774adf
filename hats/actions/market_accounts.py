"""Our own accounts on HATs: names and passwords, sealed like data, made up before they are sent."""

import secrets
import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce

from common import sealing
from hats.actions.doors import OurAccount
from hats.models import HatOwner, HatOwnerStatus, MarketAccount

_PASSWORD_BYTES = 32
_NAME_LETTERS = 8


def accounts_of(owner_ids: Iterable[int], *, at: datetime) -> dict[int, OurAccount]:
    """Return our account on each of these HATs, thinking up what has no name or password yet.

    What the HAT will be told is kept before it is told, so that a lost answer loses nothing. HATs
    whose owner has left get none.
    """
    wanted = set(owner_ids)
    found = _with_password(wanted)
    if missing := wanted - set(found):
        _think_up(missing, at=at)
        found |= _with_password(missing)
    return found


def _with_password(owner_ids: Iterable[int]) -> dict[int, OurAccount]:
    rows = MarketAccount.objects.filter(hat_owner__in=owner_ids, sealed_password__isnull=False)
    return {row.hat_owner_id: _opened(row) for row in rows}


def _opened(row: MarketAccount) -> OurAccount:
    context = _context(row.hat_owner_id)
    key = sealing.unwrap(bytes(row.wrapped_key or b""), context=context)
    password = sealing.unseal(bytes(row.sealed_password or b""), data_key=key, context=context)
    return OurAccount(
        user_id=str(row.user_id),
        username=row.username,
        is_known=row.known_at is not None,
        password=password.decode("ascii"),
        wrapped_key=bytes(row.wrapped_key or b""),
    )


@transaction.atomic
def _think_up(owner_ids: Iterable[int], *, at: datetime) -> None:
    owners = HatOwner.objects.select_for_update(no_key=True).filter(
        pk__in=list(owner_ids), status=HatOwnerStatus.CONNECTED
    )
    numbers = list(owners.order_by("pk").values_list("pk", flat=True))
    MarketAccount.objects.bulk_create(
        (_new_account(number, at=at) for number in numbers), ignore_conflicts=True
    )
    for row in MarketAccount.objects.filter(hat_owner__in=numbers, sealed_password__isnull=True):
        row.sealed_password, row.wrapped_key = _new_password(row.hat_owner_id)
        row.save(update_fields=["sealed_password", "wrapped_key"])


def _new_account(owner_id: int, *, at: datetime) -> MarketAccount:
    number = uuid.uuid4()
    sealed, wrapped = _new_password(owner_id)
    return MarketAccount(
        hat_owner_id=owner_id,
        user_id=number,
        username=f"hat-market-{number.hex[:_NAME_LETTERS]}",
        sealed_password=sealed,
        wrapped_key=wrapped,
        created_at=at,
    )


def _new_password(owner_id: int) -> tuple[bytes, bytes]:
    context, key = _context(owner_id), sealing.new_data_key()
    password = secrets.token_urlsafe(_PASSWORD_BYTES).encode("ascii")
    return (
        sealing.seal(password, data_key=key, context=context),
        sealing.wrap(key, context=context),
    )


def mark_known(accounts: Iterable[OurAccount], *, at: datetime) -> None:
    """The HATs have taken these passwords; one that was replaced meanwhile is left as it is."""
    MarketAccount.objects.filter(
        wrapped_key__in=[account.wrapped_key for account in accounts], known_at__isnull=True
    ).update(known_at=at, made_at=Coalesce("made_at", Value(at)))


def destroy_password(*, hat_owner: HatOwner) -> None:
    """Forget how we get in; the account itself stays on the HAT, where we cannot remove it."""
    MarketAccount.objects.filter(hat_owner=hat_owner).update(
        sealed_password=None, wrapped_key=None, known_at=None
    )


def _context(owner_id: int) -> str:
    return f"market-account:{owner_id}"
