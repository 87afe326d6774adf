"""Both sides of the wire against one contract: the sandbox answers it, the client reads it."""

import dataclasses
import inspect
import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from hats import errors
from hats.client import HatToken
from hats.configured import converse
from hats.protocol import Account, DebitRequest, ForApplication, NewRecord, Page
from tests.hats.contract.exchanges import Exchange, difference, formal, ids_in, read_all
from tests.hats.sandbox.conftest import HatClient as Speaker
from tests.hats.scripted import answer
from tests.sandbox import Sandbox

EXCHANGES = read_all()
OF_THE_SANDBOX = [one for one in EXCHANGES.values() if not one.only.startswith("client")]
# Data, bundles and applications have one table for both APIs; debits have one for each.
IN_BOTH_APIS = re.compile(
    r"/api/v2\.6/(data$|data/|data-batch|data-link|data-bundle|combinator|applications|system|phata)"
)
OF_BOTH_APIS = [
    one
    for one in OF_THE_SANDBOX
    if IN_BOTH_APIS.match(one.path) and not re.search("/hmi$|/proxy/", one.path)
]
OF_THE_CLIENT = [one for one in EXCHANGES.values() if one.client]


def each(exchanges):
    return pytest.mark.parametrize("exchange", exchanges, ids=lambda one: one.name)


class Visitor:
    """Speaks to one fresh HAT in the roles that exchanges name."""

    def __init__(self, sandbox: Sandbox, *, version: str = "v2.6") -> None:
        self.version = version
        hat = sandbox.hat()
        person = SimpleNamespace(name=hat.username, password=hat.password)
        self.hat = Speaker(hat.port, hat.domain, person)
        self.known_as: dict[str, str] = {}

    def token(self, role: str | None):
        if role is None:
            return None
        if role == "application":
            return self.hat.application(self.hat.owner)
        return self.hat.owner if role == "owner" else self.hat.platform

    def ask(self, exchange: Exchange):
        """Ask; ids of the files stand for those this HAT gave out before."""
        request = json.loads(self._own(json.dumps(exchange.request)))
        answered = self.hat.call(
            request["method"],
            request["path"].replace("/v2.6/", f"/{self.version}/"),
            token=self.token(request.get("by")),
            body=request.get("text", request.get("body")),
            headers=request.get("headers"),
        )
        if "body" in exchange.answer and answered.status in {200, 201}:
            pairs = zip(ids_in(exchange.answer["body"]), ids_in(answered.json), strict=False)
            self.known_as.update(pairs)
        return answered

    def _own(self, text: str) -> str:
        for written, given in self.known_as.items():
            text = text.replace(written, given)
        return text


@each(OF_THE_SANDBOX)
def test_the_sandbox_answers_as_a_hat_does(exchange, sandbox):
    play(exchange, Visitor(sandbox))


@pytest.mark.parametrize("version", ["v2", "v2.0"])
@each(OF_BOTH_APIS)
def test_the_sandbox_answers_the_same_under_its_older_names(exchange, version, sandbox):
    play(exchange, Visitor(sandbox, version=version))


def play(exchange: Exchange, visitor: Visitor) -> None:
    """Do what is given, ask, and hold the answer against the one wanted."""
    for name in exchange.given:
        before = visitor.ask(EXCHANGES[name])
        assert before.status == EXCHANGES[name].answer["status"], before.text
    answered, wanted = visitor.ask(exchange), exchange.answer
    assert answered.status == wanted["status"], answered.text
    for name, value in wanted["headers"].items():
        assert formal(str(answered.headers[name])) == formal(str(value)), name
    if "text" in wanted:
        assert formal(answered.text) == formal(wanted["text"])
    elif "body" in wanted:
        includes = wanted.get("includes", False)
        assert difference(wanted["body"], answered.json, includes=includes) == ""


