"""The owner's log-in on the HAT's own pages: a signed cookie for this one host."""

import hashlib
import hmac
from datetime import timedelta

from aiohttp import web

from hats.sandbox.hat import Hat
from hats.sandbox.world import World

COOKIE = "hat_session"
_LIFETIME = timedelta(hours=12)


def start(response: web.Response, *, hat: Hat, world: World) -> None:
    ends = int((world.now() + _LIFETIME).timestamp())
    value = f"{ends}.{_signature(hat, world, ends)}"
    response.set_cookie(COOKIE, value, httponly=True, samesite="Lax", path="/")


def end(response: web.Response) -> None:
    response.del_cookie(COOKIE, path="/")


def is_owner(request: web.BaseRequest, *, hat: Hat, world: World) -> bool:
    ends, _, signature = request.cookies.get(COOKIE, "").partition(".")
    if not ends.isdecimal() or world.now().timestamp() > int(ends):
        return False
    return hmac.compare_digest(signature, _signature(hat, world, int(ends)))


def _signature(hat: Hat, world: World, ends: int) -> str:
    message = f"{hat.domain}/{ends}".encode()
    return hmac.new(world.cookie_secret, message, hashlib.sha256).hexdigest()


def is_from_here(request: web.BaseRequest, *, hat: Hat) -> bool:
    """Whether a form was sent from one of this HAT's own pages."""
    origin = request.headers.get("Origin")
    return origin in {None, f"http://{hat.domain}"}
