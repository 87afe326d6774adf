"""One question to one HAT: the token's renewal, and what a refusal means."""

from collections.abc import Mapping
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlencode

import orjson

from hats import answers
from hats.clusters import Hat
from hats.errors import (
    Broken,
    HatBroken,
    HatDuplicate,
    HatOutcomeUnknown,
    HatRefused,
    HatTokenExpired,
    HatUnreachable,
    Unreachable,
)
from hats.guard import Outbound, Question, Reply

JSON: Final = {"Accept": "application/json"}
JSON_BODY: Final = {**JSON, "Content-Type": "application/json"}

OK: Final = 200
CREATED: Final = 201
BAD_REQUEST: Final = 400
UNAUTHENTICATED: Final = 401
FORBIDDEN: Final = 403
NOT_FOUND: Final = 404
SERVER_ERROR: Final = 500

# The request may have arrived although no answer did; in all other cases it was not sent, or the
# HAT said that it was not done.
_MAY_HAVE_ARRIVED: Final = frozenset(
    {Unreachable.TIMEOUT, Unreachable.RESET, Unreachable.SERVER_ERROR}
)

_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})

Query = Mapping[str, str] | tuple[tuple[str, str], ...]


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


def get(path: str, query: Query = ()) -> Question:
    """Return a question that reads; some of the HAT's own GETs also change something."""
    return Question(path=_with_query(path, query), headers=JSON)


def send(method: str, path: str, body: object) -> Question:
    """Return a question that carries JSON."""
    return Question(method=method, path=path, headers=JSON_BODY, body=orjson.dumps(body))


def without_body(method: str, path: str, query: Query = ()) -> Question:
    """Return a question that changes something by its address alone."""
    return Question(method=method, path=_with_query(path, query), headers=JSON)


def _with_query(path: str, query: Query) -> str:
    return f"{path}?{urlencode(query)}" if query else path


class Speaker:
    """What all parts of the client share: the way out, the token, the errors."""

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

    async def _ask(self, hat: Hat, question: Question, *, token: HatToken | None = None) -> Reply:
        """Ask, with the token if one is given, and keep the token's renewal.

        :raises HatUnreachable: try again later.
        :raises HatOutcomeUnknown: the same, but what was sent may have been written.
        :raises HatBroken: nothing of the answer can be used.
        """
        try:
            reply = await self._outbound.ask(hat, question, token=token.value if token else None)
        except HatUnreachable as trouble:
            if question.method not in _READING and trouble.reason in _MAY_HAVE_ARRIVED:
                raise HatOutcomeUnknown(trouble.reason, retry_after=trouble.retry_after) from None
            raise
        if token is not None and reply.renewed_token and answers.is_token(reply.renewed_token):
            token.value = reply.renewed_token
        return reply

    async def _ask_for(
        self, hat: Hat, question: Question, *, token: HatToken | None = None, status: int = OK
    ) -> bytes:
        """Ask, and return the body of the answer hoped for.

        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: another status, or a broken answer.
        """
        return expect(await self._ask(hat, question, token=token), status)

    async def _say(
        self, hat: Hat, question: Question, *, token: HatToken, status: int = OK
    ) -> None:
        """Ask for something that is answered by a mere acknowledgement.

        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: another status, or a broken answer.
        """
        body = await self._ask_for(hat, question, token=token, status=status)
        answers.read_acknowledgement(body)

    async def _ask_twice(self, hat: Hat, question: Question, *, token: HatToken) -> Reply:
        """Ask what may be asked twice: a HAT that fails is asked once more, then never again.

        Real HATs answer 500 where others would refuse (hat-protocol §2).

        :raises HatRefused: it failed twice (``server_error``).
        :raises HatUnreachable: try again later.
        """
        for _ in range(2):
            try:
                return await self._ask(hat, question, token=token)
            except HatUnreachable as trouble:
                if trouble.reason is not Unreachable.SERVER_ERROR:
                    raise
        raise HatRefused(status=SERVER_ERROR, reason="server_error")


def expect(reply: Reply, status: int) -> bytes:
    """Return the body of the answer hoped for.

    :raises HatRefused: another status, or not JSON: unknown paths answer 200 with HTML.
    """
    if reply.status != status:
        raise refusal(reply)
    if reply.content_type != "application/json":
        is_html = reply.content_type == "text/html"
        reason = Broken.HTML if is_html else Broken.WRONG_SHAPE
        raise HatBroken(reason, status=reply.status, detail="" if is_html else "content_type")
    return reply.body


def refusal(reply: Reply) -> HatRefused | HatUnreachable:
    """Return what another answer than the one hoped for means."""
    if reply.status == UNAUTHENTICATED:
        return HatTokenExpired()
    problem = answers.read_problem(reply.status, reply.body)
    if problem.reason == "too_many_requests":
        return HatUnreachable(Unreachable.BUSY)
    if problem.reason == "duplicate_data":
        return HatDuplicate()
    return HatRefused(status=reply.status, reason=problem.reason, fields=problem.fields)
