"""``bench retrieval``: HATs read, checked, sealed and committed, against the bare pull of the same.

Both sides ask one sandbox process for the very same bodies, with tokens at hand, as many at a
time, in turns; the sandbox has evaluated and encoded each body before either side asks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.utils import timezone

from common import sealing
from fulfilment.actions import retrievals
from fulfilment.actions.debits import debit_request
from fulfilment.models import Acceptance, Retrieval
from hats.actions.talks import KEEP_FOR
from hats.models import CredentialKind, HatCredential
from hats.queries import credential_context
from hats.sandbox.options import DEFAULT_SEED
from hats.sandbox.people import person_named
from marketplace.bench import sandbox, scene
from marketplace.bench.figures import Figure, Took, timed
from marketplace.bench.sandbox import Hats, Owner, together
from marketplace.threads import take_short_turns

SIZE = 1600  # HATs served; some seven in ten hold what is asked for
ROUNDS, PULLS = 4, 2
PATIENCE_SECONDS = 300.0


@dataclass(frozen=True)
class Debit:
    """An enabled debit on one HAT, and its acceptance here."""

    owner: Owner
    acceptance: Acceptance

    @property
    def path(self) -> str:
        """Of the debit on its HAT."""
        return f"/api/v2.6/data-debit/{self.acceptance.uid}"


@dataclass(frozen=True)
class Round:
    """The same HATs read by the bare pull, by the engine, and by the bare pull again."""

    debits: Sequence[Debit]
    engine: Took
    pulls: Sequence[Took]
    bytes: int


def measure(*, hat_port: int, size: int = SIZE) -> Iterator[Figure]:
    """HATs and records a second through the whole engine, in one process."""
    take_short_turns()  # as every worker does
    with sandbox.serving(hats=size, port=hat_port) as owners:
        holders = [owner for owner in owners if _has_plays(owner)]
        share = len(holders) // ROUNDS
        groups = [_debits(hat_port, holders[i * share :][:share]) for i in range(ROUNDS)]
        rounds = [_round(hat_port, group) for group in groups]
    yield _figure(rounds)


def _figure(rounds: Sequence[Round]) -> Figure:
    debits = [debit for one in rounds for debit in one.debits]
    pulls = [pull for one in rounds for pull in one.pulls]
    hats, pulled, records = len(debits), PULLS * len(debits), _records(debits)
    seconds = sum(one.engine.seconds for one in rounds)
    return Figure(
        name="retrieval",
        size=hats,
        seconds=seconds,
        holds="CPU of the reading process",
        limit="bare aiohttp pull of the same bodies from the same server, as many at a time",
        limit_per_second=pulled / sum(pull.seconds for pull in pulls),
        more={
            "unit": "HATs",
            "records": records,
            "records_per_second": round(records / seconds, 1),
            "bytes": sum(one.bytes for one in rounds),
            "at_once": settings.RETRIEVAL_CONCURRENCY,
            "cpu_ms": round(1000 * sum(one.engine.cpu_seconds for one in rounds) / hats, 3),
            "bare_cpu_ms": round(1000 * sum(pull.cpu_seconds for pull in pulls) / pulled, 3),
        },
    )


def _round(port: int, debits: Sequence[Debit]) -> Round:
    _pull(port, debits)  # the sandbox evaluates each bundle once, for whoever asks first
    size, before = _pull(port, debits)
    engine = _retrieve(debits)
    _, after = _pull(port, debits)
    return Round(debits, engine, (before, after), size)


def _retrieve(debits: Sequence[Debit]) -> Took:
    """What a worker does when retrievals are due, until nothing is.

    :raises AssertionError: not every HAT's answer was stored.
    """
    at = timezone.now()
    Retrieval.objects.bulk_create(Retrieval(debit=d.acceptance.debit, due_at=at) for d in debits)
    result, took = timed(
        lambda: retrievals.run_until_idle(clock=timezone.now, seconds=PATIENCE_SECONDS)
    )
    if result.stored != len(debits):
        raise AssertionError(f"of {len(debits)} HATs: {dict(result.by_status)}")
    return took


def _pull(port: int, debits: Sequence[Debit]) -> tuple[int, Took]:
    """Bytes read, and what it took to read the bodies and do nothing with them."""

    async def one(hats: Hats, debit: Debit) -> int:
        token = debit.owner.platform_token
        return len(await hats.ask("GET", f"{debit.path}/values", debit.owner, token=token))

    sizes, took = timed(lambda: together(port, debits, one, at_once=settings.RETRIEVAL_CONCURRENCY))
    return sum(sizes), took


def _records(debits: Sequence[Debit]) -> int:
    uids = [debit.acceptance.pk for debit in debits]
    counts = Retrieval.objects.filter(debit__acceptance__in=uids)
    return sum(counts.values_list("records", flat=True))


def _has_plays(owner: Owner) -> bool:
    return "spotify" in person_named(owner.username, seed=DEFAULT_SEED).plugs


def _debits(port: int, owners: Sequence[Owner]) -> list[Debit]:
    """Owners with a debit of one new line, proposed and enabled on their HATs."""
    line = scene.open_line(scene.published_version(), places=len(owners))
    people = scene.connected_owners(owner.domain for owner in owners)
    debits = list(map(Debit, owners, scene.sharing(line, people)))
    together(port, debits, _agree, at_once=sandbox.AT_ONCE)
    HatCredential.objects.bulk_create(_token_row(debit) for debit in debits)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum would have, on tables that grew in an hour
    return debits


async def _agree(hats: Hats, debit: Debit) -> None:
    request = debit_request(debit.acceptance, at=timezone.now()).to_json()
    token = debit.owner.platform_token = await hats.log_in_as_platform(debit.owner)
    await hats.ask("POST", debit.path, debit.owner, token=token, body=request)
    token = await hats.log_in(debit.owner)
    await hats.ask("GET", f"{debit.path}/enable", debit.owner, token=token)


def _token_row(debit: Debit) -> HatCredential:
    """The platform account's token as the engine keeps it after its first talk with a HAT."""
    kind, owner_id = CredentialKind.PLATFORM, debit.acceptance.hat_owner_id
    context, key = credential_context(owner_id, kind), sealing.new_data_key()
    token = debit.owner.platform_token.encode("ascii")
    return HatCredential(
        hat_owner_id=owner_id,
        kind=kind,
        sealed_token=sealing.seal(token, data_key=key, context=context),
        wrapped_key=sealing.wrap(key, context=context),
        expires_at=timezone.now() + KEEP_FOR,
    )
