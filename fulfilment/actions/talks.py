"""Speaking to HATs as their cluster's platform account: its tokens are kept, sealed, per HAT."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from common import outbox, sealing
from hats.client import HatClient, HatToken
from hats.clusters import Hat
from hats.configured import converse, hat_at
from hats.errors import HatTokenExpired, HatUnreachable, Unreachable
from hats.models import CredentialKind, HatCredential, HatOwner
from hats.queries import credential_context
from hats.tokens import is_signed_by

T = TypeVar("T")

# HATs issue tokens for 30 days; one that ends sooner is noticed by its 401.
KEEP_FOR = timedelta(days=25)
_KIND = CredentialKind.PLATFORM


class PlatformTokens:
    """The tokens for a batch of HATs: loaded in one statement, the new ones saved in one."""

    def __init__(self) -> None:
        self._tokens: dict[int, HatToken] = {}
        self._pinned: dict[int, str] = {}
        self._new: set[int] = set()
        self._suspects: set[int] = set()

    def load(self, owner_ids: Iterable[int], *, at: datetime) -> None:
        """Add what is kept for these owners and still valid."""
        wanted = [number for number in owner_ids if number not in self._tokens]
        rows = HatCredential.objects.filter(
            hat_owner__in=wanted, kind=_KIND, expires_at__gt=at
        ).values_list("hat_owner_id", "sealed_token", "wrapped_key")
        for owner_id, sealed, wrapped in rows:
            self._tokens[owner_id] = HatToken(_open(owner_id, bytes(sealed), bytes(wrapped)))
        keys = HatOwner.objects.filter(pk__in=wanted).values_list("pk", "public_key")
        self._pinned.update(keys)

    async def ask(
        self,
        hats: HatClient,
        hat: Hat,
        *,
        owner_id: int,
        question: Callable[[HatToken], Awaitable[T]],
    ) -> T:
        """Put a question with the HAT's token, logging in first where there is none, or no more.

        :raises HatUnreachable: try again later; also when the HAT signs with another key than the
            pinned one, which is then looked into.
        :raises HatRefused: the platform account is not known there, or the question was refused.
        """
        token = self._tokens.get(owner_id)
        if token is not None:
            try:
                return await question(token)
            except HatTokenExpired:
                self._tokens.pop(owner_id, None)
        return await question(await self._log_in(hats, hat, owner_id=owner_id))

    async def _log_in(self, hats: HatClient, hat: Hat, *, owner_id: int) -> HatToken:
        cluster = hat.cluster
        token = await hats.access_token(
            hat, username=cluster.platform_username, password=cluster.platform_password
        )
        if not is_signed_by(token.value, public_key=self._pinned[owner_id]):
            self._suspects.add(owner_id)
            raise HatUnreachable(Unreachable.CHANGED_KEY)
        self._tokens[owner_id] = token
        self._new.add(owner_id)
        return token

    def save(self, *, at: datetime) -> None:
        """Keep the tokens that are new since the last time; have changed keys looked into."""
        for owner_id in self._suspects:
            outbox.enqueue("fulfilment.look_at_key", key=f"key:{owner_id}", hat_owner_id=owner_id)
        self._suspects.clear()
        rows = [_sealed(number, self._tokens[number], at=at) for number in sorted(self._new)]
        self._new.clear()
        HatCredential.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["hat_owner", "kind"],
            update_fields=["sealed_token", "wrapped_key", "expires_at", "renewed_at"],
        )


def talk(
    hat_owner: HatOwner,
    question: Callable[[HatClient, Hat, HatToken], Awaitable[T]],
    *,
    at: datetime,
) -> T:
    """Put one question to one HAT, from synchronous code and outside any transaction.

    :raises HatNotTrusted: the HAT's cluster is not configured any more.
    :raises HatUnreachable: try again later.
    :raises HatRefused: the HAT's answer is no.
    """
    hat, tokens, number = hat_at(hat_owner.hat_domain), PlatformTokens(), hat_owner.pk
    tokens.load([number], at=at)

    async def ask(hats: HatClient) -> T:
        return await tokens.ask(
            hats, hat, owner_id=number, question=lambda token: question(hats, hat, token)
        )

    try:
        return converse(ask)
    finally:
        tokens.save(at=at)


def _open(owner_id: int, sealed: bytes, wrapped: bytes) -> str:
    context = credential_context(owner_id, _KIND)
    key = sealing.unwrap(wrapped, context=context)
    return sealing.unseal(sealed, data_key=key, context=context).decode("ascii")


def _sealed(owner_id: int, token: HatToken, *, at: datetime) -> HatCredential:
    context, key = credential_context(owner_id, _KIND), sealing.new_data_key()
    return HatCredential(
        hat_owner_id=owner_id,
        kind=_KIND,
        sealed_token=sealing.seal(token.value.encode("ascii"), data_key=key, context=context),
        wrapped_key=sealing.wrap(key, context=context),
        expires_at=at + KEEP_FOR,
        renewed_at=at,
    )
