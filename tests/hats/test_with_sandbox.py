"""The same doors against a real sandbox HAT: its own key, tokens, data and pages."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from hats.actions import holdings
from hats.bundles import parse_bundle
from hats.client import HatClient, Proposed
from hats.configured import converse, hat_at
from hats.errors import HatRefused
from hats.models import HatOwner
from hats.protocol import DebitRequest, Outcome
from tests.hats.test_views import come_back, start, state_of
from tests.outbox import run_outbox
from tests.sandbox import Sandbox, SandboxHat

pytestmark = pytest.mark.django_db

LISTENED = {"plays": {"endpoints": [{"endpoint": "market-test/plays"}], "limit": 5}}


@pytest.fixture
def alice(sandbox: Sandbox) -> SandboxHat:
    """An owner whose HAT has said yes to our application."""
    alice = sandbox.hat()
    alice.call("GET", "/api/v2.6/applications/hat-market/setup")
    return alice


def application_token(alice: SandboxHat) -> str:
    return alice.call("GET", "/api/v2.6/applications/hat-market/access-token")["accessToken"]


def log_in(client: Client, alice: SandboxHat) -> HatOwner:
    response = come_back(client, state_of(start(client, alice.domain)), application_token(alice))
    assert response.status_code == 303, response.content
    return HatOwner.objects.get(hat_domain=alice.domain)


def proposal(debit_id: str, bundle: dict[str, object]) -> DebitRequest:
    return DebitRequest(
        debit_id=debit_id,
        purpose="Audience research",
        start=datetime.now(UTC) - timedelta(seconds=5),
        period=timedelta(days=30),
        bundle={"name": f"mk-{debit_id}", "bundle": bundle},
        client_name="HAT Market",
        client_url="https://market.example",
        client_logo_url="https://market.example/logo.svg",
        terms_url="https://market.example/terms/",
    )


def test_an_owner_logs_in_with_the_token_of_a_real_hat(client, alice):
    owner = log_in(client, alice)

    assert owner.public_key.startswith("-----BEGIN PUBLIC KEY-----")
    assert owner.hat_domain in client.get("/hat/").content.decode()


def test_what_the_hat_holds_and_the_owners_values_are_read_with_that_token(
    client, alice, monkeypatch
):
    granted = sorted(alice.call("GET", "/api/v2.6/data/sources").items())
    endpoints = [f"{namespace}/{name}" for namespace, names in granted for name in names]
    monkeypatch.setattr(holdings, "_sources", [lambda: [*endpoints, "spotify/nothing-here"]])

    owner = log_in(client, alice)
    run_outbox()

    owner.refresh_from_db()
    assert owner.endpoints
    assert set(owner.endpoints) <= set(endpoints)
    wanted = {"mine": {"endpoints": [{"endpoint": owner.endpoints[0]}], "limit": 1}}
    values = holdings.own_values(
        hat_owner=owner,
        bundle=parse_bundle({"name": "own", "bundle": wanted}),
        at=datetime.now(UTC),
    )
    assert [record["endpoint"] for record in values["mine"]] == [owner.endpoints[0]]


def test_the_platform_account_proposes_once_and_reads_what_the_owner_enabled(alice):
    alice.write("market-test/plays", {"song": "Slow Train"}, {"song": "Paper Lanterns"})
    hat, debit_id = hat_at(alice.domain), str(uuid.uuid4())
    request = proposal(debit_id, LISTENED)

    async def trade(hats: HatClient):
        cluster = hat.cluster
        token = await hats.access_token(
            hat, username=cluster.platform_username, password=cluster.platform_password
        )
        proposed = [
            (await hats.propose_debit(hat, token=token, request=request)).proposed for _ in range(2)
        ]
        before = await hats.values(hat, token=token, debit_id=debit_id)
        await asyncio.to_thread(alice.confirm, debit_id)
        state = await hats.debit(hat, token=token, debit_id=debit_id)
        values = await hats.values(hat, token=token, debit_id=debit_id)
        await asyncio.to_thread(alice.switch_off, debit_id)
        after = await hats.values(hat, token=token, debit_id=debit_id)
        return proposed, before, state, values, after

    proposed, before, state, values, after = converse(trade)

    assert proposed == [Proposed.NOW, Proposed.ALREADY]
    assert before.outcome is Outcome.NOT_ENABLED
    assert (state.active, state.accepted) == (True, True)
    assert values.outcome is Outcome.DELIVERED
    songs = [record["data"]["song"] for record in values.properties["plays"]]
    assert sorted(songs) == ["Paper Lanterns", "Slow Train"]
    assert after.outcome is Outcome.NOT_ENABLED


def test_wrong_credentials_and_unknown_hats_are_refused(sandbox):
    known, unknown = hat_at(sandbox.hat().domain), hat_at("nobody-at-all.hat.localhost")

    for hat, status in ((known, 401), (unknown, 404)):
        with pytest.raises(HatRefused) as refusal:
            converse(
                lambda hats, hat=hat: hats.access_token(hat, username="platform", password="no")
            )
        assert refusal.value.status == status
