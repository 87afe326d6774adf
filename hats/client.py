"""What the market says to a HAT, and what each answer means.

One ``HatClient`` serves one batch of any number of HATs::

    async with HatClient(Outbound(trusted)) as hats:
        hat = trusted.hat_at("alice.hubat.net")
        values = await hats.values(hat, token=token, debit_id=debit_id)

From synchronous code: ``converse(lambda hats: hats.public_key(hat), hats=HatClient(…))``. Two
kinds of failure: ``HatUnreachable`` (try again later, perhaps after ``retry_after``) and
``HatRefused`` (stop).
Exceptions and results never carry text of the HAT's answer.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Final, Self, TypeVar
from urllib.parse import quote

import orjson

from hats import answers
from hats.clusters import Hat
from hats.constants import API, DEBIT_ID, ENDPOINT, MAX_KEY_BYTES
from hats.errors import (
    Broken,
    HatBroken,
    HatConflict,
    HatRefused,
    HatTokenExpired,
    HatUnreachable,
    Unreachable,
)
from hats.guard import Outbound, Question, Reply
from hats.protocol import DebitRequest, DebitState, Outcome, Record, Values

T = TypeVar("T")

_JSON: Final = {"Accept": "application/json"}
_JSON_BODY: Final = {**_JSON, "Content-Type": "application/json"}
_OK: Final = 200
_CREATED: Final = 201
_BAD_REQUEST: Final = 400
_UNAUTHENTICATED: Final = 401
_FORBIDDEN: Final = 403
_NOT_FOUND: Final = 404
# The role that lets us read a debit is granted a moment after it was created.
_ROLE_GRANT_SECONDS: Final = 5.0


class HatToken:
    """A token for one HAT, replaced in place whenever the HAT renews it.

    After a conversation, keep ``value`` if ``is_renewed``.
    """

    __slots__ = ("_first", "value")

    def __init__(self, value: str) -> None:
        self.value = self._first = value

    def __repr__(self) -> str:
        return "HatToken(…)"

    @property
    def is_renewed(self) -> bool:
        """Whether the HAT has sent a newer token."""
        return self.value != self._first


class Proposed(StrEnum):
    """How a debit came to be on the HAT."""

    NOW = "now"
    ALREADY = "already"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A debit that is on the HAT as we meant it."""

    proposed: Proposed
    state: DebitState


