"""The page and the addresses by which HATs are made by hand. They belong to no HAT."""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

import orjson
from aiohttp import hdrs, web

from hats.sandbox import answers, pages, pages_making
from hats.sandbox.handmade import HatNotMade, NoSuchHat, Wish
from hats.sandbox.hat import Hat
from hats.sandbox.world import World

PAGE = "/_sandbox/new"
_HATS = "/_sandbox/hats"
_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1"})


async def respond(request: web.BaseRequest, *, world: World) -> web.Response | None:
    """Answer what is about HATs by hand; ``None`` for every other address."""
    file = request.path.removeprefix("/_sandbox")
    if file in pages.FILES:
        return web.Response(body=pages.file(file), headers={hdrs.CONTENT_TYPE: pages.FILES[file]})
    if request.method == "DELETE" and request.path.startswith(f"{_HATS}/"):
        return _remove(request.path.removeprefix(f"{_HATS}/"), world)
    answer = _ANSWERS.get((request.method, request.path))
    return await answer(request, world) if answer else None


async def _sent(request: web.BaseRequest) -> Mapping[str, list[str]]:
    """Read a form of our own page.

    :raises Refusal: another site sent it, or this is another site by a name of its own.
    """
    origin = request.headers.get(hdrs.ORIGIN)
    is_ours = origin in {None, f"http://{request.host}"}
    if not is_ours or urlsplit(f"//{request.host}").hostname not in _LOOPBACK_NAMES:
        page = pages.problem("This form was sent from another site")
        raise answers.Refusal(answers.html_answer(page, status=403))
    form = await request.post()
    return {name: [str(value) for value in form.getall(name)] for name in form}


def _form(
    world: World, *, wish: Wish | None = None, fault: str = "", made: str = "", status: int = 200
) -> web.Response:
    hats = world.hats_made_by_hand()
    new = next((_log_in(hat) for hat in hats if hat.person.name == made), None)
    page = pages_making.making(
        wish or Wish(name=""), fault=fault, made=new, hats=map(_log_in, hats)
    )
    return answers.html_answer(page, status=status)


async def _show_form(request: web.BaseRequest, world: World) -> web.Response:
    return _form(world, made=request.query.get("made", ""))


async def _make_from_form(request: web.BaseRequest, world: World) -> web.Response:
    form = await _sent(request)
    wish = Wish(
        name=form.get("name", [""])[0],
        password=form.get("password", [""])[0],
        town=form.get("town", [""])[0],
        plugs=tuple(form.get("plugs", ())),
    )
    try:
        hat = world.make_hat(wish)
    except HatNotMade as reason:
        return _form(world, wish=wish, fault=str(reason), status=422)
    return answers.see_other(f"{PAGE}?made={hat.person.name}")


async def _remove_from_form(request: web.BaseRequest, world: World) -> web.Response:
    form = await _sent(request)
    try:
        world.remove_hat(form.get("name", [""])[0])
    except NoSuchHat:
        page = pages.problem("There is no such HAT any more")
        return answers.html_answer(page, status=404)
    return answers.see_other(PAGE)


def _log_in(hat: Hat) -> dict[str, str]:
    owner = hat.owner
    return {"domain": hat.domain, "username": owner.username, "password": owner.password}


async def _make_from_json(request: web.BaseRequest, world: World) -> web.Response:
    if request.content_type != "application/json":  # Other sites can send any but this.
        return _refused("The body is not sent as application/json.")
    try:
        hat = world.make_hat(_wish(orjson.loads(await request.read())))
    except orjson.JSONDecodeError:
        return _refused("The body is not JSON.")
    except HatNotMade as reason:
        return _refused(str(reason))
    return answers.json_answer(_log_in(hat), status=201)


def _wish(raw: object) -> Wish:
    """Read a wish.

    :raises HatNotMade: it is not one.
    """
    if not isinstance(raw, dict):
        raise HatNotMade("The body is not a JSON object.")
    texts = {name: raw.get(name, "") for name in ("name", "password", "town")}
    plugs = raw.get("plugs", [])
    are_texts = all(isinstance(text, str) for text in texts.values())
    if not are_texts or not isinstance(plugs, list):
        raise HatNotMade("“name”, “password” and “town” are texts, “plugs” is a list.")
    return Wish(plugs=tuple(map(str, plugs)), **texts)


def _refused(reason: str) -> web.Response:
    return answers.json_answer({"message": "Bad Request", "cause": reason}, status=400)


def _remove(name: str, world: World) -> web.Response:
    try:
        world.remove_hat(name)
    except NoSuchHat:
        cause = f"No HAT “{name}” was made by hand"
        return answers.json_answer({"message": "Not Found", "cause": cause}, status=404)
    return answers.json_answer({"message": f"{name} is gone"})


_Answer = Callable[[web.BaseRequest, World], Awaitable[web.Response]]
_ANSWERS: dict[tuple[str, str], _Answer] = {
    ("GET", PAGE): _show_form,
    ("POST", PAGE): _make_from_form,
    ("POST", "/_sandbox/remove"): _remove_from_form,
    ("POST", _HATS): _make_from_json,
}
