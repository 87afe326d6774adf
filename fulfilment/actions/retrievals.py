"""Reading HATs: claim by lease, ask many at once, write down in batches.

One event loop in its own thread speaks to the HATs; the database is spoken to by the calling
thread alone, between the loop's turns. A HAT that is slow keeps one place busy and nothing else.
"""

import asyncio
import gc
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Final

from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings

from common import outbox
from fulfilment.actions import leases, storing
from fulfilment.actions.readings import Answer, Job, Reading
from fulfilment.models import RetrievalStatus
from hats.actions.talks import Talks
from hats.client import HatClient
from hats.configured import hat_at, hat_client
from hats.errors import HatNotTrusted, HatRefused, HatUnreachable, Unreachable
from hats.room import HOLD, LARGE_BYTES, Hold, Room

Clock = Callable[[], datetime]

# Answers are written down this many at a time, or sooner: memory and time are bounded.
_WRITE_AT: Final = 200
_WRITE_AT_BYTES: Final = 4 * 1024 * 1024
_WRITE_AFTER_SECONDS: Final = 0.5
# When few are left and silent, those that have answered need not wait for them.
_WRITE_WHEN_SILENT_SECONDS: Final = 0.05
# Large answers in memory, from the network to the disk; as trees they can take twenty times that.
_LARGE_ANSWERS_BYTES: Final = 8 * 1024 * 1024
# One costs as much to write as a hundred others: it waits for a lull, but no longer than this.
_LARGE_WAITS_SECONDS: Final = 0.5
# A request this old gives its place to another; so many may be open in all.
_SLOW_AFTER_SECONDS: Final = 1.0
_MOST_OPEN: Final = 512
# While slow HATs keep a run busy, it looks this often for what has become due.
_LOOK_AGAIN_SECONDS: Final = 0.5
# Turns of the loop in which a request gets from its task to its socket.
_TURNS_TO_BEGIN: Final = 4
_TICK: Final = None
# Records are trees and end with their last reference; to look for cycles among all that a process
# holds, again for every seven answers, costs a fifth of a reading.
_USUAL_THRESHOLDS: Final = gc.get_threshold()
_SELDOM: Final = 50_000


@dataclass(frozen=True)
class BatchResult:
    """What came of a run: retrievals claimed, and those written down by status."""

    claimed: int
    by_status: Counter[str]

    @property
    def stored(self) -> int:
        """Retrievals that brought something new."""
        return self.by_status[RetrievalStatus.STORED]


def run_batch(*, at: datetime) -> BatchResult:
    """Run one batch of what is due, as of ``at``; harmless beside others doing the same."""
    with _collecting_seldom():
        return async_to_sync(_Run(clock=lambda: at, most=settings.RETRIEVAL_BATCH).go)()


