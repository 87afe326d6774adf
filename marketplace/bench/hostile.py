"""Good HATs read with bad ones among them, by the running workers of a house, against a clean run.

The good ones of each round are others, equally many, with the same kind of data. Two clean rounds
stand around two with bad HATs, so that a machine that grows slower or faster favours neither.
"""

import itertools
import json
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from common.models import OutboxMessage
from fulfilment.actions import retrievals
from fulfilment.models import Acceptance, AcceptanceStatus, Retrieval, RetrievalStatus
from marketplace.bench import sandbox, scene
from marketplace.bench.debits import Debit, ask_for_values, enabled_debits, has_plays
from marketplace.bench.memory import Peak
from marketplace.bench.sandbox import Hats, Owner, together

GOOD = 300  # good HATs a round
HATS_FOR_TRADES = 60  # the first ones are left to the trade through the front doors
MOST_OF_CLEAN, TOLERANCE = 1.3, 0.15
MOST_MEBIBYTES = 700
HEAVY = "heavy"
# What each kind comes to: the status of its reading, and the first word of the problem.
KINDS: Final = {
    "slow": ("broken", "timeout"),
    "drip": ("broken", "timeout"),
    "endless": ("broken", "too_large"),
    "bomb": ("broken", "encoded"),
    HEAVY: ("stored", ""),
    "reset": ("broken", "reset"),
    "malformed": ("broken", "bad_json"),
    "deep": ("broken", "bad_json"),
    "html200": ("broken", "html"),
    "number_bomb": ("stored", ""),
    "over_delivery": ("stored", ""),
    "wrong_length": ("broken", "reset"),
    "redirect": ("broken", "redirect"),
    "status": ("broken", "busy"),
    "down": ("broken", "reset"),
}
_SLOW_SECONDS = {"slow": 60, "drip": 0.2}
_PATIENCE_SECONDS = 120.0
_LOOK_EVERY = 0.02
# All fifty records that are asked for, close to what one answer and one record may be.
_HEAVY_RECORDS, _HEAVY_NODES, _HEAVY_TEXT = 50, 1_200, 80_000


Ends = dict[int, tuple[str, str]]
"""Number of the acceptance to status and problem of its reading."""


