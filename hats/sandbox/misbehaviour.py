"""Doing what the faults say, on the socket where that is what it takes."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from aiohttp import hdrs, web

from hats.sandbox import answers, pages
from hats.sandbox.faults import Fault, Kind
from hats.sandbox.hat import Hat
from hats.sandbox.poison import packed_zeros, spoilt_body
from hats.sandbox.routes_debits import not_enabled

Respond = Callable[[], Awaitable[web.Response]]
_PIECE = b'{"endpoint":"sandbox/endless","recordId":"0","data":{}},' * 1000


class Silence(web.StreamResponse):
    """No answer: the connection is already gone."""

    async def prepare(self, request: web.BaseRequest) -> None:
        del request

    async def write_eof(self, data: bytes = b"") -> None:
        del data
        raise ConnectionResetError


async def misbehave(
    fault: Fault,
    *,
    request: web.BaseRequest,
    hat: Hat,
    respond: Respond,
    debit_id: str,
    at: datetime,
) -> web.StreamResponse:
    """Answer with the fault; ``respond`` gives the honest answer if the fault needs it."""
    instead = _INSTEAD.get(fault.kind)
    if instead is not None:
        return instead(fault, debit_id)
    if fault.kind in {Kind.DOWN, Kind.RESET}:
        return _cut(request, hard=fault.kind is Kind.RESET)
    if fault.kind is Kind.ENDLESS:
        return await _endless(request)
    if fault.kind is Kind.SLOW:
        await asyncio.sleep(fault.seconds)
        return await respond()
    if fault.kind is Kind.LATE_ROLE:
        debit = hat.debits.get(debit_id)
        comes_at = debit.created_at + timedelta(seconds=fault.seconds) if debit else at
        return await _late_role(respond, is_late=at < comes_at)
    return await _spoilt(fault, request, await respond())


def _cut(request: web.BaseRequest, *, hard: bool) -> web.StreamResponse:
    transport = request.transport
    if transport is not None:
        if hard:
            _reset_on_close(transport)
        transport.abort()
    return Silence()


def _reset_on_close(transport: asyncio.Transport) -> None:
    """Make the kernel send RST: lingering for no time drops what is unsent."""
    sock = transport.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _html(_fault: Fault, _debit_id: str) -> web.Response:
    return answers.html_answer(pages.front())


def _empty(_fault: Fault, _debit_id: str) -> web.Response:
    return web.Response(status=204)


def _bomb(fault: Fault, _debit_id: str) -> web.Response:
    headers = {hdrs.CONTENT_TYPE: "application/json", hdrs.CONTENT_ENCODING: fault.packing.value}
    return web.Response(body=packed_zeros(fault.packing, fault.megabytes), headers=headers)


def _redirect(fault: Fault, _debit_id: str) -> web.Response:
    return web.Response(status=302, headers={hdrs.LOCATION: fault.to})


def _status(fault: Fault, _debit_id: str) -> web.Response:
    answer = answers.json_answer({"message": "Sandbox", "cause": "Fault"}, status=fault.status)
    if fault.retry_after is not None:
        answer.headers[hdrs.RETRY_AFTER] = str(fault.retry_after)
    return answer


def _unmet(_fault: Fault, _debit_id: str) -> web.Response:
    return answers.json_answer({"conditions": {"sandbox": False}, "bundle": {}})


def _not_enabled(_fault: Fault, debit_id: str) -> web.Response:
    return not_enabled(debit_id).response


def _bundle_malformed(_fault: Fault, debit_id: str) -> web.Response:
    """Answer as HATs of older databases do when a filter does not fit the type of a field."""
    cause = (
        f"Data Debit {debit_id} active bundle malformed: "
        "Invalid bundle format - cannot cast between types to satisfy query"
    )
    return answers.refusal(400, "Data Debit Bundle malformed", cause).response


_INSTEAD: dict[Kind, Callable[[Fault, str], web.Response]] = {
    Kind.HTML200: _html,
    Kind.EMPTY: _empty,
    Kind.BOMB: _bomb,
    Kind.REDIRECT: _redirect,
    Kind.STATUS: _status,
    Kind.CONDITIONS_UNMET: _unmet,
    Kind.NOT_ENABLED: _not_enabled,
    Kind.BUNDLE_MALFORMED: _bundle_malformed,
}


async def _endless(request: web.BaseRequest) -> web.StreamResponse:
    response = web.StreamResponse(headers={hdrs.CONTENT_TYPE: "application/json"})
    response.enable_chunked_encoding()
    await response.prepare(request)
    await response.write(b'{"bundle":{"endless":[')
    while True:
        await response.write(_PIECE)
        await asyncio.sleep(0)


async def _late_role(respond: Respond, *, is_late: bool) -> web.StreamResponse:
    """Refuse the proposer at first: on real HATs the role comes after the answer 201."""
    response = await respond()
    if not is_late or response.status in {401, 403}:
        return response
    return answers.forbidden(None).response


async def _spoilt(
    fault: Fault, request: web.BaseRequest, response: web.Response
) -> web.StreamResponse:
    """Spoil the honest answer on its way out."""
    body = bytes(response.body) if isinstance(response.body, bytes | bytearray) else b""
    if fault.kind is Kind.LOST_ANSWER:
        return _cut(request, hard=False)
    if fault.kind is Kind.DRIP:
        return await _drip(request, response, body, pause=fault.seconds)
    if fault.kind is Kind.WRONG_LENGTH:
        return await _too_short(request, response, body)
    if fault.kind is Kind.WRONG_TYPE:
        response.headers[hdrs.CONTENT_TYPE] = fault.content_type
        return response
    response.body = spoilt_body(fault, body)
    return response


async def _drip(
    request: web.BaseRequest, response: web.Response, body: bytes, *, pause: float
) -> web.StreamResponse:
    dripping = web.StreamResponse(status=response.status, headers=response.headers)
    dripping.content_length = len(body)
    await dripping.prepare(request)
    for place in range(len(body)):
        await dripping.write(body[place : place + 1])
        await asyncio.sleep(pause)
    return dripping


async def _too_short(
    request: web.BaseRequest, response: web.Response, body: bytes
) -> web.StreamResponse:
    """Promise more than is sent, and hang up."""
    short = web.StreamResponse(status=response.status, headers=response.headers)
    short.content_length = len(body) + 1_000
    await short.prepare(request)
    await short.write(body)
    if request.transport is not None:
        request.transport.close()
    return Silence()
