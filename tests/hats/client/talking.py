"""Conversations with a sandbox HAT, as its owner and as the platform."""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from hats.client import HatClient, HatToken
from hats.clusters import Hat
from hats.configured import converse, hat_at
from hats.protocol import DebitRequest
from tests.sandbox import SandboxHat

NOTES = "market-test/notes"
T = TypeVar("T")


def as_owner(alice: SandboxHat, call: Callable[[HatClient, Hat, HatToken], Awaitable[T]]) -> T:
    """One conversation with a HAT in its owner's name."""
    hat = hat_at(alice.domain)

    async def conversation(hats: HatClient) -> T:
        token = await hats.access_token(hat, username=alice.username, password=alice.password)
        return await call(hats, hat, token)

    return converse(conversation)


async def our_token(hats: HatClient, hat: Hat) -> HatToken:
    cluster = hat.cluster
    return await hats.access_token(
        hat, username=cluster.platform_username, password=cluster.platform_password
    )


def a_request(**changes: object) -> DebitRequest:
    unique = str(uuid.uuid4())
    query = {"endpoints": [{"endpoint": NOTES}]}
    usual = DebitRequest(
        debit_id=unique,
        purpose="Audience research",
        start=datetime.now(UTC) - timedelta(seconds=5),
        period=timedelta(days=30),
        bundle={"name": f"mk-{unique}", "bundle": {"notes": query}},
        client_name="HAT Market",
        client_url="https://market.example",
        client_logo_url="https://market.example/logo.svg",
        terms_url="https://market.example/terms/",
    )
    return replace(usual, **changes)
