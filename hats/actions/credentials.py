"""Tokens for HATs are kept sealed, like data, and destroyed when the owner leaves."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from common import sealing
from hats.actions import market_accounts
from hats.client import HatToken
from hats.models import CredentialKind, HatCredential, HatOwner
from hats.queries import credential_context

# One statement for any number of HATs. An owner who is leaving in this moment holds the row that
# is asked for here, so nothing comes back to life after they have left.
_KEEP = """
INSERT INTO hats_hatcredential
    (hat_owner_id, kind, sealed_token, wrapped_key, expires_at, renewed_at, refused_at)
SELECT v.owner, v.kind, v.sealed, v.wrapped, v.expires_at, v.renewed_at, v.refused_at
FROM unnest(
    %s::bigint[], %s::text[], %s::bytea[], %s::bytea[], %s::timestamptz[], %s::timestamptz[],
    %s::timestamptz[]
) AS v(owner, kind, sealed, wrapped, expires_at, renewed_at, refused_at)
JOIN hats_hatowner AS o ON o.id = v.owner
WHERE o.status = 'connected'
ORDER BY v.owner
FOR SHARE OF o
ON CONFLICT (hat_owner_id, kind) DO UPDATE SET
    sealed_token = EXCLUDED.sealed_token,
    wrapped_key = EXCLUDED.wrapped_key,
    expires_at = EXCLUDED.expires_at,
    renewed_at = EXCLUDED.renewed_at,
    refused_at = CASE WHEN EXCLUDED.refused_at IS NOT NULL
        THEN coalesce(hats_hatcredential.refused_at, EXCLUDED.refused_at) END
WHERE EXCLUDED.refused_at IS NULL OR hats_hatcredential.renewed_at <= EXCLUDED.renewed_at
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is to be kept of one way into one HAT.

    :param token: none when the HAT lets us in no more.
    """

    owner_id: int
    kind: CredentialKind
    token: str = field(default="", repr=False)
    expires_at: datetime


def keep(found: Sequence[Kept], *, at: datetime) -> None:
    """Put each in the place of the one before, unless its owner has left."""
    if not found:
        return
    rows = [_row(one, at=at) for one in sorted(found, key=lambda one: one.owner_id)]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [list(column) for column in zip(*rows, strict=True)])


def _row(kept: Kept, *, at: datetime) -> tuple[Any, ...]:
    sealed, wrapped = b"", b""
    if kept.token:
        context, key = credential_context(kept.owner_id, kept.kind), sealing.new_data_key()
        sealed = sealing.seal(kept.token.encode("ascii"), data_key=key, context=context)
        wrapped = sealing.wrap(key, context=context)
    refused_at = None if kept.token else at
    return kept.owner_id, kept.kind.value, sealed, wrapped, kept.expires_at, at, refused_at


def keep_login(*, hat_owner: HatOwner, token: HatToken, expires_at: datetime, at: datetime) -> None:
    """Keep the application token of somebody who has just logged in."""
    kind = CredentialKind.APPLICATION
    one = Kept(owner_id=hat_owner.pk, kind=kind, token=token.value, expires_at=expires_at)
    keep([one], at=at)


def destroy(*, hat_owner: HatOwner) -> None:
    """Forget every token and password for this HAT, at once and for good."""
    HatCredential.objects.filter(hat_owner=hat_owner).delete()
    market_accounts.destroy_password(hat_owner=hat_owner)
