"""The sandbox's own addresses: its books, its people, its faults. Not part of any HAT."""

from aiohttp import web

from hats.sandbox import answers, making
from hats.sandbox.faults import Faults, FaultsInvalid, read_faults
from hats.sandbox.hat import Hat
from hats.sandbox.routes_passwords import resets_open
from hats.sandbox.world import World

PREFIX = "/_sandbox/"


async def control(request: web.BaseRequest, *, world: World, faults: Faults) -> web.Response:
    """Answer on any Host; docs/sandbox-hat.md lists what there is."""
    by_hand = await making.respond(request, world=world)
    if by_hand is not None:
        return by_hand
    what = (request.method, request.path.removeprefix(PREFIX))
    if what == ("GET", "books"):
        return answers.json_answer({"hats": books(world, domain=request.query.get("domain"))})
    if what == ("GET", "hats"):
        first = request.query.get("first", "10")
        return answers.json_answer(log_ins(world, first=int(first) if first.isdecimal() else 0))
    if what == ("GET", "resets"):
        return answers.json_answer({"tokens": resets(world, request.query.get("domain", ""))})
    if what == ("GET", "faults"):
        return answers.json_answer({"faults": faults.rules})
    if what == ("PUT", "faults"):
        return _set_faults(await request.read(), faults)
    return answers.json_answer({"message": "Nothing here", "cause": request.path}, status=404)


def _set_faults(text: bytes, faults: Faults) -> web.Response:
    try:
        faults.replace(read_faults(text))
    except FaultsInvalid as invalid:
        return answers.json_answer({"message": "Bad Request", "cause": str(invalid)}, status=400)
    return answers.json_answer({"faults": faults.rules})


def books(world: World, *, domain: str | None) -> dict[str, object]:
    """Write down what each HAT in use agreed to and gave away."""
    chosen = world.hat(domain) if domain else None
    hats = world.hats_in_use() if domain is None else [chosen] if chosen else []
    return {hat.domain: _book(hat, world) for hat in hats}


def _book(hat: Hat, world: World) -> dict[str, object]:
    at = world.now()
    debits = {
        debit.id: {
            "active": debit.active(at) is not None,
            "accepted": debit.is_accepted,
            "bundle": debit.latest.bundle.name,
            "pulls": hat.pulls[debit.id],
            "records": hat.records_served[debit.id],
        }
        for debit in hat.debits.values()
    }
    return {
        "debits": debits,
        "pulls": hat.pulls.total(),
        "records_offered": hat.records_served.total(),
        "applications": {name: enabled for name, (_, enabled) in hat.setups.items()},
    }


def resets(world: World, domain: str) -> list[str]:
    """List the tokens that mails to the owner of this HAT would hold."""
    hat = world.hat(domain)
    return resets_open(hat) if hat is not None else []


def log_ins(world: World, *, first: int) -> list[dict[str, str]]:
    """List how to log in to the first HATs."""
    return [world.log_in(domain) for domain in world.domains[:first]]
