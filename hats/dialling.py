"""From a HAT's name to a socket: resolve, judge every answer, pin one, judge again, verify TLS."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from functools import lru_cache
from pathlib import Path

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from hats.clusters import Hat
from hats.networks import judge

Lookup = Callable[[str], Awaitable[list[str]]]
Endpoint = tuple[str, int]


async def ask_dns(host: str) -> list[str]:
    """Return every address the system's resolver gives for a name."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(info[4][0]) for info in found]


class Gate(AbstractResolver):
    """Names to judged, pinned addresses; and a last judgement where the socket is made.

    :param allowed: the exact (address, port) pairs of ``connect_to``, which need not be public.
        DNS can never lead there: only a cluster's configuration does.
    """

    def __init__(self, lookup: Lookup, allowed: frozenset[Endpoint]) -> None:
        self._lookup = lookup
        self._allowed = allowed
        self._pinned: dict[str, str] = {}
        self._configured: dict[str, Endpoint] = {}

    def route(self, hat: Hat, path: str) -> tuple[URL, dict[str, str]]:
        """Return the URL to ask and the Host header, if the URL does not carry it.

        Plain HTTP to a configured address names that address in the URL, so that all its HATs
        share connections. With TLS each connection belongs to one name, as its certificate does.
        """
        cluster = hat.cluster
        if cluster.connect_to is None:
            return URL(hat.origin + path, encoded=True), {}
        if cluster.scheme == "https":
            self._configured[hat.host] = cluster.connect_to
            return URL(hat.origin + path, encoded=True), {}
        address, port = cluster.connect_to
        literal = f"[{address}]" if ":" in address else address
        return URL(f"http://{literal}:{port}{path}", encoded=True), {"Host": hat.identity}

    def forget(self, host: str) -> None:
        """Look the name up afresh next time: its pinned address failed."""
        self._pinned.pop(host, None)

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002  # aiohttp's signature
    ) -> list[ResolveResult]:
        """Return the one address to dial for a name (called by aiohttp)."""
        configured = self._configured.get(host)
        address, port = configured or (await self._pin(host), port)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    async def _pin(self, host: str) -> str:
        if host not in self._pinned:
            addresses = await self._lookup(host)
            if not addresses:
                raise socket.gaierror
            for address in addresses:
                judge(address)
            self._pinned[host] = addresses[0]
        return self._pinned[host]

    def open_socket(self, info: aiohttp.AddrInfoType) -> socket.socket:
        """Judge the address that is about to be dialled, then make its socket."""
        family, kind, protocol, _, where = info
        address, port = str(where[0]), int(where[1])
        if (address, port) not in self._allowed:
            judge(address)
        return socket.socket(family=family, type=kind, proto=protocol)

    async def close(self) -> None:
        """Nothing is held open (called by aiohttp)."""


@lru_cache(maxsize=1)
def tls_context() -> ssl.SSLContext:
    """Return the one context for all HATs: the system's authorities, TLS 1.2 or newer.

    The paths are those compiled into OpenSSL: ``SSL_CERT_FILE`` could add an authority.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    paths = ssl.get_default_verify_paths()
    file, folder = Path(paths.openssl_cafile), Path(paths.openssl_capath)
    if file.is_file():
        context.load_verify_locations(cafile=file)
    if folder.is_dir():
        context.load_verify_locations(capath=folder)
    return context
