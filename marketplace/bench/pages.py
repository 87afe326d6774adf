"""``bench pages``: catalogue and offer page against a bare Django view of the same size."""

from collections.abc import Iterator

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.bench.figures import Figure, median
from marketplace.bench.servers import Load, body_size, gunicorn, load
from offers.models import Offer

REQUESTS = 800
ROUNDS = 3


def measure() -> Iterator[Figure]:
    """Requests a second, and CPU for each, of the two pages everybody opens."""
    call_command("seed_offers", verbosity=0)
    offer = Offer.objects.order_by("pk").first()
    if offer is None:
        return
    yield _figure("catalogue", "/", offer.pk)
    yield _figure("offer page", f"/offers/{offer.slug}/", offer.pk)


def _figure(name: str, path: str, offer_id: int) -> Figure:
    with gunicorn("marketplace.wsgi", environment={}) as (port, pid):
        size = body_size(port, path)
        page = _best(port, pid, path)
    bare_environment = {"BARE_BYTES": str(size), "DJANGO_SETTINGS_MODULE": ""}
    with gunicorn("marketplace.bench.bare", environment=bare_environment) as (port, pid):
        body_size(port, f"/bare/{offer_id}")
        bare = _best(port, pid, f"/bare/{offer_id}")
    return Figure(
        name=name,
        size=page.requests,
        seconds=page.seconds,
        holds="CPU of the web process",
        limit="bare Django view: one indexed query, same bytes, same gunicorn",
        limit_per_second=bare.per_second,
        more={
            "bytes": size,
            "queries": _queries(path),
            "cpu_ms": round(page.cpu_ms, 3),
            "bare_cpu_ms": round(bare.cpu_ms, 3),
        },
    )


def _best(port: int, pid: int, path: str) -> Load:
    """The middle of three rounds, after a warm-up."""
    load(port, pid, path, requests=100)
    rounds = [load(port, pid, path, requests=REQUESTS) for _ in range(ROUNDS)]
    middle = median([one.per_second for one in rounds])
    return next(one for one in rounds if one.per_second == middle)


def _queries(path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        Client(HTTP_HOST="localhost").get(path)
    return len(captured)