@dataclass(frozen=True)
class Round:
    """HATs that become due together."""

    good: Sequence[Debit]
    bad: Sequence[tuple[str, Debit]] = ()

    @property
    def debits(self) -> list[Debit]:
        """All of them, the bad ones spread evenly among the good."""
        every = max(1, len(self.good) // (len(self.bad) or 1))
        bad = iter(self.bad)
        mixed: list[Debit] = []
        for place, debit in enumerate(self.good):
            if place % every == 0 and (found := next(bad, None)):
                mixed.append(found[1])
            mixed.append(debit)
        return [*mixed, *(debit for _, debit in bad)]


@dataclass
class Report:
    """What was seen; ``complaints`` says what should not have been."""

    good: int
    bad: int
    clean_seconds: float
    good_seconds: float
    worker_mebibytes: float
    outcomes: dict[str, int]
    complaints: list[str] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """How much longer the good HATs took because of the bad ones."""
        return self.good_seconds / self.clean_seconds

    def facts(self) -> dict[str, Any]:
        """For the JSON of a trade."""
        return {
            "good_hats": self.good,
            "hostile_hats": self.bad,
            "clean_seconds": round(self.clean_seconds, 2),
            "good_seconds": round(self.good_seconds, 2),
            "ratio": round(self.ratio, 2),
            "worker_mebibytes": round(self.worker_mebibytes),
            "hostile_outcomes": self.outcomes,
        }


def hats_needed(percent: float) -> int:
    """So many sandbox HATs, of which seven in ten hold plays, with some to spare."""
    return HATS_FOR_TRADES + 2 * (4 * GOOD + 2 * bad_among(GOOD, percent))


def measure(
    *, hat_port: int, percent: float, worker_pid: int, say: Callable[[str], None]
) -> Report:
    """Read all rounds with the workers that run, and compare.

    :param percent: bad HATs among all of a round.
    :param worker_pid: the process whose children do the reading.
    """
    say("HATs are prepared, some of them bad …")
    first, *rounds, last = _rounds(hat_port, percent)
    with Peak(worker_pid) as peak:
        say(f"Workers read {4 * GOOD} good HATs, half of them with bad ones among them …")
        clean = _read(first)
        _wait(_is_calm, "an end of what the first round led to")
        _misbehave(hat_port, rounds)
        good = 0.0
        for one in rounds:
            good += _read(one)
            _wait(_is_calm, "an end of what the round led to")
        say("… and give up on the bad ones.")
        bad = [pair for one in rounds for pair in one.bad]
        ends = _ends(bad)
        clean += _read(last)
        peak.look()
    report = Report(4 * GOOD, len(bad), clean, good, peak.mebibytes, _outcomes(bad, ends))
    report.complaints = [*too_much(report), *_wrong_ends(bad, ends)]
    return report


def bad_among(good: int, percent: float) -> int:
    """So many bad HATs beside so many good ones."""
    return max(1, round(good * percent / (100 - percent)))


def _rounds(port: int, percent: float) -> list[Round]:
    """Two clean ones around two with bad HATs."""
    bad = bad_among(GOOD, percent)
    owners = iter(_owners(port, first=hats_needed(percent)))
    sizes = [(GOOD, 0), (GOOD, bad), (GOOD, bad), (GOOD, 0)]
    kinds = itertools.cycle(KINDS)
    return [_round(port, list(itertools.islice(owners, sum(size))), size[1], kinds)
            for size in sizes]  # fmt: skip


def _round(port: int, owners: Sequence[Owner], bad: int, kinds: Iterator[str]) -> Round:
    debits = enabled_debits(port, owners)
    together(port, debits, ask_for_values, at_once=sandbox.AT_ONCE)  # evaluated once, for us
    scene.write_histories([debit.acceptance for debit in debits])
    return Round(debits[bad:], [(next(kinds), debit) for debit in debits[:bad]])


def _owners(port: int, *, first: int) -> list[Owner]:
    hats = json.loads(_control(port, "GET", f"hats?first={first}"))
    return [owner for hat in hats[HATS_FOR_TRADES:] if has_plays(owner := Owner(**hat))]


def _misbehave(port: int, rounds: Sequence[Round]) -> None:
    """From now on the bad HATs are what they are; what costs the sandbox much is made once."""
    pairs = [pair for one in rounds for pair in one.bad]
    heavy = [debit for kind, debit in pairs if kind == HEAVY]
    together(port, heavy, _fill, at_once=1)
    rules = [
        {"kind": kind, "hosts": debit.owner.domain, "seconds": _SLOW_SECONDS.get(kind, 1)}
        for kind, debit in pairs
        if kind != HEAVY
    ]
    _control(port, "PUT", "faults", {"faults": rules})
    for kind, debit in pairs:
        if kind == "bomb":
            headers = {"Host": debit.owner.domain}
            url = f"http://127.0.0.1:{port}{debit.path}/values"
            urllib.request.urlopen(urllib.request.Request(url, headers=headers)).close()


def _control(port: int, method: str, path: str, body: object = None) -> bytes:
    """Ask the sandbox itself."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/_sandbox/{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310  # our own, on loopback
        found: bytes = answer.read()
        return found


async def _fill(hats: Hats, debit: Debit) -> None:
    """Records as heavy as the bounds allow, newer than all others."""
    token = await hats.log_in(debit.owner)
    song = {"nodes": [{"a": {}}] * (_HEAVY_NODES), "text": "x" * _HEAVY_TEXT}
    for number in range(_HEAVY_RECORDS):
        record = {"played_at": f"2099-01-01T00:00:{number:02d}.000Z", "track": {"name": song}}
        path = "/api/v2.6/data/spotify/feed"
        await hats.ask("POST", path, debit.owner, token=token, body=record)
    await ask_for_values(hats, debit)


def _read(one: Round) -> float:
    """Seconds from when all are due until every good one is stored."""
    began, at = time.perf_counter(), timezone.now()
    with transaction.atomic():
        Retrieval.objects.bulk_create(
            Retrieval(debit=debit.acceptance.debit, due_at=at) for debit in one.debits
        )
        retrievals.hint(at=at)
    good = [debit.acceptance.pk for debit in one.good]
    stored = Retrieval.objects.filter(debit__acceptance__in=good, status=RetrievalStatus.STORED)
    _wait(lambda: stored.count() == len(good), "all good HATs to be stored")
    return time.perf_counter() - began


def _wait(look: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not look():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {_PATIENCE_SECONDS:.0f} s in vain for {what}")
        time.sleep(_LOOK_EVERY)


def _is_calm() -> bool:
    """Whether datasets are built and nothing else waits; reading may go on, with slow HATs."""
    waiting = OutboxMessage.objects.filter(due_at__lte=timezone.now())
    others = waiting.exclude(task="fulfilment.run_retrievals")
    return not others.filter(status__in=["pending", "leased"]).exists()


def _ends(bad: Sequence[tuple[str, Debit]]) -> Ends:
    """What all bad HATs have come to, once no worker is at any of them."""
    rows = Retrieval.objects.filter(
        debit__acceptance__in=[debit.acceptance.pk for _, debit in bad]
    ).values_list("debit__acceptance", "status", "problem")
    ends: Ends = {}

    def is_over() -> bool:
        ends.update(
            {number: (status, text.partition(":")[0]) for number, status, text in rows.all()}
        )
        return not {RetrievalStatus.DUE, RetrievalStatus.LEASED} & {s for s, _ in ends.values()}

    _wait(is_over, "an end of the bad ones")
    return ends


def _outcomes(bad: Sequence[tuple[str, Debit]], ends: Ends) -> dict[str, int]:
    """How often each kind came to what."""
    words = (f"{kind} {' '.join(ends[debit.acceptance.pk])}".strip() for kind, debit in bad)
    return dict(sorted(Counter(words).items()))


def _wrong_ends(bad: Sequence[tuple[str, Debit]], ends: Ends) -> Iterator[str]:
    """Bad HATs whose reading is not what it should be, or that were paid for nothing."""
    people = dict(Acceptance.objects.filter(pk__in=ends).values_list("pk", "status"))
    for kind, debit in bad:
        number = debit.acceptance.pk
        if ends[number] != KINDS[kind]:
            yield f"{kind}: {ends[number]} instead of {KINDS[kind]}"
        is_stored = ends[number][0] == RetrievalStatus.STORED
        due = AcceptanceStatus.FULFILLED if is_stored else AcceptanceStatus.CONFIRMED
        if people[number] != due:
            yield f"{kind}: the acceptance is {people[number]} instead of {due}"


def too_much(report: Report) -> Iterator[str]:
    """What the bad HATs cost the others beyond what they may."""
    if report.ratio > MOST_OF_CLEAN + TOLERANCE:
        yield f"good HATs took {report.ratio:.2f} times as long among bad ones"
    if report.worker_mebibytes > MOST_MEBIBYTES:
        yield f"a worker process took {report.worker_mebibytes:.0f} MiB"
