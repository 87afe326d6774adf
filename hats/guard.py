"""The one place where a socket to a HAT is opened.

A HAT's address comes from a person and its answers from a server that person may control. So:
names are resolved by ``hats.dialling``, *all* answers are judged, one is pinned, and the address
that is really dialled is judged again; no redirect, proxy, cookie or ``.netrc`` is followed; the
whole exchange has a deadline, the body a cap, and a compressed body is refused unread.
"""

import asyncio
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

import aiohttp

from hats import constants
from hats.breaker import Breakers
from hats.clusters import Hat, Trusted
from hats.dialling import Gate, Lookup, ask_dns, tls_context
from hats.errors import Broken, HatBroken, HatUnreachable, Unreachable
from hats.networks import ForbiddenAddress
from hats.room import HOLD, LARGE_BYTES

_TOO_MANY_REQUESTS: Final = 429
_SERVER_ERROR: Final = 500
_UNAVAILABLE: Final = 503
_REDIRECTS: Final = (300, 399)
_LONGEST_RETRY_AFTER_SECONDS: Final = 3600.0
_LONGEST_DIGITS: Final = 6

# The first match counts: aiohttp's errors inherit from each other and from OSError.
_REASONS: Final[tuple[tuple[type[BaseException], Unreachable], ...]] = (
    (ForbiddenAddress, Unreachable.FORBIDDEN_ADDRESS),
    (aiohttp.ClientConnectorDNSError, Unreachable.UNKNOWN_NAME),
    (aiohttp.ClientSSLError, Unreachable.TLS),
    (ssl.SSLError, Unreachable.TLS),
    (TimeoutError, Unreachable.TIMEOUT),
    (aiohttp.ClientConnectorError, Unreachable.DOWN),
    (BaseException, Unreachable.RESET),
)
# No trouble, and a HAT that asks for patience, both show that somebody is at home.
_AT_HOME: Final = frozenset({None, Unreachable.BUSY})
# Anybody can type a name that does not exist: that says nothing of the cluster.
_ONLY_THIS_HAT: Final = frozenset({Unreachable.UNKNOWN_NAME, Unreachable.FORBIDDEN_ADDRESS})

