"""Speaking to HATs with the right credential: kept sealed, renewed, replaced at a refusal.

``Talks`` serves a batch of any number of HATs, ``talk`` one conversation from synchronous code.
Which way in is taken is ``hats.actions.doors``'s to say; callers name what they want to do.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

from django.db import transaction

from common import outbox
from hats.actions import access_trouble, credentials, doors, market_accounts
from hats.actions.credentials import Kept
from hats.actions.doors import Deed, Guest
from hats.client import HatClient, HatToken
from hats.clusters import Cluster, Hat
from hats.configured import clusters, converse, hat_at
from hats.errors import HatLockedOut, HatTokenExpired, HatUnreachable, NoHatAccess, Unreachable
from hats.guard import Bounds
from hats.models import CredentialKind, HatCredential, HatOwner
from hats.queries import SEALED, open_token
from hats.tokens import is_signed_by

T = TypeVar("T")

# HATs issue tokens for 30 days; one that ends sooner is noticed by its 401.
KEEP_FOR = timedelta(days=25)
# A HAT refuses a token unused for three days, and renews it with each answer (hat-protocol §1.4).
# Of our accounts' tokens one renewal a day is kept, which costs a batch next to nothing; the
# owner's own token is kept each time, since we cannot get another.
RENEW_AFTER: Final = {Deed.DEBITS: timedelta(days=1), Deed.OWN_VALUES: timedelta()}
# After so many refusals in a row the fault is the cluster's, and its other HATs are left in peace.
_REFUSALS_TO_STOP: Final = 5


@dataclass(slots=True)
class _Held:
    """A token with what is known of its age; a new one was not kept yet."""

    token: HatToken
    expires_at: datetime | None = None
    kept_at: datetime | None = None

    def is_news(self, deed: Deed, *, at: datetime) -> bool:
        """Whether keeping it is worth a write."""
        if self.kept_at is None:
            return True
        return self.token.is_renewed and self.kept_at <= at - RENEW_AFTER[deed]


class Talks:
    """Conversations with a batch of HATs: loaded in one go, and what is new saved in one go."""

    def __init__(self, deed: Deed = Deed.DEBITS) -> None:
        self._deed = deed
        self._guests: dict[int, Guest] = {}
        self._held: dict[int, _Held] = {}
        self._kinds: dict[int, CredentialKind] = {}
        self._locked_out: set[int] = set()
        self._used: set[int] = set()
        self._suspects: set[int] = set()
        self._shut: dict[int, Cluster] = {}
        self._healed: set[str] = set()
        self._in_a_row: Counter[str] = Counter()
        self._entering: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    def load(self, owner_ids: Iterable[int], *, at: datetime) -> None:
        """Add what is kept for these owners and still valid."""
        wanted = [number for number in owner_ids if number not in self._guests]
        by_suffix = {cluster.suffix: cluster for cluster in clusters()}
        facts = HatOwner.objects.filter(pk__in=wanted).values_list("pk", "public_key", "cluster")
        found = {number: (key, by_suffix.get(suffix)) for number, key, suffix in facts}
        self._guests.update({number: Guest(number, key) for number, (key, _) in found.items()})
        trusted = {number: cluster for number, (_, cluster) in found.items() if cluster}
        for number, cluster in trusted.items():
            self._kinds[number] = doors.door_for(cluster, self._deed).kind
        self._load_tokens(trusted, at=at)
        self._load_accounts(trusted, at=at)

    def _load_tokens(self, owner_ids: Iterable[int], *, at: datetime) -> None:
        rows = HatCredential.objects.filter(
            hat_owner__in=owner_ids, kind__in=set(self._kinds.values())
        ).values_list("hat_owner_id", "kind", "refused_at", "expires_at", "renewed_at", *SEALED)
        for number, kind, refused_at, expires_at, renewed_at, *sealed in rows:
            if kind != self._kinds[number]:
                continue
            if refused_at is not None:
                self._locked_out.add(number)
            elif expires_at > at:
                token = open_token(number, CredentialKind(kind), *sealed)
                self._held[number] = _Held(token, expires_at, renewed_at)

    def _load_accounts(self, trusted: Mapping[int, Cluster], *, at: datetime) -> None:
        if self._deed is not Deed.DEBITS:
            return
        wanted = [n for n, cluster in trusted.items() if doors.makes_accounts(cluster)]
        if wanted:
            for number, account in market_accounts.accounts_of(wanted, at=at).items():
                self._guests[number].account = account

    async def ask(
        self,
        hats: HatClient,
        hat: Hat,
        *,
        owner_id: int,
        question: Callable[[HatToken], Awaitable[T]],
    ) -> T:
        """Put a question with the HAT's token, logging in first where there is none, or no more.

        :raises HatLockedOut: our account is not let in; the operator is told.
        :raises NoHatAccess: the owner's own token has ended; only they can bring another.
        :raises HatUnreachable: try again later; also when the HAT signs with another key than the
            pinned one, which is then looked into.
        :raises HatRefused: the HAT's answer is no.
        """
        self._used.add(owner_id)
        held = self._held.get(owner_id)
        if held is not None:
            try:
                return await question(held.token)
            except HatTokenExpired:
                pass
        fresh = await self._fresh(hats, hat, owner_id=owner_id, stale=held)
        try:
            return await question(fresh.token)
        except HatTokenExpired:  # let in, and not believed
            self._held.pop(owner_id, None)
            self._shut[owner_id] = hat.cluster
            raise HatLockedOut from None

    async def _fresh(
        self, hats: HatClient, hat: Hat, *, owner_id: int, stale: _Held | None
    ) -> _Held:
        """Enter once, however many questions to this HAT found their token refused."""
        async with self._entering[owner_id]:
            held = self._held.get(owner_id)
            if held is not None and held is not stale:
                return held
            self._held.pop(owner_id, None)
            if self._in_a_row[hat.cluster.suffix] >= _REFUSALS_TO_STOP:
                raise HatLockedOut
            try:
                return await self._enter(hats, hat, self._guests[owner_id])
            except (HatLockedOut, NoHatAccess):
                if self._deed is Deed.DEBITS or stale is not None:
                    self._shut[owner_id] = hat.cluster
                raise

    async def _enter(self, hats: HatClient, hat: Hat, guest: Guest) -> _Held:
        cluster, number = hat.cluster, guest.owner_id
        try:
            token = await doors.door_for(cluster, self._deed).enter(hats, hat, guest)
        except HatLockedOut:
            self._in_a_row[cluster.suffix] += 1
            raise
        if not is_signed_by(token.value, public_key=guest.public_key):
            self._suspects.add(number)
            raise HatUnreachable(Unreachable.CHANGED_KEY)
        self._in_a_row[cluster.suffix] = 0
        if number in self._locked_out:
            self._locked_out.discard(number)
            self._healed.add(cluster.suffix)
        held = self._held[number] = _Held(token)
        return held

    def save(self, *, at: datetime) -> None:
        """Keep what is new since the last time, and tell whoever must know what was refused."""
        deed = self._deed
        fresh = [
            number
            for number in self._used & self._held.keys()
            if self._held[number].is_news(deed, at=at)
        ]
        if fresh or self._shut or self._suspects:
            self._save(fresh, at=at)
        self._used.clear()

    @transaction.atomic
    def _save(self, fresh: list[int], *, at: datetime) -> None:
        for owner_id in self._suspects:
            outbox.enqueue("hats.look_at_key", key=f"key:{owner_id}", hat_owner_id=owner_id)
        refusals = [self._kept(number, "", at) for number in self._shut]
        credentials.keep([*self._new_tokens(fresh, at), *refusals], at=at)
        if self._deed is Deed.DEBITS:
            refused = {cluster.suffix: cluster for cluster in self._shut.values()}
            access_trouble.tell(refused=refused.values(), healed=self._healed, at=at)
        self._locked_out.update(self._shut)
        for done in (self._suspects, self._shut, self._healed):
            done.clear()

    def _new_tokens(self, fresh: list[int], at: datetime) -> list[Kept]:
        """What to write; with the tokens of our own accounts, HATs took their passwords."""
        kept, entered = [], []
        for number in fresh:
            held = self._held[number]
            if held.expires_at is None:
                held.expires_at = at + KEEP_FOR
                entered.append(self._guests[number])
            held.kept_at = at
            kept.append(self._kept(number, held.token.value, held.expires_at))
        accounts = [guest.account for guest in entered if guest.account is not None]
        if accounts:
            market_accounts.mark_known(accounts, at=at)
        return kept

    def _kept(self, number: int, token: str, expires_at: datetime) -> Kept:
        kind = self._kinds[number]
        return Kept(owner_id=number, kind=kind, token=token, expires_at=expires_at)


def talk(
    hat_owner: HatOwner,
    question: Callable[[HatClient, Hat, HatToken], Awaitable[T]],
    *,
    at: datetime,
    deed: Deed = Deed.DEBITS,
    bounds: Bounds | None = None,
) -> T:
    """Put one question to one HAT, from synchronous code and outside any transaction.

    :param bounds: tighter ones than configured, where a person is waiting.
    :raises HatNotTrusted: the HAT's cluster is not configured any more.
    :raises HatLockedOut: our account is not let in; the operator is told.
    :raises NoHatAccess: the owner's own token has ended; only they can bring another.
    :raises HatUnreachable: try again later.
    :raises HatRefused: the HAT's answer is no.
    """
    hat, talks, number = hat_at(hat_owner.hat_domain), Talks(deed), hat_owner.pk
    talks.load([number], at=at)

    async def ask(hats: HatClient) -> T:
        return await talks.ask(
            hats, hat, owner_id=number, question=lambda token: question(hats, hat, token)
        )

    try:
        return converse(ask, bounds=bounds)
    finally:
        talks.save(at=at)
