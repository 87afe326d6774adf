"""A data debit from proposal to withdrawal, for many HATs at a time, from asynchronous code.

    export PLATFORM=… PLATFORM_PASSWORD=…
    python examples/hat_client/trade_values.py alice.hat.localhost:9100 USERNAME PASSWORD

Two people act here: an organisation with an account on the HAT proposes and reads; the HAT's owner
enables and disables, which in real life happens on the HAT's own page.
"""

import asyncio
import os
import sys
import uuid
from datetime import UTC, datetime, timedelta

from hats.client import HatClient, HatToken
from hats.clusters import Cluster, Hat, Trusted
from hats.errors import HatOutcomeUnknown, HatRefused, HatTokenExpired, HatUnreachable
from hats.guard import Outbound
from hats.protocol import DebitRequest, Values

PLAYS = "hat-client-example/plays"


def _request() -> DebitRequest:
    """Make the request: id and bundle name are new, since a HAT remembers both for ever."""
    unique = str(uuid.uuid4())
    plays = {"endpoints": [{"endpoint": PLAYS, "mapping": {"song": "song"}}], "limit": 10}
    return DebitRequest(
        debit_id=unique,
        purpose="Learn what people listen to",
        start=datetime.now(UTC) - timedelta(seconds=5),
        period=timedelta(days=30),
        bundle={"name": f"example-{unique}", "bundle": {"plays": plays}},
        client_name="Example",
        client_url="https://client.example",
        client_logo_url="https://client.example/logo.svg",
        terms_url="https://client.example/terms",
    )


async def _propose(hats: HatClient, hat: Hat, token: HatToken, request: DebitRequest) -> None:
    """Propose until it is known to be there: to say the same again is harmless."""
    for _ in range(3):
        try:
            proposal = await hats.propose_debit(hat, token=token, request=request)
        except HatOutcomeUnknown:
            continue
        print(f"Proposed: {proposal.proposed}")
        return
    sys.exit("It is not known whether the HAT has the proposal.")


async def _read_many(
    hats: HatClient, asked: list[tuple[Hat, HatToken, str]]
) -> list[Values | BaseException]:
    """Read many HATs at once: a HAT in trouble is an item of the list and stops no other."""
    values = (hats.values(hat, token=token, debit_id=debit_id) for hat, token, debit_id in asked)
    return await asyncio.gather(*values, return_exceptions=True)


def _tell(answer: Values | BaseException) -> None:
    if isinstance(answer, HatTokenExpired):
        print("Log in to this HAT again")
    elif isinstance(answer, BaseException):
        print(f"No answer: {answer}")
    else:
        print(f"{answer.outcome}: {answer.record_count} records")


async def main(address: str, username: str, password: str) -> None:
    """Propose, read too early, let the owner enable, read, let the owner disable, read again."""
    port = int(address.partition(":")[2])
    sandbox = Cluster(
        name="Sandbox",
        suffix="hat.localhost",
        application_id="",
        scheme="http",
        port=port,
        connect_to=("127.0.0.1", port),
    )
    trusted, request = Trusted([sandbox]), _request()
    hat, debit_id = trusted.hat_typed(address), request.debit_id
    async with HatClient(Outbound(trusted)) as hats:
        owner = await hats.access_token(hat, username=username, password=password)
        ours = await hats.access_token(
            hat, username=os.environ["PLATFORM"], password=os.environ["PLATFORM_PASSWORD"]
        )
        await hats.write_data(hat, token=owner, endpoint=PLAYS, data={"song": debit_id})
        await _propose(hats, hat, ours, request)
        asked = [(hat, ours, debit_id)]
        for answer in await _read_many(hats, asked):
            _tell(answer)
        await hats.enable_debit(hat, token=owner, debit_id=debit_id)
        for answer in await _read_many(hats, asked):
            _tell(answer)
        await hats.disable_debit(hat, token=owner, debit_id=debit_id, at_period_end=False)
        for answer in await _read_many(hats, asked):
            _tell(answer)


if __name__ == "__main__":
    try:
        asyncio.run(main(*sys.argv[1:4]))
    except (HatRefused, HatUnreachable) as trouble:
        sys.exit(f"{trouble.sentence} ({trouble})")