@each(OF_THE_CLIENT)
def test_the_client_asks_in_these_words_and_reads_the_answer(exchange, scripted, hat):
    asks = [EXCHANGES[name] for name in exchange.client.get("asks", [exchange.name])]
    for path in {one.path for one in asks}:
        scripted.on(path, *[scripted_answer(one) for one in asks if one.path == path])

    result = asked_by_the_client(exchange.client, hat)

    assert len(scripted.heard) == len(asks)
    for heard, wanted in zip(scripted.heard, asks, strict=True):
        assert (heard.method, heard.path) == (wanted.request["method"], wanted.request["path"])
        assert json.loads(heard.body or b"null") == wanted.request.get("body")
        assert heard.headers["accept"] == (
            "text/plain" if wanted.path == "/publickey" else "application/json"
        )
        for name, value in wanted.request.get("headers", {}).items():
            assert heard.headers[name.lower()] == value
    if "result" in exchange.client:
        assert plain(result) == exchange.client["result"]
    means = exchange.client.get("means", {})
    assert {name: plain(found(result, name)) for name in means} == means


def scripted_answer(exchange: Exchange):
    sent = {name: value for name, value in exchange.answer["headers"].items() if value is not None}
    return answer(
        exchange.body,
        status=exchange.answer["status"],
        content_type=sent.pop("Content-Type"),
        headers=sent,
    )


def asked_by_the_client(client, hat):
    """What the client's call returned, or the error it raised where one is wanted."""

    def ask():
        return converse(lambda hats: called(getattr(hats, client["call"]), hat, client))

    if "raises" not in client:
        return ask()
    with pytest.raises(getattr(errors, client["raises"])) as trouble:
        ask()
    return trouble.value


def called(call, hat, client):
    given = {
        name: AS_THE_CLIENT_TAKES_IT.get(name, same)(value)
        for name, value in client.get("with", {}).items()
    }
    if client["call"] == "write_batch":
        given["records"] = [new_record(one) for one in given["records"]]
    if "token" in inspect.signature(call).parameters:
        given["token"] = HatToken("aa.bb.cc")
    return call(hat, **given)


def same(value: Any) -> Any:
    return value


def new_record(body: Mapping[str, Any]) -> NewRecord:
    links = tuple(new_record(link) for link in body.get("links", []))
    return NewRecord(body["endpoint"], body["data"], links)


def debit_request(body: Mapping[str, Any]) -> DebitRequest:
    """What the market would have to mean to send this body."""
    return DebitRequest(
        debit_id=body["dataDebitKey"],
        purpose=body["purpose"],
        start=datetime.fromisoformat(body["start"]),
        period=timedelta(milliseconds=body["period"]),
        cancel_at_period_end=body["cancelAtPeriodEnd"],
        bundle=body["bundle"],
        conditions=body.get("conditions"),
        client_name=body["requestClientName"],
        client_url=body["requestClientUrl"],
        client_logo_url=body["requestClientLogoUrl"],
        callback_url=body.get("requestClientCallbackUrl", ""),
        application_id=body.get("requestApplicationId", ""),
        description=body.get("requestDescription", ""),
        terms_url=body["termsUrl"],
    )


def account(body: Mapping[str, Any]) -> Account:
    return Account(
        user_id=body["userId"],
        username=body["email"],
        name=body["name"],
        roles=tuple((role["role"], role.get("detail", "")) for role in body["roles"]),
        password_hash=body["pass"],
    )


AS_THE_CLIENT_TAKES_IT: dict[str, Callable[[Any], Any]] = {
    "request": debit_request,
    "page": lambda page: Page(**page),
    "question": lambda question: ForApplication(**question),
    "account": account,
}


def found(value: object, path: str) -> object:
    """Follow a dotted path of attributes and positions."""
    for name in path.split("."):
        value = value[int(name)] if name.isdigit() else getattr(value, name)
    return value


def plain(value: object) -> object:
    """The value as JSON would hold it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value // timedelta(milliseconds=1)
    if dataclasses.is_dataclass(value):
        return {one.name: plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value


def test_every_exchange_is_played_by_somebody():
    played = {one.name for one in (*OF_THE_SANDBOX, *OF_THE_CLIENT)}

    assert set(EXCHANGES) - played == set()
    assert {name for one in EXCHANGES.values() for name in one.given} <= set(EXCHANGES)
