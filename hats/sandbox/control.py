"""The sandbox's own addresses: its books, its people, its faults. Not part of any HAT."""

from aiohttp import web
from multidict import MultiMapping

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
    what = request.path.removeprefix(PREFIX)
    if (request.method, what) == ("PUT", "faults"):
        return _set_faults(await request.read(), faults)
    told = _told(what, request.query, world=world, faults=faults)
    if request.method != "GET" or told is None:
        return answers.json_answer({"message": "Nothing here", "cause": request.path}, status=404)
    return answers.json_answer(told)


def _told(
    what: str, query: MultiMapping[str], *, world: World, faults: Faults
) -> dict[str, object] | list[dict[str, str]] | None:
    match what:
        case "books":
            return {"hats": books(world, domain=query.get("domain"))}
        case "hats":
            first = query.get("first", "10")
            return log_ins(world, first=int(first) if first.isdecimal() else 0)
        case "resets":
            return {"tokens": resets(world, query.get("domain", ""))}
        case "faults":
            return {"faults": faults.rules}
        case _:
            return None


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
