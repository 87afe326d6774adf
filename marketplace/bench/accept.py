"""``bench accept``: one hot line, many owners at once, against the bare statements of a lock."""

import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

import psycopg
from django.db import connection
from django.utils import timezone
from psycopg.conninfo import make_conninfo

from buyers.errors import LineFull, LineNotOpen
from buyers.models import OrderLine
from fulfilment.actions.acceptances import accept_offer
from fulfilment.queries.acceptances import card_of
from hats.models import HatOwner
from marketplace.bench import scene
from marketplace.bench.figures import Figure, in_threads

THREADS = 4
SIZE = 1200  # people who say yes
SCRAMBLE = 160  # owners for the few places of the line that is fought over
ROUNDS = 6

_BARE = """
CREATE TABLE bench_line (
    id int PRIMARY KEY, places int NOT NULL, places_taken int NOT NULL
);
CREATE TABLE bench_acceptance (
    id bigserial PRIMARY KEY, uid uuid UNIQUE NOT NULL, line_id int NOT NULL,
    owner_id bigint NOT NULL, status varchar(10) NOT NULL, person varchar(16) NOT NULL,
    accepted_at timestamptz NOT NULL, confirm_by timestamptz NOT NULL,
    UNIQUE (line_id, owner_id)
)
"""


def measure(*, size: int = SIZE) -> Iterator[Figure]:
    """Acceptances a second of one line by prepared owners, and that none is too many."""
    oversold = _scramble(places=scene.SMALLEST_GROUP, owners=SCRAMBLE)
    share = max(scene.SMALLEST_GROUP, size // ROUNDS)
    rounds = [(_accepting(share), _locking(share)) for _ in range(ROUNDS)]
    seconds, bare = (sum(column) for column in zip(*rounds, strict=True))
    yield Figure(
        name="acceptance of one hot line",
        size=share * ROUNDS,
        seconds=seconds,
        holds="CPU of the accepting process and of PostgreSQL: ten rows a yes",
        limit="SELECT FOR UPDATE, INSERT, UPDATE, COMMIT through psycopg, as many threads",
        limit_per_second=share * ROUNDS / bare,
        more={"threads": THREADS, "oversold": oversold},
    )


def _accepting(people: int) -> float:
    """Seconds in which so many owners take so many places, through the product's own action."""
    line, owners = _hot_line(places=people, owners=people)
    return in_threads(_acceptance(line), owners, threads=THREADS, prepare=_connect)


def _scramble(*, places: int, owners: int) -> int:
    """How many more than ``places`` succeeded, of many more owners than that at once.

    :raises AssertionError: places stayed empty, or the line says something else than its owners.
    """
    line, people = _hot_line(places=places, owners=owners)
    accept = _acceptance(line)
    won: list[int] = []

    def try_it(owner: HatOwner) -> None:
        with suppress(LineFull, LineNotOpen):
            accept(owner)
            won.append(owner.pk)

    in_threads(try_it, people, threads=THREADS, prepare=_connect)
    line.refresh_from_db()
    if line.places_taken != len(won) or len(won) < places:
        raise AssertionError(f"{len(won)} owners won, the line says {line.places_taken}")
    return len(won) - places


def _hot_line(*, places: int, owners: int) -> tuple[OrderLine, Sequence[HatOwner]]:
    line = scene.open_line(scene.published_version(), places=places)
    people = scene.connected_owners(f"o{uuid.uuid4().hex}.hat.localhost" for _ in range(owners))
    return line, people


def _acceptance(line: OrderLine) -> Callable[[HatOwner], None]:
    """One owner's yes to the card as it is; the line was loaded by the page."""
    loaded = OrderLine.objects.select_related("order__organisation", "offer_version").get(
        pk=line.pk
    )
    shown = card_of(loaded).sha256

    def accept(owner: HatOwner) -> None:
        accept_offer(order_line=loaded, hat_owner=owner, card_hash=shown, at=timezone.now())

    return accept


@contextmanager
def _connect() -> Iterator[None]:
    connection.ensure_connection()
    try:
        yield
    finally:
        connection.close()


def _locking(people: int) -> float:
    """Seconds for as many places through the four statements that any such yes needs."""
    with connection.cursor() as cursor:
        cursor.execute(_BARE)
        cursor.execute("INSERT INTO bench_line VALUES (1, %s, 0)", [people])
    local = threading.local()

    @contextmanager
    def connect() -> Iterator[None]:
        with psycopg.connect(_address(), autocommit=True) as local.bare:
            yield

    def lock(owner_id: int) -> None:
        _take(local.bare, owner_id)

    try:
        return in_threads(lock, range(people), threads=THREADS, prepare=connect)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE bench_line, bench_acceptance")


def _take(bare: psycopg.Connection[tuple[int, ...]], owner_id: int) -> None:
    with bare.transaction():
        row = bare.execute(
            "SELECT places, places_taken FROM bench_line WHERE id = 1 FOR UPDATE"
        ).fetchone()
        assert row
        assert row[1] < row[0]
        bare.execute(
            "INSERT INTO bench_acceptance"
            " (uid, line_id, owner_id, status, person, accepted_at, confirm_by)"
            " VALUES (%s, 1, %s, 'accepted', %s, now(), now() + interval '14 days')",
            (uuid.uuid4(), owner_id, f"P-{owner_id}"),
        )
        bare.execute("UPDATE bench_line SET places_taken = places_taken + 1 WHERE id = 1")


def _address() -> str:
    known = connection.get_connection_params()
    wanted = ("dbname", "host", "port", "user", "password")
    return make_conninfo(**{name: known[name] for name in wanted if known.get(name)})
