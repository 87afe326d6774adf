"""The three ways into a HAT, behind one interface; the cluster's configuration chooses.

What each may do is the HAT's to enforce (hat-protocol §1.6 and §10). None of them ever enables or
disables a debit: that is the owner's alone.
"""

import asyncio
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, Protocol

from hats.client import HatClient, HatToken, bcrypt_hash
from hats.clusters import Access, Cluster, Hat
from hats.errors import (
    HatBroken,
    HatLockedOut,
    HatRefused,
    HatUnreachable,
    NoHatAccess,
    Unreachable,
)
from hats.models import CredentialKind
from hats.protocol import Account

ACCOUNT_NAME: Final = "HAT Market"
# Every account of a HAT may propose; the right to read a debit comes with having proposed it.
_ROLES: Final = (("datadebit", ""),)
_SHUT: Final = (401, 403)


class Deed(StrEnum):
    """What we want on a HAT."""

    OWN_VALUES = "own_values"
    DEBITS = "debits"


@dataclass(slots=True)
class OurAccount:
    """Our market account on one HAT.

    :param is_known: the HAT has taken this password before.
    :param wrapped_key: names this very password, since a later one is sealed by another key.
    """

    user_id: str
    username: str
    is_known: bool
    password: str = field(repr=False)
    wrapped_key: bytes = field(repr=False)


@dataclass(slots=True)
class Guest:
    """Who we are on one HAT."""

    owner_id: int
    public_key: str
    account: OurAccount | None = None


class Door(Protocol):
    """One way in."""

    kind: CredentialKind

    async def enter(self, hats: HatClient, hat: Hat, guest: Guest) -> HatToken:
        """Return a new token.

        :raises HatLockedOut: our account is not let in: for the operator to mend.
        :raises NoHatAccess: only the owner can open this door, by logging in.
        :raises HatUnreachable: try again later.
        :raises HatRefused: a broken answer, or no such HAT.
        """


class ApplicationDoor:
    """By the owner's own token: who this is, and the namespaces that were granted."""

    kind = CredentialKind.APPLICATION

    async def enter(self, hats: HatClient, hat: Hat, guest: Guest) -> HatToken:
        del hats, hat, guest
        raise NoHatAccess


class PlatformDoor:
    """By the account of the cluster's provider, the same on each of its HATs."""

    kind = CredentialKind.PLATFORM

    async def enter(self, hats: HatClient, hat: Hat, guest: Guest) -> HatToken:
        del guest
        cluster = hat.cluster
        return await log_in(hats, hat, cluster.platform_username, cluster.platform_password)


class AccountDoor:
    """By an account of our own: the provider's gift, or made by us at first need."""

    kind = CredentialKind.ACCOUNT

    async def enter(self, hats: HatClient, hat: Hat, guest: Guest) -> HatToken:
        cluster, ours = hat.cluster, guest.account
        if cluster.account_username:
            return await log_in(hats, hat, cluster.account_username, cluster.account_password)
        if ours is None:  # not connected when the batch was loaded
            raise HatUnreachable(Unreachable.RESTING)
        if not ours.is_known:
            await self._introduce(hats, hat, ours)
        token = await log_in(hats, hat, ours.username, ours.password)
        ours.is_known = True
        return token

    async def _introduce(self, hats: HatClient, hat: Hat, ours: OurAccount) -> None:
        """Have the platform make the account, or give it a new password; harmless to repeat."""
        cluster = hat.cluster
        platform = await log_in(hats, hat, cluster.platform_username, cluster.platform_password)
        hashed = await asyncio.to_thread(bcrypt_hash, ours.password)
        account = Account(
            user_id=ours.user_id,
            username=ours.username,
            name=ACCOUNT_NAME,
            roles=_ROLES,
            password_hash=hashed,
        )
        try:
            await self._make(hats, hat, platform, account, ours)
        except HatBroken:
            raise
        except HatRefused:
            raise HatLockedOut from None

    async def _make(
        self, hats: HatClient, hat: Hat, platform: HatToken, account: Account, ours: OurAccount
    ) -> None:
        """Make it; if it is there, it has this password already, or gets it now.

        :raises HatRefused: the platform may not, or the account of this name is not ours.
        """
        is_new = await hats.create_account(hat, token=platform, account=account)
        if not is_new and not await self._is_open(hats, hat, ours):
            await self._change_password(hats, hat, platform, account)

    async def _is_open(self, hats: HatClient, hat: Hat, ours: OurAccount) -> bool:
        """Whether it was made with this password, by a try whose answer was lost."""
        try:
            await log_in(hats, hat, ours.username, ours.password)
        except HatLockedOut:
            return False
        return True

    async def _change_password(
        self, hats: HatClient, hat: Hat, platform: HatToken, account: Account
    ) -> None:
        """Its old password was destroyed; what it may read, it keeps.

        :raises HatRefused: the account of this name is not ours.
        """
        listed = await hats.accounts(hat, token=platform)
        mine = (one.roles for one in listed if one.user_id == account.user_id)
        roles = next(mine, ()) or _ROLES
        await hats.update_account(hat, token=platform, account=replace(account, roles=roles))


APPLICATION: Final = ApplicationDoor()
_FOR_DEBITS: Final[dict[Access, Door]] = {
    Access.PLATFORM: PlatformDoor(),
    Access.ACCOUNT: AccountDoor(),
}


def door_for(cluster: Cluster, deed: Deed) -> Door:
    """Return the way in for this deed on this cluster."""
    return APPLICATION if deed is Deed.OWN_VALUES else _FOR_DEBITS[cluster.access]


def makes_accounts(cluster: Cluster) -> bool:
    """Whether we make an account of our own on each HAT of this cluster."""
    return cluster.access is Access.ACCOUNT and not cluster.account_username


async def log_in(hats: HatClient, hat: Hat, username: str, password: str) -> HatToken:
    """Log an account in.

    :raises HatLockedOut: the HAT does not know the account, or another password.
    """
    try:
        return await hats.access_token(hat, username=username, password=password)
    except HatBroken:
        raise
    except HatRefused as refusal:
        if refusal.status in _SHUT:
            raise HatLockedOut from None
        raise
