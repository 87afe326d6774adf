"""``bench retrieval``: HATs read, checked, sealed and committed, against the bare pull of the same.

Both sides ask one sandbox process for the very same bodies, with tokens at hand, as many at a
time, in turns; the sandbox has evaluated and encoded each body before either side asks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from fulfilment.actions import retrievals
from fulfilment.models import Retrieval
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
    """The same HATs read by the bare pull, by the engine, and by the bare pull again."""

    debits: Sequence[Debit]
    engine: Took
    pulls: Sequence[Took]
    bytes: int


def measure(*, hat_port: int, size: int = SIZE) -> Iterator[Figure]:
    """HATs and records a second through the whole engine, in one process."""
    take_short_turns()  # as every worker does
    with sandbox.serving(hats=size, port=hat_port) as owners:
        holders = [owner for owner in owners if has_plays(owner)]
        share = len(holders) // ROUNDS
        groups = [enabled_debits(hat_port, holders[i * share :][:share]) for i in range(ROUNDS)]
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
    at_once = settings.RETRIEVAL_CONCURRENCY
    sizes, took = timed(lambda: together(port, debits, ask_for_values, at_once=at_once))
    return sum(sizes), took


def _records(debits: Sequence[Debit]) -> int:
    uids = [debit.acceptance.pk for debit in debits]
    counts = Retrieval.objects.filter(debit__acceptance__in=uids)
    return sum(counts.values_list("records", flat=True))
