"""The server: finds the HAT, the route and the caller, and keeps the order of judgement."""

import asyncio
import logging
from typing import Any

import orjson
from aiohttp import StreamReader, hdrs, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import RawRequestMessage
from aiohttp.web_protocol import RequestHandler

from hats.sandbox import (
    answers,
    owner_pages,
    pages,
    routes_accounts,
    routes_applications,
    routes_bundles,
    routes_data,
    routes_debits,
    routes_files,
    routes_identity,
    routes_older_debits,
    routes_passwords,
    routes_system,
)
from hats.sandbox.access import Caller
from hats.sandbox.control import PREFIX, control
from hats.sandbox.faults import Fault, Faults
from hats.sandbox.hat import Hat
from hats.sandbox.misbehaviour import misbehave
from hats.sandbox.routes_identity import LoginLimit, too_many_logins
from hats.sandbox.routing import (
    Call,
    Incoming,
    Route,
    parsed_or_refused,
)
from hats.sandbox.world import World

logger = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"
_LARGEST_BODY = 10 * 1024 * 1024
_TOKEN = "X-Auth-Token"  # noqa: S105 - the name of a header
_WORTH = 1024  # Shorter bodies grow when they are compressed, or nearly so.
_CORS_HEADERS = (
    "X-Auth-Token, Content-Type, Accept, Cache-Control, username, password, X-Requested-With"
)


AnyRoute = Route[Any]
ROUTES: tuple[AnyRoute, ...] = (
    *routes_debits.ROUTES,
    *routes_data.ROUTES,
    *routes_bundles.ROUTES,
    *routes_older_debits.ROUTES,
    *routes_identity.ROUTES,
    *routes_applications.ROUTES,
    *routes_files.ROUTES,
    *routes_system.ROUTES,
    *routes_passwords.ROUTES,
    *routes_accounts.ROUTES,
)


class SandboxServer:
    """Serves a world on loopback."""

    def __init__(self, world: World, *, faults: Faults) -> None:
        self._world, self._faults = world, faults
        self._logins = LoginLimit()
        self._routes: dict[str, list[AnyRoute]] = {}
        for found in ROUTES:
            self._routes.setdefault(found.method, []).append(found)

    async def serve(self, *, ready: asyncio.Event, stop: asyncio.Event) -> None:
        """Serve until ``stop`` is set; ``ready`` is set as soon as connections are taken."""
        server = web.Server(self.handle, request_factory=_request, access_log=None)
        loop = asyncio.get_running_loop()
        listener = await loop.create_server(
            server, LOOPBACK, self._world.options.port, backlog=1024
        )
        ready.set()
        await stop.wait()
        listener.close()
        await server.shutdown(timeout=1)
        await listener.wait_closed()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            return await self._handle(request)
        except answers.Refusal as refusal:
            return refusal.response
        except (ConnectionError, asyncio.CancelledError):
            raise
        except Exception:
            logger.exception("sandbox.failed", extra={"route": request.path})
            return answers.server_error(request.headers.get(hdrs.ACCEPT)).response

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        if path.startswith(PREFIX):
            return await control(request, world=self._world, faults=self._faults)
        hat = self._world.hat(request.headers.get(hdrs.HOST, ""))
        if hat is None:
            accept = request.headers.get(hdrs.ACCEPT)
            raise answers.framework_error(404, "Not Found", "HAT unavailable", accept=accept)
        hat.rotate_key(self._faults.rotations(hat.domain))
        found, params = self._route(request.method, path)
        name = found.name if found else "page"
        fault = self._faults.next_for(hat.domain, name) if self._faults.rules else None
        if fault is None:
            return _packed(await self._respond(request, hat, found, params), request)
        return await self._misbehave(fault, request, hat, found, params)

    async def _misbehave(
        self,
        fault: Fault,
        request: web.BaseRequest,
        hat: Hat,
        found: AnyRoute | None,
        params: dict[str, str],
    ) -> web.StreamResponse:
        async def respond() -> web.Response:
            try:
                return await self._respond(request, hat, found, params)
            except answers.Refusal as refusal:
                return refusal.response

        return await misbehave(
            fault,
            request=request,
            hat=hat,
            respond=respond,
            debit_id=params.get("name", ""),
            at=self._world.now(),
        )

    def _route(self, method: str, path: str) -> tuple[AnyRoute | None, dict[str, str]]:
        for found in self._routes.get(method, ()):
            match = found.path.fullmatch(path)
            if match:
                return found, match.groupdict()
        return self._route("GET", path) if method == "HEAD" else (None, {})

    async def _respond(
        self,
        request: web.BaseRequest,
        hat: Hat,
        found: AnyRoute | None,
        params: dict[str, str],
    ) -> web.Response:
        if found is None or _is_preflight(request):
            return await self._page(request, hat)
        try:
            raw = await _read(request) if found.takes_body else b""
            incoming = Incoming(
                params, request.query, raw, request.headers, self._world.now(),
                is_strict=self._world.options.is_strict,
            )  # fmt: skip
            response, caller = await self._called(request, hat, found, incoming)
        except answers.Refusal as refusal:
            response, caller = refusal.response, None
        if caller is not None and self._world.options.renews_tokens:
            response.headers.setdefault(_TOKEN, hat.renewed(caller, at=incoming.at))
        return _shared_with_browsers(response, request)

    async def _called(
        self, request: web.BaseRequest, hat: Hat, found: AnyRoute, incoming: Incoming
    ) -> tuple[web.Response, Caller | None]:
        """Judge in the order HATs do; the caller comes back too, for the renewal of the token."""
        parsed = parsed_or_refused(found, incoming)
        token = _token(incoming)
        caller = hat.caller(token, at=incoming.at) if token else None
        if found.allows is not None and caller is None:
            raise answers.not_authenticated(incoming.accept)
        if found.name == "access_token":
            self._check_login_rate(request, hat, incoming)
        try:
            if found.allows is not None and caller and not found.allows(caller, incoming.params):
                raise answers.forbidden(incoming.accept)
            answer = found.handle(Call(self._world, hat, incoming, parsed, caller))
            response = answer if isinstance(answer, web.Response) else await answer
        except answers.Refusal as refusal:
            response = refusal.response
        return response, caller

    def _check_login_rate(self, request: web.BaseRequest, hat: Hat, incoming: Incoming) -> None:
        if not self._world.options.limits_logins:
            return
        forwarded = request.headers.get(hdrs.X_FORWARDED_FOR, request.remote or "")
        client = forwarded.rpartition(",")[2].strip()
        if not self._logins.allows(hat.domain, client, at=incoming.at):
            raise too_many_logins()

    async def _page(self, request: web.BaseRequest, hat: Hat) -> web.Response:
        """Serve the owner's pages; every other GET is the front page, as on real HATs."""
        if request.method == "OPTIONS":
            return _shared_with_browsers(web.Response(status=200), request)
        page = await owner_pages.respond(request, hat=hat, world=self._world)
        if page is not None:
            return page
        if request.method in {"GET", "HEAD"}:
            return answers.html_answer(pages.front())
        message = f"Request handler at {request.method}:{request.path} does not exist"
        raise answers.framework_error(
            404, "Handler Not Found", message, accept=request.headers.get(hdrs.ACCEPT)
        )