def run_until_idle(*, clock: Clock, seconds: float) -> BatchResult:
    """Run batches until nothing is due; nothing new is begun after so many seconds."""
    ends_at = clock() + timedelta(seconds=seconds)
    with _collecting_seldom():
        return async_to_sync(_Run(clock=clock, ends_at=ends_at).go)()


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Leave what is there alone, and look for cycles among the rest after a batch or two."""
    gc.freeze()
    gc.set_threshold(_SELDOM, *_USUAL_THRESHOLDS[1:])
    try:
        yield
    finally:
        gc.set_threshold(*_USUAL_THRESHOLDS)
        gc.unfreeze()


def hint(*, at: datetime) -> None:
    """Have a worker look for due retrievals; several hints are one."""
    outbox.enqueue("fulfilment.run_retrievals", key="retrievals", due_at=at)


@dataclass
class _Run:
    """One run of the engine.

    :param most: retrievals to claim at most; without it, until nothing is due or ``ends_at``.
    """

    clock: Clock
    most: int | None = None
    ends_at: datetime | None = None
    talks: Talks = field(default_factory=Talks)
    waiting: deque[Job] = field(default_factory=deque)
    begun: dict[Job, float] = field(default_factory=dict)  # when each running request began
    finished: list[Answer] = field(default_factory=list)
    large: list[Answer] = field(default_factory=list)  # finished, and put aside
    large_at: float = 0.0  # when they are written at the latest
    room: Room = field(default_factory=lambda: Room(_LARGE_ANSWERS_BYTES))
    holds: dict[Job, Hold] = field(default_factory=dict)
    held_bytes: int = 0
    claimed: int = 0
    is_dry: bool = False
    is_silent: bool = False
    look_again_at: float = 0.0
    by_status: Counter[str] = field(default_factory=Counter)

    async def go(self) -> BatchResult:
        """Claim, ask and write until there is nothing left to do."""
        self.arrived: asyncio.Queue[Answer | None] = asyncio.Queue()
        self.write_at = asyncio.get_running_loop().time() + _WRITE_AFTER_SECONDS
        async with hat_client() as hats:
            while True:
                await self._begin_more(hats)  # the HATs work while we write
                if self._must_write():
                    await self._write()
                elif self.begun:
                    await self._gather()
                elif self.is_dry and not self.waiting:
                    return BatchResult(self.claimed, self.by_status)

    async def _begin_more(self, hats: HatClient) -> None:
        free = self._free_places()
        if free < _wave() and self.begun:
            return
        if not self.waiting:
            await self._claim()
        chosen = [self.waiting.popleft() for _ in range(min(free, len(self.waiting)))]
        if chosen:
            await self._begin(hats, chosen)

    def _free_places(self) -> int:
        """Requests that may begin; those that take long do not keep others from it."""
        slow_since = asyncio.get_running_loop().time() - _SLOW_AFTER_SECONDS
        slow = sum(1 for _ in takewhile(lambda at: at < slow_since, self.begun.values()))
        running = len(self.begun)
        return min(settings.RETRIEVAL_CONCURRENCY + slow, _MOST_OPEN) - running

    async def _claim(self) -> None:
        now = asyncio.get_running_loop().time()
        if self.is_dry and now < self.look_again_at:
            return
        limit = settings.RETRIEVAL_BATCH
        if self.most is not None:
            limit = min(limit, self.most - self.claimed)
        is_late = self.ends_at is not None and self.clock() >= self.ends_at
        self.look_again_at = now + _LOOK_AGAIN_SECONDS
        if is_late or limit < 1:
            self.is_dry = True
            return
        jobs = await sync_to_async(self._claimed)(limit)
        self.is_dry = len(jobs) < limit
        self.claimed += len(jobs)
        self.waiting.extend(jobs)

    def _claimed(self, limit: int) -> list[Job]:
        at = self.clock()
        jobs = leases.claim(limit=limit, at=at)
        self.talks.load({job.owner_id for job in jobs}, at=at)
        return jobs

    async def _begin(self, hats: HatClient, jobs: Sequence[Job]) -> None:
        """Begin the requests while nothing can forbid them; see ``leases.agreed``."""
        holding = leases.agreed(jobs, at=self.clock())
        forbidden = await sync_to_async(holding.__enter__)()
        try:
            for job in jobs:
                if reason := forbidden.get(job.retrieval_id):
                    self.finished.append(Answer(job=job, problem=reason, was_asked=False))
                else:
                    self._start(hats, job)
            for _ in range(_TURNS_TO_BEGIN):
                await asyncio.sleep(0)
        finally:
            await sync_to_async(holding.__exit__)(None, None, None)

    def _start(self, hats: HatClient, job: Job) -> None:
        self.begun[job] = asyncio.get_running_loop().time()
        self.holds[job] = hold = Hold(self.room)
        task = asyncio.create_task(_ask(hats, self.talks, job, hold))
        task.add_done_callback(lambda done: self.arrived.put_nowait(done.result()))

    async def _gather(self) -> None:
        """Take what arrives, until places are free again or it is time to write."""
        loop = asyncio.get_running_loop()
        tick_at = self.write_at
        if (self.finished or self.large) and len(self.begun) <= _wave():
            tick_at = min(tick_at, loop.time() + _WRITE_WHEN_SILENT_SECONDS)
        tick = loop.call_at(tick_at, self.arrived.put_nowait, _TICK)
        taken = 0
        while taken < _wave() and self.begun and not self._has_enough():
            answer = await self.arrived.get()
            if answer is _TICK:
                self.is_silent = not taken
                break
            self._take(answer)
            taken += 1
        tick.cancel()

    def _take(self, answer: Answer) -> None:
        del self.begun[answer.job]
        size = 0 if answer.values is None else len(answer.values.raw)
        if size > LARGE_BYTES:
            self._put_aside(answer)
            return
        self.finished.append(answer)
        self.held_bytes += size
        if answer.values is None:
            self.holds.pop(answer.job).let_go()

    def _put_aside(self, answer: Answer) -> None:
        if not self.large:
            self.large_at = asyncio.get_running_loop().time() + _LARGE_WAITS_SECONDS
        self.large.append(answer)

    def _must_write(self) -> bool:
        is_time = asyncio.get_running_loop().time() >= self.write_at
        is_last = bool(self.finished or self.large) and not self.begun
        return is_time or is_last or self._has_enough() or self.is_silent

    def _has_enough(self) -> bool:
        return len(self.finished) >= _WRITE_AT or self.held_bytes >= _WRITE_AT_BYTES

    async def _write(self) -> None:
        answers, self.finished, self.held_bytes = self.finished, [], 0
        await self._write_down(answers)
        if self._is_time_for_large():
            answers, self.large = self.large, []
            await self._write_down(answers)
        self.is_silent = False
        self.write_at = asyncio.get_running_loop().time() + _WRITE_AFTER_SECONDS

    def _is_time_for_large(self) -> bool:
        is_late = asyncio.get_running_loop().time() >= self.large_at
        return is_late or self.is_silent or not self.begun

    async def _write_down(self, answers: Sequence[Answer]) -> None:
        if not answers:
            return
        written = await sync_to_async(self._written)(answers)
        self.by_status.update(str(reading.status) for reading in written)
        for answer in answers:
            if hold := self.holds.pop(answer.job, None):
                hold.let_go()

    def _written(self, answers: Sequence[Answer]) -> list[Reading]:
        at = self.clock()
        self.talks.save(at=at)
        return storing.store(answers, at=at)


def _wave() -> int:
    """How many places must be free before requests are begun: agreeing to them costs a little."""
    return max(1, settings.RETRIEVAL_CONCURRENCY * 2 // 5)


async def _ask(hats: HatClient, talks: Talks, job: Job, hold: Hold) -> Answer:
    """Ask one HAT for one debit's values; every outcome is an answer."""
    HOLD.set(hold)
    try:
        hat = hat_at(job.hat_domain)
        values = await talks.ask(
            hats,
            hat,
            owner_id=job.owner_id,
            question=lambda token: hats.values(hat, token=token, debit_id=str(job.uid)),
        )
    except HatUnreachable as trouble:
        is_no_fault = trouble.reason in {Unreachable.RESTING, Unreachable.LOCKED_OUT}
        return Answer(
            job=job,
            problem=str(trouble.reason),
            retry_after=trouble.retry_after,
            was_asked=not is_no_fault,
        )
    except HatRefused as refusal:
        return Answer(job=job, problem=refusal.reason)
    except HatNotTrusted as refusal:
        return Answer(job=job, problem=refusal.code)
    except Exception as error:  # noqa: BLE001  # an answer that breaks our reader stops nobody
        return Answer(job=job, problem=f"unexpected:{type(error).__name__}")
    return Answer(job=job, values=values)
