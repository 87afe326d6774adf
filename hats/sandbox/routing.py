"""Routes of a HAT, and the order in which a request is judged.

Route, query and path, body, token, role, handler: so malformed JSON without a token is 400.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

import orjson
from aiohttp import hdrs, web
from multidict import MultiMapping

from hats.sandbox import answers, pages
from hats.sandbox.access import Caller
from hats.sandbox.hat import Hat
from hats.sandbox.requests import ModelInvalid
from hats.sandbox.roles import Role
from hats.sandbox.world import World

NAMESPACE = r"(?P<namespace>[0-9a-z-]+)"
ENDPOINT = r"(?P<endpoint>[0-9a-z/-]+)"
NAME = r"(?P<name>[0-9a-zA-Z-]+)"
ANY_VERSION = r"/api/v2(?:\.0|\.6)?"
VERSION_26 = r"/api/v2\.6"

Params = Mapping[str, str]
Parsed = TypeVar("Parsed")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request before anybody asked who sends it. ``body`` is parsed JSON."""

    params: Params
    query: MultiMapping[str]
    body: object
    headers: Mapping[str, str]
    at: datetime

    @property
    def accept(self) -> str | None:
        return self.headers.get(hdrs.ACCEPT)


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


@dataclass(frozen=True, slots=True)
class Route(Generic[Parsed]):
    """One method and path.

    :param parse: reads query and body; may raise ``ModelInvalid`` or ``Refusal``.
    :param allows: who may; ``None`` for routes that need no token.
    """

    name: str
    method: str
    path: re.Pattern[str]
    handle: Callable[[Call[Parsed]], web.Response]
    parse: Callable[[Incoming], Parsed]
    allows: Allows | None
    takes_body: bool


def nothing(_incoming: Incoming) -> None:
    return None


def raw_body(incoming: Incoming) -> object:
    return incoming.body


def needs(*roles: Callable[[Params], Role] | Role) -> Allows:
    """Ask for one of these roles; the owner always passes, by the HAT's own rule."""

    def allows(caller: Caller, params: Params) -> bool:
        return caller.may(*(role if isinstance(role, Role) else role(params) for role in roles))

    return allows


def any_token(_caller: Caller, _params: Params) -> bool:
    return True


def route(
    name: str,
    method: str,
    path: str,
    handle: Callable[[Call[Parsed]], web.Response],
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


def parsed_or_refused(found: Route[Parsed], incoming: Incoming) -> Parsed:
    try:
        return found.parse(incoming)
    except ModelInvalid as invalid:
        raise answers.model_invalid(invalid.faults, accept=incoming.accept) from invalid


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