def _request(
    message: RawRequestMessage,
    payload: StreamReader,
    protocol: RequestHandler,
    writer: AbstractStreamWriter,
    task: asyncio.Task[None],
) -> web.BaseRequest:
    """Make a request that may carry as much as HATs take; aiohttp's own limit is a tenth."""
    loop = asyncio.get_running_loop()
    return web.BaseRequest(
        message, payload, protocol, writer, task, loop, client_max_size=_LARGEST_BODY
    )


def _is_preflight(request: web.BaseRequest) -> bool:
    return request.method == "OPTIONS" and hdrs.ACCESS_CONTROL_REQUEST_METHOD in request.headers


async def _read(request: web.BaseRequest) -> bytes:
    """Read the body.

    :raises Refusal: it is longer than HATs take; they say so in HTML.
    """
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        page = pages.problem("413 Request entity too large")
        raise answers.Refusal(answers.html_answer(page, status=413)) from error


def _token(incoming: Incoming) -> str | None:
    """Find the token in the header, the query, or the body; HATs look in all three."""
    return incoming.headers.get(_TOKEN) or incoming.query.get(_TOKEN) or _token_in_body(incoming)


def _token_in_body(incoming: Incoming) -> str | None:
    if _TOKEN.encode() not in incoming.raw:
        return None
    try:
        token = orjson.loads(incoming.raw).get(_TOKEN)
    except (orjson.JSONDecodeError, AttributeError):
        return None
    return token if isinstance(token, str) else None


def _packed(response: web.Response, request: web.BaseRequest) -> web.Response:
    """Compress what is worth it, for those who ask for it."""
    if "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, "") and _length(response) > _WORTH:
        response.enable_compression(web.ContentCoding.gzip)
        response.headers.add(hdrs.VARY, hdrs.ACCEPT_ENCODING)
    return response


def _length(response: web.Response) -> int:
    return len(response.body) if isinstance(response.body, bytes | bytearray) else 0


def _shared_with_browsers(response: web.Response, request: web.BaseRequest) -> web.Response:
    """Let other origins read the answer and the renewed token in it."""
    origin = request.headers.get(hdrs.ORIGIN)
    if origin:
        response.headers.update(
            {
                hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: origin,
                hdrs.ACCESS_CONTROL_ALLOW_CREDENTIALS: "true",
                hdrs.ACCESS_CONTROL_EXPOSE_HEADERS: _TOKEN,
                hdrs.ACCESS_CONTROL_ALLOW_HEADERS: _CORS_HEADERS,
                hdrs.ACCESS_CONTROL_ALLOW_METHODS: "GET, POST, PUT, PATCH, DELETE, OPTIONS",
                hdrs.VARY: "Origin",
            }
        )
    return response