HAT_BREAKERS: Final = Breakers(threshold=5)
# A cluster is only ill if HAT after HAT fails with no success in between.
CLUSTER_BREAKERS: Final = Breakers(threshold=100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one exchange may cost; times in seconds.

    :param grace: after this time a body must come at ``slowest_bytes_per_second`` or better.
    :param slow_after: a request this old gives its place in the cluster's queue to the next, so
        that HATs which drip do not keep the others waiting.
    """

    total: float = constants.TOTAL_DEADLINE_SECONDS
    connect: float = constants.CONNECT_DEADLINE_SECONDS
    silence: float = 10.0
    grace: float = 10.0
    slowest_bytes_per_second: int = 1024
    body_bytes: int = constants.MAX_BODY_BYTES
    per_hat: int = constants.PER_HAT_CONCURRENCY
    per_cluster: int = constants.PER_CLUSTER_CONCURRENCY
    slow_after: float = 1.0
    open_sockets: int = 512


USUAL: Final = Bounds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One request to one HAT; the path starts with a slash and is already encoded."""

    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    body_cap: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a HAT answered, below 500 and not 429: those are raised as ``HatUnreachable``."""

    status: int
    content_type: str
    renewed_token: str | None = field(repr=False)
    body: bytes = field(repr=False)


class Outbound:
    """A session for one batch: ``async with Outbound(trusted) as out: await out.ask(…)``.

    Connections are kept open per pinned address while the batch lasts.
    """

    def __init__(
        self,
        trusted: Trusted,
        *,
        bounds: Bounds = USUAL,
        lookup: Lookup = ask_dns,
        tls: ssl.SSLContext | None = None,
        hat_breakers: Breakers = HAT_BREAKERS,
        cluster_breakers: Breakers = CLUSTER_BREAKERS,
    ) -> None:
        self._bounds = bounds
        self._gate = Gate(lookup, trusted.addresses)
        self._tls = tls or tls_context()
        self._breakers = (hat_breakers, cluster_breakers)
        self._per_hat = _Slots(self._bounds.per_hat)
        self._per_cluster = _Slots(self._bounds.per_cluster)

    async def __aenter__(self) -> Self:
        bounds = self._bounds
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=self._gate,
                socket_factory=self._gate.open_socket,
                use_dns_cache=False,
                ssl=self._tls,
                limit=bounds.open_sockets,
                keepalive_timeout=constants.KEEP_ALIVE_SECONDS,
            ),
            timeout=aiohttp.ClientTimeout(
                total=bounds.total, connect=bounds.connect, sock_read=bounds.silence
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"Accept-Encoding": "identity", "User-Agent": "HATMarket/1"},
            auto_decompress=False,
            trust_env=False,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()

    async def ask(self, hat: Hat, question: Question, *, token: str | None = None) -> Reply:
        """Put one question to one HAT, within all bounds; one that is slow keeps nobody waiting.

        :param token: sent with it, if one is given.
        :raises HatUnreachable: it could not be asked or could not answer; try again later.
        :raises HatBroken: redirect, encoded body or body beyond the cap.
        """
        in_cluster = self._per_cluster[hat.cluster.suffix]
        async with self._per_hat[hat.identity]:
            await in_cluster.acquire()
            release = _once(in_cluster.release)
            timer = asyncio.get_running_loop().call_later(self._bounds.slow_after, release)
            try:
                return await self._in_place(hat, question, token)
            finally:
                timer.cancel()
                release()

    async def _in_place(self, hat: Hat, question: Question, token: str | None) -> Reply:
        """Ask, now that there is a place at this HAT and in its cluster, and note what came of it.

        The breakers are asked only here: many may have queued before the HAT began to fail.
        """
        self._refuse_while_resting(hat)
        is_settled = False
        try:
            reply = await self._exchange(hat, question, token)
            is_settled = self._note(hat, None)
        except HatUnreachable as trouble:
            is_settled = self._note(hat, trouble.reason)
            raise
        except HatBroken:
            is_settled = self._note(hat, None)
            raise
        finally:
            if not is_settled:
                self._note_nothing(hat)
        return reply

    def _refuse_while_resting(self, hat: Hat) -> None:
        now = time.monotonic()
        hat_breakers, cluster_breakers = self._breakers
        wait = hat_breakers.wait(hat.identity, at=now)
        if not wait and (wait := cluster_breakers.wait(hat.cluster.suffix, at=now)):
            hat_breakers.abandoned(hat.identity)
        if wait:
            raise HatUnreachable(Unreachable.RESTING, retry_after=wait)

    def _note(self, hat: Hat, trouble: Unreachable | None) -> bool:
        hat_breakers, cluster_breakers = self._breakers
        if trouble in _AT_HOME:
            hat_breakers.succeeded(hat.identity)
            cluster_breakers.succeeded(hat.cluster.suffix)
            return True
        now = time.monotonic()
        self._gate.forget(hat.host)
        hat_breakers.failed(hat.identity, at=now)
        if trouble not in _ONLY_THIS_HAT:
            cluster_breakers.failed(hat.cluster.suffix, at=now)
        return True

    def _note_nothing(self, hat: Hat) -> None:
        hat_breakers, cluster_breakers = self._breakers
        hat_breakers.abandoned(hat.identity)
        cluster_breakers.abandoned(hat.cluster.suffix)

    async def _exchange(self, hat: Hat, question: Question, token: str | None) -> Reply:
        """Send and read; a GET that was cut off is repeated once, within the deadline."""
        url, host_header = self._gate.route(hat, question.path)
        headers = {**question.headers, **host_header}
        if token is not None:
            headers["X-Auth-Token"] = token
        try:
            async with self._session.request(
                question.method,
                url,
                headers=headers,
                data=question.body,
                allow_redirects=False,
                middlewares=None if question.method == "GET" else (_once_only,),
            ) as response:
                return await self._read(response, question.body_cap or self._bounds.body_bytes)
        except (aiohttp.ClientError, ForbiddenAddress, TimeoutError, OSError) as error:
            raise HatUnreachable(_reason(error)) from None

    async def _read(self, response: aiohttp.ClientResponse, cap: int) -> Reply:
        headers = response.headers
        try:
            _refuse_by_head(response)
            body = await self._body(response, cap)
        except BaseException:
            response.close()
            raise
        return Reply(response.status, response.content_type, headers.get("X-Auth-Token"), body)

    async def _body(self, response: aiohttp.ClientResponse, cap: int) -> bytes:
        if (response.content_length or 0) > cap:
            raise HatBroken(Broken.TOO_LARGE, status=response.status)
        pieces: list[bytes] = []
        size = room = 0
        started = time.monotonic()
        while piece := await response.content.readany():
            pieces.append(piece)
            size += len(piece)
            if size > cap:
                raise HatBroken(Broken.TOO_LARGE, status=response.status)
            self._refuse_dripping(size, time.monotonic() - started)
            if size > LARGE_BYTES and not room:
                room = response.content_length or cap
                async with asyncio.timeout(self._bounds.total):  # aiohttp's ends only its own waits
                    await _take_room(room)
        if room:
            _settle_room(room, size)
        return b"".join(pieces)

    def _refuse_dripping(self, size: int, seconds: float) -> None:
        bounds = self._bounds
        if seconds > bounds.grace and size < seconds * bounds.slowest_bytes_per_second:
            raise HatUnreachable(Unreachable.TIMEOUT)


async def _take_room(size: int) -> None:
    """Read on only when memory may hold it; meanwhile the HAT's own sending stands still."""
    if (hold := HOLD.get()) is not None:
        await hold.take(size)


def _settle_room(taken: int, size: int) -> None:
    if (hold := HOLD.get()) is not None:
        hold.settle(taken, size)


def _refuse_by_head(response: aiohttp.ClientResponse) -> None:
    status = response.status
    if status >= _SERVER_ERROR or status == _TOO_MANY_REQUESTS:
        is_busy = status in {_TOO_MANY_REQUESTS, _UNAVAILABLE}
        reason = Unreachable.BUSY if is_busy else Unreachable.SERVER_ERROR
        raise HatUnreachable(reason, retry_after=_retry_after(response))
    if _REDIRECTS[0] <= status <= _REDIRECTS[1]:
        raise HatBroken(Broken.REDIRECT, status=status)
    if response.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise HatBroken(Broken.ENCODED, status=status)


def _retry_after(response: aiohttp.ClientResponse) -> float | None:
    seconds = response.headers.get("Retry-After", "")
    if not (seconds.isascii() and seconds.isdigit()):
        return None
    return min(float(seconds[:_LONGEST_DIGITS]), _LONGEST_RETRY_AFTER_SECONDS)


class _CutOff(aiohttp.ClientError):
    """The connection ended before an answer came."""


async def _once_only(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Keep aiohttp from repeating a PUT or DELETE: to a HAT a second one is not the same again."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
        raise _CutOff from None


def _reason(error: BaseException) -> Unreachable:
    return next(reason for kinds, reason in _REASONS if isinstance(error, kinds))


def _once(call: Callable[[], None]) -> Callable[[], None]:
    calls = [call]
    return lambda: calls.pop()() if calls else None


class _Slots(dict[str, asyncio.Semaphore]):
    """A semaphore per name."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size

    def __missing__(self, name: str) -> asyncio.Semaphore:
        self[name] = semaphore = asyncio.Semaphore(self._size)
        return semaphore
