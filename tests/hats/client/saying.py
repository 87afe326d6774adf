"""One conversation with the scripted HAT, with short deadlines and breakers of its own."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from hats.breaker import Breakers
from hats.client import HatClient
from hats.configured import trusted
from hats.guard import Bounds, Outbound

T = TypeVar("T")


def say(call: Callable[[HatClient], Awaitable[T]]) -> T:
    async def conversation() -> T:
        bounds = Bounds(total=1.0, connect=0.5, silence=0.5)
        breakers = {
            "hat_breakers": Breakers(threshold=9),
            "cluster_breakers": Breakers(threshold=9),
        }
        async with HatClient(Outbound(trusted(), bounds=bounds, **breakers)) as hats:
            return await call(hats)

    return asyncio.run(conversation())
