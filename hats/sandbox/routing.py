"""Routes of a HAT, and the order in which a request is judged.

Route, query and path, body, token, role, handler: so malformed JSON without a token is 400.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

import orjson
from aiohttp import hdrs, web
from multidict import MultiMapping

from hats.sandbox import answers, pages
from hats.sandbox.access import Caller
from hats.sandbox.hat import Hat
from hats.sandbox.requests import HatFails, ModelInvalid
from hats.sandbox.roles import Role
from hats.sandbox.world import World

NAMESPACE = r"(?P<namespace>[0-9a-z-]+)"
ENDPOINT = r"(?P<endpoint>[0-9a-z/-]+)"
NAME = r"(?P<name>[0-9a-zA-Z-]+)"
ANY_VERSION = r"/api/v2(?:\.0|\.6)?"
VERSION_2 = r"/api/v2(?:\.0)?"
VERSION_26 = r"/api/v2\.6"
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,10}")
_LARGEST_NUMBER = 2**31 - 1  # HATs read 32 bits.

Params = Mapping[str, str]
Parsed = TypeVar("Parsed")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request before anybody asked who sends it.

    :param raw: the body, read only for routes that take one.
    :param is_strict: whether the sandbox refuses what only it would let pass.
    """

    params: Params
    query: MultiMapping[str]
    raw: bytes
    headers: Mapping[str, str]
    at: datetime
    is_strict: bool = False

    @property
    def accept(self) -> str | None:
        return self.headers.get(hdrs.ACCEPT)

    @property
    def body(self) -> object:
        """The body as JSON; read it after the query, which HATs judge first.

        :raises Refusal: not JSON by its header (415, always HTML) or by its bytes (400).
        """
        content_type = self.headers.get(hdrs.CONTENT_TYPE, "").partition(";")[0].strip().lower()
        return read_json(self.raw, content_type=content_type, accept=self.accept)


@dataclass(frozen=True, slots=True)
class Call(Generic[Parsed]):
    """A request that may be handled."""

    world: World
    hat: Hat
    incoming: Incoming
    parsed: Parsed
    caller: Caller | None

    @property
    def who(self) -> Caller:
        """The caller; only for routes that ask for a role or a token."""
        assert self.caller is not None
        return self.caller

    @property
    def params(self) -> Params:
        return self.incoming.params

    @property
    def at(self) -> datetime:
        return self.incoming.at


Allows = Callable[[Caller, Params], bool]
Answer = web.Response | Awaitable[web.Response]


@dataclass(frozen=True, slots=True)
class Route(Generic[Parsed]):
    """One method and path.

    :param parse: reads query and body; may raise ``ModelInvalid`` or ``Refusal``.
    :param allows: who may; ``None`` for routes that need no token.
    """

    name: str
    method: str
    path: re.Pattern[str]
    handle: Callable[[Call[Parsed]], Answer]
    parse: Callable[[Incoming], Parsed]
    allows: Allows | None
    takes_body: bool


def nothing(_incoming: Incoming) -> None:
    return None


def needs(*roles: Callable[[Params], Role] | Role) -> Allows:
    """Ask for one of these roles; the owner always passes, by the HAT's own rule."""

    def allows(caller: Caller, params: Params) -> bool:
        return caller.may(*(role if isinstance(role, Role) else role(params) for role in roles))

    return allows


def owner_in_person(caller: Caller, _params: Params) -> bool:
    """Whether it is the owner with a token of his own, not an application in his name."""
    return not caller.is_application and caller.account.is_owner and caller.may()


def any_token(_caller: Caller, _params: Params) -> bool:
    return True


def route(
    name: str,
    method: str,
    path: str,
    handle: Callable[[Call[Parsed]], Answer],
    *,
    parse: Callable[[Incoming], Parsed],
    allows: Allows | None,
    takes_body: bool = False,
) -> Route[Parsed]:
    return Route(name, method, re.compile(path), handle, parse, allows, takes_body)


def required_query(incoming: Incoming, name: str) -> str:
    """Read a parameter.

    :raises Refusal: it is missing.
    """
    if name not in incoming.query:
        raise answers.bad_request(f"Missing parameter: {name}", accept=incoming.accept)
    return incoming.query[name]


def flag_in_query(incoming: Incoming, name: str) -> bool:
    """Read a parameter that is true or false; absent: false.

    :raises Refusal: it is neither.
    """
    text = incoming.query.get(name, "false")
    if text not in {"true", "false", "1", "0"}:
        message = f"Cannot parse parameter {name} as Boolean: should be true, false, 0 or 1"
        raise answers.bad_request(message, accept=incoming.accept)
    return text in {"true", "1"}


def number_in_query(incoming: Incoming, name: str, *, usual: int) -> int:
    """Read a whole number.

    :raises Refusal: it is none, or below zero, which a HAT's database refuses.
    """
    text = incoming.query.get(name, str(usual))
    if not _WHOLE_NUMBER.fullmatch(text) or abs(int(text)) > _LARGEST_NUMBER:
        message = f'Cannot parse parameter {name} as Int: For input string: "{text}"'
        raise answers.bad_request(message, accept=incoming.accept)
    if int(text) < 0:
        raise answers.server_error(incoming.accept)
    return int(text)


def check_uuid(text: str, *, name: str, incoming: Incoming) -> str:
    """Let a parameter pass that is a UUID.

    :raises Refusal: it is none.
    """
    if not _UUID.fullmatch(text):
        message = f"Cannot parse parameter {name} as UUID: Invalid UUID string: {text}"
        raise answers.bad_request(message, accept=incoming.accept)
    return text.lower()


def parsed_or_refused(found: Route[Parsed], incoming: Incoming) -> Parsed:
    try:
        return found.parse(incoming)
    except ModelInvalid as invalid:
        raise answers.model_invalid(invalid.faults, accept=incoming.accept) from invalid
    except HatFails as failure:
        raise answers.server_error(incoming.accept) from failure


def read_json(raw: bytes, *, content_type: str, accept: str | None) -> object:
    """Parse a body.

    :raises Refusal: not JSON by its header (415, always HTML) or by its bytes (400).
    """
    if content_type != "application/json":
        page = pages.problem("415 Unsupported media type")
        raise answers.Refusal(answers.html_answer(page, status=415))
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise answers.bad_request(f"Invalid Json: {error.msg}", accept=accept) from error
