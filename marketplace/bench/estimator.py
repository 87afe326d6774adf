"""``bench estimator``: counting people, and answering what an order may bring, among many owners.

The answer is asked for as the page asks for it, each time with other numbers. Its limit is what
PostgreSQL needs for the same statements alone.
"""

import itertools
import random
from collections.abc import Iterator
from io import StringIO

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from hats.models import HatOwner
from marketplace.bench.figures import Figure, timed
from offers.actions import refresh_people_available
from offers.models import Offer, Outcome
from offers.queries.endpoints import endpoints_asked_for

SIZE = 100_000  # owners
ANSWERS = 200
EARLIER_ORDERS = 200
_BATCH = 5_000
_KINDS_OF_OWNERS = 400  # what their HATs hold
_ALL_OWNERS = """
SELECT endpoints, count(id) FROM hats_hatowner
WHERE status = 'connected' AND is_counted GROUP BY endpoints
"""


def measure(*, size: int = SIZE) -> Iterator[Figure]:
    """Counting all of them for the whole shelf, and answers a second."""
    call_command("seed_offers", verbosity=0, stdout=StringIO())
    _connect(size)
    yield _counting(size)
    offer = Offer.objects.order_by("pk")[0]
    _earlier_orders(offer)
    yield _answering(offer, owners=size)


def _counting(size: int) -> Figure:
    _, bare = timed(lambda: _run([_ALL_OWNERS]))
    _, took = timed(lambda: refresh_people_available(timezone.now()))
    return Figure(
        name="counting people",
        size=size,
        seconds=took.seconds,
        holds="PostgreSQL, grouping owners",
        limit="the same owners grouped by PostgreSQL alone",
        limit_per_second=size / bare.seconds,
        more={"offers": Offer.objects.count()},
    )


def _answering(offer: Offer, *, owners: int) -> Figure:
    client, numbers = Client(HTTP_HOST="localhost", HTTP_HX_REQUEST="true"), itertools.count(50)
    path = f"/offers/{offer.slug}/estimate/"

    def ask() -> None:
        answer = client.get(f"{path}?places={next(numbers)}&days=28&reward=0.90")
        assert answer.status_code == 200  # noqa: PLR2004  # OK

    with CaptureQueriesContext(connection) as captured:
        ask()
    statements = [query["sql"] for query in captured]
    _, bare = timed(lambda: _run(statements * ANSWERS))
    slowest, took = timed(lambda: max(timed(ask)[1].seconds for _ in range(ANSWERS)))
    return Figure(
        name="answers of the estimator",
        size=ANSWERS,
        seconds=took.seconds,
        holds="CPU of the web process, rendering",
        limit="the same statements alone",
        limit_per_second=ANSWERS / bare.seconds,
        more={
            "owners": owners,
            "queries": len(statements),
            "mean_ms": round(1000 * took.seconds / ANSWERS, 2),
            "slowest_ms": round(1000 * slowest, 2),
        },
    )


def _run(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            cursor.fetchall()


def _connect(size: int) -> None:
    """Owners whose HATs hold one to six of the endpoints that the shelf asks for."""
    chance = random.Random(7)  # noqa: S311  # the same crowd in every run, no secret
    names = endpoints_asked_for()
    kinds = [
        sorted(chance.sample(names, min(len(names), chance.randint(1, 6))))
        for _ in range(_KINDS_OF_OWNERS)
    ]
    for start in range(0, size, _BATCH):
        some = range(start, min(start + _BATCH, size))
        users = User.objects.bulk_create(User(name="", password="!") for _ in some)  # noqa: S106  # unusable
        HatOwner.objects.bulk_create(
            HatOwner(
                user=user,
                reference=f"HO-{number:07}",
                hat_domain=f"counted{number}.hat.localhost",
                cluster="hat.localhost",
                public_key="measured",
                endpoints=chance.choice(kinds),
            )
            for user, number in zip(users, some, strict=True)
        )


def _earlier_orders(offer: Offer) -> None:
    Outcome.objects.bulk_create(
        Outcome(
            offer=offer,
            line_reference=f"OL-M{number}",
            reward_minor_units=90 + number % 60,
            currency="GBP",
            places=500,
            people_asked=5_000,
            people_agreed=400 + number,
            hours_open=28 * 24,
            was_filled=False,
        )
        for number in range(EARLIER_ORDERS)
    )
