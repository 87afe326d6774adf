"""Reading what a HAT tells of itself: tokens, sources, status, version."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from hats.answers.shapes import (
    as_lists,
    as_number,
    as_object,
    as_optional_text,
    as_text,
    read_list,
    shaped,
)
from hats.constants import ENDPOINT, MAX_TOKEN_BYTES, TOKEN
from hats.errors import Broken, HatBroken
from hats.protocol import StatusItem
from hats.strictjson import strict_json


def read_access_token(body: bytes) -> str:
    """Return the token of ``GET /users/access_token`` and its like.

    :raises HatBroken: there is none, or it cannot be one.
    """
    token = as_object(strict_json(body)).get("accessToken")
    if not isinstance(token, str) or not is_token(token):
        raise HatBroken(Broken.WRONG_SHAPE, detail="access_token")
    return token


def is_token(text: str) -> bool:
    """Whether this may be sent in a header: three parts of base64url, and not too long."""
    return len(text) <= MAX_TOKEN_BYTES and TOKEN.fullmatch(text) is not None


def read_acknowledgement(body: bytes) -> None:
    """Check that a HAT says ``{"message": …}``; what it says is not kept.

    :raises HatBroken: it says something else.
    """
    _message(body)


def _message(body: bytes) -> str:
    return as_text(as_object(strict_json(body)).get("message"))


def read_login_address(body: bytes, *, redirect: str) -> str:
    """Return the message of ``GET /control/v2/auth/hatlogin``: ``redirect`` with a token in it.

    The HAT writes the query anew; scheme, host and path must be those asked for.

    :raises HatBroken: there is none, or it leads elsewhere.
    """
    address = _message(body)
    with shaped("address"):
        meant, said = urlsplit(redirect), urlsplit(address)
    if said[:3] != meant[:3]:
        raise HatBroken(Broken.WRONG_SHAPE, detail="address")
    return address


def read_sources(body: bytes) -> frozenset[str]:
    """Return which endpoints hold data, as ``namespace/endpoint``.

    :raises HatBroken: the body is not an object of lists of names.
    """
    found = as_lists(as_object(strict_json(body)))
    names = (
        f"{namespace}/{name}"
        for namespace, names in found.items()
        for name in names
        if isinstance(name, str)
    )
    return frozenset(name for name in names if ENDPOINT.fullmatch(name))


def read_status(body: bytes) -> list[StatusItem]:
    """Return the lines of ``GET system/status``.

    :raises HatBroken: the body is not a list of them.
    """
    return read_list(body, "status", _status_item)


def _status_item(answer: Mapping[str, object]) -> StatusItem:
    kind = as_object(answer["kind"])
    metric = kind["metric"]
    return StatusItem(
        title=as_text(answer["title"]),
        metric=metric if isinstance(metric, str) else as_number(metric),
        units=as_optional_text(kind.get("units")),
    )


def read_health(body: bytes) -> bool:
    """Whether ``GET /healthz`` says that all is well.

    :raises HatBroken: it says nothing of the kind.
    """
    return as_text(as_object(strict_json(body)).get("Status")) == "OK"


def read_version(body: bytes) -> str:
    """Return what the HAT's software calls itself, as ``v2.8.18``.

    :raises HatBroken: it does not say.
    """
    return as_text(as_object(strict_json(body)).get("Version"))