class HatClient:
    """Speaks to HATs for one batch or session; use as an asynchronous context manager."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    async def __aenter__(self) -> Self:
        await self._outbound.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._outbound.__aexit__(kind, error, trace)

    async def public_key(self, hat: Hat) -> str:
        """Return the HAT's public key as PEM text; ``hats.tokens`` says whether to trust it.

        :raises HatUnreachable: try again later.
        :raises HatRefused: there is no such HAT (404), or what it sent is no key.
        """
        question = Question(
            path="/publickey", headers={"Accept": "text/plain"}, body_cap=MAX_KEY_BYTES
        )
        reply = await self._ask(hat, question)
        if reply.status != _OK:
            raise _refusal(reply)
        if reply.content_type != "text/plain" or not reply.body.isascii():
            raise HatBroken(Broken.BAD_KEY)
        return reply.body.decode("ascii")

    async def access_token(self, hat: Hat, *, username: str, password: str) -> HatToken:
        """Log an account in on a HAT (hat-protocol §1.2).

        :raises HatUnreachable: try again later.
        :raises HatRefused: wrong account (reason ``credentials``), or a broken answer.
        """
        headers = {
            **_JSON,
            "username": quote(username, safe=""),
            "password": quote(password, safe=""),
        }
        reply = await self._ask(hat, Question(path="/users/access_token", headers=headers))
        if reply.status == _UNAUTHENTICATED:
            raise HatRefused(status=_UNAUTHENTICATED, reason="credentials")
        return HatToken(answers.read_access_token(_expect(reply, _OK)))

    async def propose_debit(self, hat: Hat, *, token: HatToken, request: DebitRequest) -> Proposal:
        """Register a data debit; harmless to repeat after an unknown outcome.

        The HAT answers 400 to a debit id or bundle name it knows: then the debit is read back and
        compared.

        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        :raises HatConflict: another debit or bundle stands in the way.
        :raises HatRefused: the HAT does not take it.
        """
        reply = await self._ask(
            hat,
            Question(
                method="POST",
                path=_debit_path(request.debit_id),
                headers=_JSON_BODY,
                body=orjson.dumps(request.to_json()),
            ),
            token=token,
        )
        if _exists_already(reply):
            return await self._read_back(hat, token=token, request=request)
        state = answers.read_debit(_expect(reply, _CREATED))
        if not state.is_as_proposed(request):
            raise HatConflict(reason="stored_differently")
        return Proposal(Proposed.NOW, state)

    async def _read_back(self, hat: Hat, *, token: HatToken, request: DebitRequest) -> Proposal:
        try:
            state = await self.debit(hat, token=token, debit_id=request.debit_id)
        except HatRefused as refusal:
            if refusal.status == _FORBIDDEN:
                raise HatUnreachable(Unreachable.BUSY, retry_after=_ROLE_GRANT_SECONDS) from None
            if refusal.status == _NOT_FOUND:
                raise HatConflict(reason="bundle_exists") from None
            raise
        if not state.is_as_proposed(request):
            raise HatConflict(reason="debit_exists")
        return Proposal(Proposed.ALREADY, state)

    async def debit(self, hat: Hat, *, token: HatToken, debit_id: str) -> DebitState:
        """Return a debit as the HAT has it now; the only way to learn what its owner decided.

        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: 403 not ours (or not yet: the role is granted a moment after the
            proposal), 404 unknown, or a broken answer.
        """
        question = Question(path=_debit_path(debit_id), headers=_JSON)
        reply = await self._ask(hat, question, token=token)
        return answers.read_debit(_expect(reply, _OK))

    async def values(self, hat: Hat, *, token: HatToken, debit_id: str) -> Values:
        """Read the values of a debit. Every answer that arrives is a result, not an exception.

        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        """
        question = Question(path=f"{_debit_path(debit_id)}/values", headers=_JSON)
        try:
            reply = await self._ask(hat, question, token=token)
            if reply.status != _OK:
                return _no_values(reply)
            return answers.read_values(_expect(reply, _OK))
        except HatBroken as broken:
            reason = f"{broken.reason}:{broken.detail}" if broken.detail else broken.reason
            return Values(outcome=Outcome.BROKEN, reason=reason)

    async def sources(self, hat: Hat, *, token: HatToken) -> frozenset[str]:
        """Return which endpoints hold data, as ``namespace/endpoint``.

        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: this token may not ask, or a broken answer.
        """
        question = Question(path=f"{API}/data/sources", headers=_JSON)
        reply = await self._ask(hat, question, token=token)
        return answers.read_sources(_expect(reply, _OK))

    async def data(  # one keyword a query parameter
        self,
        hat: Hat,
        *,
        token: HatToken,
        endpoint: str,
        take: int = 1000,
        skip: int = 0,
        newest_first: bool = False,
    ) -> list[Record]:
        """Return records of one endpoint (``namespace/name``) by age; odd ones are left out.

        :param take: at most this many records; the HAT's own default is 1000.
        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: this token may not read the namespace (403), or a broken answer.
        """
        if not ENDPOINT.fullmatch(endpoint):
            raise ValueError("not an endpoint of a HAT")
        ordering = "descending" if newest_first else "ascending"
        path = f"{API}/data/{endpoint}?take={take}&skip={skip}&ordering={ordering}"
        reply = await self._ask(hat, Question(path=path, headers=_JSON), token=token)
        return answers.read_records(_expect(reply, _OK))

    async def _ask(self, hat: Hat, question: Question, *, token: HatToken | None = None) -> Reply:
        """Ask, with the token if one is given, and keep the token's renewal."""
        reply = await self._outbound.ask(hat, question, token=token.value if token else None)
        if token is not None and reply.renewed_token and answers.is_token(reply.renewed_token):
            token.value = reply.renewed_token
        return reply


def converse(call: Callable[[HatClient], Awaitable[T]], *, hats: HatClient) -> T:
    """Open a client for one conversation from synchronous code, and close it again."""

    async def conversation() -> T:
        async with hats:
            return await call(hats)

    return asyncio.run(conversation())


def _debit_path(debit_id: str) -> str:
    if not DEBIT_ID.fullmatch(debit_id):
        raise ValueError("not the id of a debit")
    return f"{API}/data-debit/{debit_id}"


def _expect(reply: Reply, status: int) -> bytes:
    """Return the body of the answer hoped for.

    :raises HatRefused: another status, or not JSON: unknown paths answer 200 with HTML.
    """
    if reply.status != status:
        raise _refusal(reply)
    if reply.content_type != "application/json":
        is_html = reply.content_type == "text/html"
        reason = Broken.HTML if is_html else Broken.WRONG_SHAPE
        raise HatBroken(reason, status=reply.status, detail="" if is_html else "content_type")
    return reply.body


def _exists_already(reply: Reply) -> bool:
    return reply.status == _BAD_REQUEST and answers.problem(reply.status, reply.body) in {
        "debit_exists",
        "bundle_exists",
    }


def _refusal(reply: Reply) -> Exception:
    if reply.status == _UNAUTHENTICATED:
        return HatTokenExpired()
    reason = answers.problem(reply.status, reply.body)
    if reason == "too_many_requests":
        return HatUnreachable(Unreachable.BUSY)
    return HatRefused(status=reply.status, reason=reason)


def _no_values(reply: Reply) -> Values:
    if reply.status == _UNAUTHENTICATED:
        raise HatTokenExpired
    reason = answers.problem(reply.status, reply.body)
    outcomes = {_FORBIDDEN: Outcome.FORBIDDEN, _NOT_FOUND: Outcome.UNKNOWN}
    outcome = outcomes.get(reply.status, Outcome.BROKEN)
    if reply.status == _BAD_REQUEST and reason == "not_enabled":
        outcome = Outcome.NOT_ENABLED
    return Values(outcome=outcome, reason=reason)
