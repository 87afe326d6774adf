"""What is said to a HAT, and what each answer means.

One ``HatClient`` serves one batch of any number of HATs::

    async with HatClient(Outbound(trusted)) as hats:
        hat = trusted.hat_at("alice.hubat.net")
        values = await hats.values(hat, token=token, debit_id=debit_id)

From synchronous code: ``converse(lambda hats: hats.public_key(hat), hats=HatClient(…))``. Two
kinds of failure: ``HatUnreachable`` (try again later, perhaps after ``retry_after``) and
``HatRefused`` (stop). Exceptions and results never carry text of the HAT's answer.
``docs/hat-client.md`` is the guide, with examples.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from hats.client.accounts import Accounts, bcrypt_hash
from hats.client.applications import Applications
from hats.client.data import Data
from hats.client.debits import Proposal, Proposed
from hats.client.definitions import Definitions
from hats.client.identity import Identity
from hats.client.landing import Landing, NoLogin, read_landing
from hats.client.old_debits import OldDebits
from hats.client.speaking import HatToken
from hats.client.system import System

__all__ = [
    "HatClient",
    "HatToken",
    "Landing",
    "NoLogin",
    "Proposal",
    "Proposed",
    "bcrypt_hash",
    "converse",
    "read_landing",
]

T = TypeVar("T")


class HatClient(Identity, OldDebits, Data, Definitions, Applications, System, Accounts):
    """Speaks to HATs for one batch or session; use as an asynchronous context manager."""


def converse(call: Callable[[HatClient], Awaitable[T]], *, hats: HatClient) -> T:
    """Open a client for one conversation from synchronous code, and close it again."""

    async def conversation() -> T:
        async with hats:
            return await call(hats)

    return asyncio.run(conversation())
