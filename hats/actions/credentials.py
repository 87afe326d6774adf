"""Tokens for HATs are kept sealed, like data, and destroyed when the owner leaves."""

from datetime import datetime

from common import sealing
from hats.client import HatToken
from hats.models import CredentialKind, HatCredential, HatOwner
from hats.queries import credential_context


def keep_token(
    *,
    hat_owner: HatOwner,
    kind: CredentialKind,
    token: HatToken,
    expires_at: datetime,
    at: datetime,
) -> None:
    """Seal a token and put it in the place of the one before."""
    context, key = credential_context(hat_owner.pk, kind), sealing.new_data_key()
    HatCredential.objects.update_or_create(
        hat_owner=hat_owner,
        kind=kind,
        defaults={
            "sealed_token": sealing.seal(
                token.value.encode("ascii"), data_key=key, context=context
            ),
            "wrapped_key": sealing.wrap(key, context=context),
            "expires_at": expires_at,
            "renewed_at": at,
        },
    )


def keep_renewal(
    *, hat_owner: HatOwner, kind: CredentialKind, token: HatToken, at: datetime
) -> None:
    """Keep a token the HAT has renewed; its end does not move (hat-protocol §1.4)."""
    row = HatCredential.objects.filter(hat_owner=hat_owner, kind=kind).first()
    if row is not None and token.is_renewed:
        keep_token(hat_owner=hat_owner, kind=kind, token=token, expires_at=row.expires_at, at=at)


def destroy_tokens(*, hat_owner: HatOwner) -> None:
    """Forget every token for this HAT, at once and for good."""
    HatCredential.objects.filter(hat_owner=hat_owner).delete()
