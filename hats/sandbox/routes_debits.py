"""Routes of data debits, version 2.6: only the owner lists, enables and disables."""

from aiohttp import web

from hats.bundles import EvaluationFailed
from hats.sandbox import answers
from hats.sandbox.debits import (
    Client,
    Debit,
    DebitMalformed,
    Permission,
    as_listed,
    debit_json,
)
from hats.sandbox.requests import read_debit_request
from hats.sandbox.roles import MAY_PROPOSE, PLATFORM, Role, debit_reader
from hats.sandbox.routing import (
    NAME,
    VERSION_26,
    Call,
    Incoming,
    Params,
    Route,
    flag_in_query,
    needs,
    nothing,
    required_query,
    route,
)

Proposal = tuple[Client, Permission]


def _proposal(incoming: Incoming) -> Proposal:
    return read_debit_request(incoming.body, at=incoming.at)


def propose(call: Call[Proposal]) -> web.Response:
    client, permission = call.parsed
    try:
        debit = call.hat.propose(
            call.params["name"], client=client, permission=permission, by=call.who.account
        )
    except DebitMalformed as error:
        raise malformed(error) from error
    return answers.json_answer(debit_json(debit, at=call.at), status=201)


def update(call: Call[Proposal]) -> web.Response:
    client, permission = call.parsed
    if any(call.hat.is_kept_elsewhere(name) for name in permission.names):
        raise answers.server_error(call.incoming.accept)
    try:
        debit = call.hat.update(
            call.params["name"], client=client, permission=permission, by=call.who.account
        )
    except DebitMalformed as error:
        raise malformed(error) from error
    return answers.json_answer(debit_json(debit, at=call.at))


def malformed(error: DebitMalformed) -> answers.Refusal:
    return answers.refusal(400, "Bad Request", f"Data Debit request malformed: {error}")


def list_debits(call: Call[None]) -> web.Response:
    debits = [as_listed(debit) for debit in call.hat.debits.values()]
    return answers.json_answer([debit_json(debit, at=call.at) for debit in debits])


def get_debit(call: Call[None]) -> web.Response:
    return answers.json_answer(debit_json(_debit(call), at=call.at))


def _debit(call: Call[None]) -> Debit:
    debit_id = call.params["name"]
    debit = call.hat.debits.get(debit_id)
    if debit is None:
        raise no_debit(debit_id)
    return debit


def no_debit(debit_id: str) -> answers.Refusal:
    return answers.refusal(404, "Not Found", f"Data Debit {debit_id} not found")


def values(call: Call[None]) -> web.Response:
    debit = _debit(call)
    try:
        found = call.hat.values(debit, at=call.at)
    except EvaluationFailed as failed:
        raise answers.server_error(call.incoming.accept) from failed
    if found is None:
        raise not_enabled(debit.id)
    return answers.encoded_answer(found.body)


def not_enabled(debit_id: str) -> answers.Refusal:
    return answers.refusal(400, "Bad Request", f"Data Debit {debit_id} not enabled")


def enable(call: Call[None]) -> web.Response:
    debit = _own_debit(call.hat.debits.get(call.params["name"]))
    call.hat.enable(debit)
    return answers.json_answer(debit_json(debit, at=call.at))


def disable(call: Call[bool]) -> web.Response:
    debit = _own_debit(call.hat.debits.get(call.params["name"]))
    call.hat.disable(debit, at=call.at, at_period_end=call.parsed)
    return answers.json_answer(debit_json(debit, at=call.at))


def _own_debit(debit: Debit | None) -> Debit:
    if debit is None:
        raise does_not_exist()
    return debit


def does_not_exist() -> answers.Refusal:
    """Unknown debits are 400 when enabled or disabled, though 404 elsewhere."""
    return answers.refusal(400, "Not Found", "Data Debit with this ID does not exist")


def _at_period_end(incoming: Incoming) -> bool:
    required_query(incoming, "atPeriodEnd")
    return flag_in_query(incoming, "atPeriodEnd")


def reader(params: Params) -> Role:
    return debit_reader(params["name"])


_DEBIT = f"{VERSION_26}/data-debit/{NAME}"

ROUTES: tuple[Route[None] | Route[Proposal] | Route[bool], ...] = (
    route("values", "GET", f"{_DEBIT}/values", values, parse=nothing, allows=needs(reader)),
    route("debit", "GET", _DEBIT, get_debit, parse=nothing, allows=needs(reader)),
    route("propose", "POST", _DEBIT, propose, parse=_proposal,
          allows=needs(MAY_PROPOSE, PLATFORM), takes_body=True),
    route("update", "PUT", _DEBIT, update, parse=_proposal, allows=needs(reader),
          takes_body=True),
    route("debits", "GET", f"{VERSION_26}/data-debit", list_debits, parse=nothing,
          allows=needs()),
    route("enable", "GET", f"{_DEBIT}/enable", enable, parse=nothing, allows=needs()),
    route("disable", "GET", f"{_DEBIT}/disable", disable, parse=_at_period_end, allows=needs()),
)  # fmt: skip
