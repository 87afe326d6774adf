"""``bench pages``: catalogue and offer page against a bare Django view of the same size.

Each page is asked for by a visitor, whose page is kept until the shelf changes, and by a buyer who
is logged in, whose page is made anew each time. Shop and bare view are served side by side by one
gunicorn worker each, and loaded in turns.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Organisation, Role, User
from marketplace.bench.figures import Figure, median
from marketplace.bench.servers import Load, body_size, gunicorn, load
from offers.models import Offer

SIZE = 800  # requests of one turn, at most
PROBE = 60
TURN_SECONDS = 1.5
ROUNDS = 3


@dataclass(frozen=True)
class Page:
    """What is asked for, and by whom: the Cookie header of somebody logged in."""

    name: str
    path: str
    cookie: str = ""


def measure(*, size: int = SIZE) -> Iterator[Figure]:
    """Requests a second, and CPU for each, of the two pages everybody opens."""
    call_command("seed_offers", verbosity=0, stdout=StringIO())
    offer, buyer = Offer.objects.order_by("pk")[0], _signed_in()
    path = f"/offers/{offer.slug}/"
    with gunicorn("marketplace.wsgi", environment={}) as shop:
        for page in (
            Page("catalogue", "/offers/"),
            Page("offer page", path),
            Page("catalogue, logged in", "/offers/", buyer),
            Page("offer page, logged in", path, buyer),
        ):
            yield _figure(page, shop, offer.pk, most=size)


def _figure(page: Page, shop: tuple[int, int], offer_id: int, *, most: int) -> Figure:
    size = body_size(shop[0], page.path, cookie=page.cookie)
    environment = {"BARE_BYTES": str(size), "DJANGO_SETTINGS_MODULE": ""}
    with gunicorn("marketplace.bench.bare", environment=environment) as bare:
        bare_path = f"/bare/{offer_id}"
        body_size(bare[0], bare_path)
        rounds = [
            (
                _loaded(*shop, page.path, cookie=page.cookie, most=most),
                _loaded(*bare, bare_path, most=most),
            )
            for _ in range(ROUNDS)
        ]
    of_shop, of_bare = (_middle(list(loads)) for loads in zip(*rounds, strict=True))
    return Figure(
        name=page.name,
        size=of_shop.requests,
        seconds=of_shop.seconds,
        holds="CPU of the web process",
        limit="bare Django view: one indexed query, same bytes, same gunicorn",
        limit_per_second=of_bare.per_second,
        more={
            "bytes": size,
            "queries": _queries(page),
            "cpu_ms": round(of_shop.cpu_ms, 3),
            "bare_cpu_ms": round(of_bare.cpu_ms, 3),
        },
    )


def _loaded(port: int, pid: int, path: str, *, most: int, cookie: str = "") -> Load:
    """One turn, about as long for a quick page as for a slow one, after a warm-up."""
    probe = load(port, pid, path, requests=PROBE, cookie=cookie)
    requests = min(most, max(PROBE, int(probe.per_second * TURN_SECONDS)))
    return load(port, pid, path, requests=requests, cookie=cookie)


def _middle(loads: list[Load]) -> Load:
    middle = median([one.per_second for one in loads])
    return next(one for one in loads if one.per_second == middle)


def _signed_in() -> str:
    """The Cookie header of a new buyer."""
    organisation = Organisation.objects.create(name="Measured", slug="measured", country="GB")
    buyer = User.objects.create_user("buyer@measured.example", name="Bo Buyer")
    Membership.objects.create(user=buyer, organisation=organisation, role=Role.BUYER)
    client = Client()
    client.force_login(buyer, backend="accounts.backends.AccountBackend")
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def _queries(page: Page) -> int:
    """Of the page made anew: this process has kept none."""
    with CaptureQueriesContext(connection) as captured:
        Client(HTTP_HOST="localhost", HTTP_COOKIE=page.cookie).get(page.path)
    return len(captured)
