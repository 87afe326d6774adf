"""``bench retrieval``: HATs read, checked, sealed and committed, against the bare pull of the same.

All sides ask one sandbox process for the very same bodies, with tokens at hand, as many at a
time, in turns; the sandbox has evaluated and encoded each body before any of them asks. Between
the bare pull and the engine stand the guard alone, and the guard with strict reading.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.utils import timezone

from fulfilment.actions import retrievals
from fulfilment.models import Retrieval
from hats.client import HatClient, HatToken
from hats.configured import configured_bounds, hat_at, trusted
from hats.guard import Outbound, Question
from hats.protocol import Outcome
from marketplace.bench import sandbox
from marketplace.bench.debits import Debit, ask_for_values, enabled_debits, has_plays
from marketplace.bench.figures import Figure, Took, timed
from marketplace.bench.sandbox import together
from marketplace.threads import take_short_turns

SIZE = 1600  # HATs served; some seven in ten hold what is asked for
ROUNDS, PULLS = 4, 2
PATIENCE_SECONDS = 300.0


@dataclass(frozen=True)
class Round:
    """The same HATs read by the bare pull, then with more and more of the product around it."""

    debits: Sequence[Debit]
    bytes: int
    pulls: Sequence[Took]
    guard: Took
    parsed: Took
    engine: Took


def measure(*, hat_port: int, size: int = SIZE) -> Iterator[Figure]:
    """HATs and records a second through the whole engine, in one process, and through its parts."""
    take_short_turns()  # as every worker does
    with sandbox.serving(hats=size, port=hat_port) as owners:
        holders = [owner for owner in owners if has_plays(owner)]
        share = len(holders) // ROUNDS
        groups = [enabled_debits(hat_port, holders[i * share :][:share]) for i in range(ROUNDS)]
        rounds = [_round(hat_port, group) for group in groups]
    pulls = [pull for one in rounds for pull in one.pulls]
    bare = _Bare(len(pulls) * share, pulls)
    yield bare.beside("retrieval: guard alone", [one.guard for one in rounds])
    yield bare.beside("retrieval: guard and strict JSON", [one.parsed for one in rounds])
    engine = bare.beside("retrieval", [one.engine for one in rounds])
    records = _records([debit for one in rounds for debit in one.debits])
    engine.more |= {
        "records": records,
        "records_per_second": round(records / engine.seconds, 1),
        "bytes": sum(one.bytes for one in rounds),
    }
    yield engine


@dataclass(frozen=True)
class _Bare:
    """What the bare pulls of all rounds took."""

    hats: int
    pulls: Sequence[Took]

    def beside(self, name: str, took: Sequence[Took]) -> Figure:
        """Another way of reading all rounds once, beside them."""
        hats = self.hats // PULLS
        cpu = sum(one.cpu_seconds for one in took) / hats
        bare_cpu = sum(pull.cpu_seconds for pull in self.pulls) / self.hats
        return Figure(
            name=name,
            size=hats,
            seconds=sum(one.seconds for one in took),
            holds="CPU of the reading process",
            limit="bare aiohttp pull of the same bodies from the same server, as many at a time",
            limit_per_second=self.hats / sum(pull.seconds for pull in self.pulls),
            more={
                "unit": "HATs",
                "at_once": settings.RETRIEVAL_CONCURRENCY,
                "cpu_ms": round(1000 * cpu, 3),
                "bare_cpu_ms": round(1000 * bare_cpu, 3),
                "added_cpu_ms": round(1000 * (cpu - bare_cpu), 3),
            },
        )


def _round(port: int, debits: Sequence[Debit]) -> Round:
    _pull(port, debits)  # the sandbox evaluates each bundle once, for whoever asks first
    size, before = _pull(port, debits)
    guard = _through_the_guard(debits, _body)
    parsed = _through_the_guard(debits, _values)
    engine = _retrieve(debits)
    _, after = _pull(port, debits)
    return Round(debits, size, (before, after), guard, parsed, engine)


def _through_the_guard(
    debits: Sequence[Debit], ask: Callable[[Outbound, Debit], Awaitable[bool]]
) -> Took:
    """All HATs asked through one ``Outbound``, and nothing done with what they say.

    :raises AssertionError: not every HAT gave its values.
    """

    async def one(outbound: Outbound, places: asyncio.Semaphore, debit: Debit) -> bool:
        async with places:
            return await ask(outbound, debit)

    async def all_of_them() -> list[bool]:
        places = asyncio.Semaphore(settings.RETRIEVAL_CONCURRENCY)
        async with Outbound(trusted(), bounds=configured_bounds()) as outbound:
            return await asyncio.gather(*(one(outbound, places, debit) for debit in debits))

    given, took = timed(lambda: asyncio.run(all_of_them()))
    if not all(given):
        raise AssertionError(f"{given.count(False)} of {len(debits)} HATs gave no values")
    return took


async def _body(outbound: Outbound, debit: Debit) -> bool:
    question = Question(path=f"{debit.path}/values", headers={"Accept": "application/json"})
    hat, token = hat_at(debit.owner.domain), debit.owner.platform_token
    return (await outbound.ask(hat, question, token=token)).status == HTTPStatus.OK


async def _values(outbound: Outbound, debit: Debit) -> bool:
    hat, token = hat_at(debit.owner.domain), HatToken(debit.owner.platform_token)
    uid = str(debit.acceptance.uid)
    values = await HatClient(outbound).values(hat, token=token, debit_id=uid)
    return values.outcome is Outcome.DELIVERED


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
    at_once = settings.RETRIEVAL_CONCURRENCY
    sizes, took = timed(lambda: together(port, debits, ask_for_values, at_once=at_once))
    return sum(sizes), took


def _records(debits: Sequence[Debit]) -> int:
    uids = [debit.acceptance.pk for debit in debits]
    counts = Retrieval.objects.filter(debit__acceptance__in=uids)
    return sum(counts.values_list("records", flat=True))
