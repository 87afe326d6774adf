"""Routes of data debits, version 2: named bundles, enabled one at a time."""

from collections.abc import Callable

from aiohttp import web

from hats.bundles import EvaluationFailed
from hats.sandbox import answers
from hats.sandbox.debits import DebitMalformed
from hats.sandbox.older_debits import OlderDebit, Share, older_debit_json
from hats.sandbox.requests import read_older_debit_request
from hats.sandbox.roles import MAY_PROPOSE, PLATFORM
from hats.sandbox.routes_debits import does_not_exist, malformed, no_debit, not_enabled, reader
from hats.sandbox.routing import NAME, VERSION_2, Call, Incoming, Route, needs, nothing, route
from hats.sandbox.values import evaluated


def _share(incoming: Incoming) -> Share:
    return read_older_debit_request(incoming.body, at=incoming.at)


def propose(call: Call[Share]) -> web.Response:
    debits = call.hat.older_debits

    def keep() -> OlderDebit:
        if debits.get(call.params["name"]) is None:
            call.hat.check_names(call.parsed.names)
        return debits.propose(call.params["name"], call.parsed, by=call.who.account)

    debit = _kept(keep)
    call.who.account.roles.add(reader(call.params))
    return answers.json_answer(older_debit_json(debit), status=201)


def update(call: Call[Share]) -> web.Response:
    def keep() -> OlderDebit:
        call.hat.check_names([call.parsed.bundle.name])
        return call.hat.older_debits.update(call.params["name"], call.parsed, by=call.who.account)

    return answers.json_answer(older_debit_json(_kept(keep)))


def _kept(keep: Callable[[], OlderDebit]) -> OlderDebit:
    try:
        return keep()
    except DebitMalformed as error:
        raise malformed(error) from error


def list_debits(call: Call[None]) -> web.Response:
    return answers.json_answer([older_debit_json(one) for one in call.hat.older_debits.values()])


def get_debit(call: Call[None]) -> web.Response:
    return answers.json_answer(older_debit_json(_debit(call)))


def _debit(call: Call[None]) -> OlderDebit:
    debit = call.hat.older_debits.get(call.params["name"])
    if debit is None:
        raise no_debit(call.params["name"])
    return debit


def values(call: Call[None]) -> web.Response:
    debit = _debit(call)
    share = debit.active(call.at)
    if share is None:
        raise not_enabled(debit.id)
    try:
        found = evaluated(share.bundle, share.conditions, call.hat.records)
    except EvaluationFailed as failed:
        raise answers.server_error(call.incoming.accept) from failed
    return answers.encoded_answer(found.body)


def enable(call: Call[None]) -> web.Response:
    debit = _own_debit(call)
    call.hat.older_debits.enable(debit, name=call.params.get("bundle"))
    return answers.json_answer(older_debit_json(debit))


def disable(call: Call[None]) -> web.Response:
    debit = _own_debit(call)
    call.hat.older_debits.disable(debit)
    return answers.json_answer(older_debit_json(debit))


def _own_debit(call: Call[None]) -> OlderDebit:
    debit = call.hat.older_debits.get(call.params["name"])
    if debit is None:
        raise does_not_exist()
    return debit


_DEBIT = f"{VERSION_2}/data-debit/{NAME}"

ROUTES: tuple[Route[None] | Route[Share], ...] = (
    route("values_v2", "GET", f"{_DEBIT}/values", values, parse=nothing, allows=needs(reader)),
    route("debit_v2", "GET", _DEBIT, get_debit, parse=nothing, allows=needs(reader)),
    route("propose_v2", "POST", _DEBIT, propose, parse=_share,
          allows=needs(MAY_PROPOSE, PLATFORM), takes_body=True),
    route("update_v2", "PUT", _DEBIT, update, parse=_share, allows=needs(reader),
          takes_body=True),
    route("debits_v2", "GET", f"{VERSION_2}/data-debit", list_debits, parse=nothing,
          allows=needs()),
    route("enable_v2", "GET", f"{_DEBIT}/enable(?:/(?P<bundle>[0-9a-zA-Z-]+))?", enable,
          parse=nothing, allows=needs()),
    route("disable_v2", "GET", f"{_DEBIT}/disable", disable, parse=nothing, allows=needs()),
)  # fmt: skip
