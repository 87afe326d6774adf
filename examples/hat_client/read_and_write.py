"""A person's own records, from synchronous code: write one, read all, delete it again.

    python examples/hat_client/read_and_write.py alice.hat.localhost:9100 USERNAME PASSWORD

The HAT is a sandbox HAT on this machine; for others see ``_trusted``.
"""

import sys
import uuid
from datetime import UTC, datetime

from hats.client import HatClient, HatToken, converse
from hats.clusters import Cluster, Hat, Trusted
from hats.errors import HatRefused, HatUnreachable
from hats.guard import Bounds, Outbound

NOTES = "hat-client-example/notes"


def _trusted(port: int) -> Trusted:
    """Which HATs may be spoken to: here those of a sandbox, over plain HTTP on loopback.

    HATs of a provider are found by DNS and spoken to over TLS, and need two words only:
    ``Cluster(name="Hub", suffix="hubat.net", application_id="")``.
    """
    sandbox = Cluster(
        name="Sandbox",
        suffix="hat.localhost",
        application_id="",
        scheme="http",
        port=port,
        connect_to=("127.0.0.1", port),
    )
    return Trusted([sandbox])


async def _notes(hats: HatClient, hat: Hat, token: HatToken) -> list[object]:
    pages = hats.all_data(hat, token=token, endpoint=NOTES, page=100)
    return [record["data"] async for record in pages]


def main(address: str, username: str, password: str) -> None:
    """Write a note, read every note, delete the new one."""
    trusted = _trusted(port=int(address.partition(":")[2]))
    hat = trusted.hat_typed(address)
    note = {"text": "Buy bread", "at": datetime.now(UTC).isoformat(), "id": str(uuid.uuid4())}

    async def conversation(hats: HatClient) -> int:
        token = await hats.access_token(hat, username=username, password=password)
        record = await hats.write_data(hat, token=token, endpoint=NOTES, data=note)
        found = await _notes(hats, hat, token)
        await hats.delete_records(hat, token=token, record_ids=[str(record["recordId"])])
        return found.count(note)

    patient = Outbound(trusted, bounds=Bounds(total=10.0))
    print(f"Notes found as written: {converse(conversation, hats=HatClient(patient))}")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:4])
    except (HatRefused, HatUnreachable) as trouble:
        sys.exit(f"{trouble.sentence} ({trouble})")
