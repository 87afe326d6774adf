"""The only requests a sandbox HAT makes itself: to programs on this very machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address

import aiohttp
from aiohttp import hdrs
from yarl import URL

_HERE = "127.0.0.1"


class NotLoopback(Exception):
    """The address leads off this machine; the sandbox asks nobody there."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the other program answered."""

    status: int
    body: bytes


async def ask(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    query: Mapping[str, str] | None = None,
    body: bytes = b"",
    seconds: float,
) -> Reply:
    """Ask once, following no redirect.

    :raises NotLoopback: the address is not on this machine, whatever its name resolves to.
    :raises aiohttp.ClientError: nobody answers there.
    :raises TimeoutError: not within so many seconds.
    """
    address = _address(url).extend_query(query or {})
    sent = {**headers, hdrs.HOST: address.authority}
    timeout = aiohttp.ClientTimeout(total=seconds)
    here = address.with_host(_HERE) if _is_named(address) else address
    async with (
        aiohttp.ClientSession(timeout=timeout) as session,
        session.request(
            method, here, headers=sent, data=body or None, allow_redirects=False
        ) as response,
    ):
        return Reply(response.status, await response.read())


def _address(url: str) -> URL:
    address = URL(url)
    if address.scheme not in {"http", "https"} or not (_is_named(address) or _is_ip(address)):
        raise NotLoopback
    return address


def _is_named(address: URL) -> bool:
    """Names below localhost are looked up nowhere: they are this machine by definition."""
    return f".{address.host or ''}".endswith(".localhost")


def _is_ip(address: URL) -> bool:
    try:
        return ip_address(address.host or "").is_loopback
    except ValueError:
        return False
