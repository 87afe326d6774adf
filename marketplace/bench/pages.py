"""``bench pages``: the pages of the shop against a bare Django view of the same size.

Ten thousand offers stand on the shelf. A visitor's page is kept whole until the shelf changes; of
a buyer's, who is logged in, the body is kept and the frame is made anew; “made anew” is a page that
nobody has asked for before. Shop and bare view are served side by side, each by one gunicorn worker
and once by two, and loaded in turns.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership, Organisation, Role, User
from marketplace.bench.figures import Figure, median
from marketplace.bench.servers import Load, body_size, gunicorn, load
from offers.models import Category, Offer

SIZE = 10_000  # offers
MOST = 800  # requests of one turn
PROBE = 60
TURN_SECONDS = 1.5
ROUNDS = 3
WORKERS = 2  # of a machine with two CPUs
WORDS = "songs"


@dataclass(frozen=True)
class Page:
    """What is asked for, and by whom.

    :param cookie: the Cookie header of somebody logged in.
    :param is_new: each request has another address of the same page, so that nothing is kept.
    :param workers: of shop and bare view.
    """

    name: str
    path: str
    cookie: str = ""
    is_new: bool = False
    workers: int = 1


def measure(*, size: int = SIZE) -> Iterator[Figure]:
    """Requests a second, and CPU for each, of the pages that most people open."""
    call_command("seed", offers=size, owners=size, stdout=StringIO())
    offer = Offer.objects.order_by("pk")[0]
    pages = list(_pages(offer, _signed_in()))
    for workers in sorted({page.workers for page in pages}):
        with gunicorn("marketplace.wsgi", environment={}, workers=workers) as shop:
            for page in pages:
                if page.workers == workers:
                    yield _figure(page, shop, offer.pk)


def _pages(offer: Offer, buyer: str) -> Iterator[Page]:
    shelf, one = reverse("offers:offer-list"), reverse("offers:offer-detail", args=[offer.slug])
    search = f"{shelf}?q={WORDS}"
    topic = reverse("offers:topic", args=[offer.category.slug])
    yield Page("home", reverse("offers:home"))
    yield Page("catalogue", shelf)
    yield Page("search", search)
    yield Page("search with two groups", f"{search}&category={offer.category.slug}&people=0")
    yield Page("topic", topic)
    yield Page("offer page", one)
    yield Page("compare", f"{reverse('offers:compare')}?offers={_some_references()}")
    yield Page("data catalogue", reverse("offers:data-list"))
    yield Page("publisher", reverse("offers:publisher", args=[_publisher()]))
    yield Page("catalogue, two processes", shelf, workers=WORKERS)
    yield Page("offer page, two processes", one, workers=WORKERS)
    yield Page("catalogue, logged in", shelf, buyer)
    yield Page("search, logged in", search, buyer)
    yield Page("offer page, logged in", one, buyer)
    yield Page("catalogue, made anew", shelf, is_new=True)
    yield Page("search, made anew", search, is_new=True)
    yield Page("offer page, made anew", one, is_new=True)


def _some_references() -> str:
    return ",".join(Offer.objects.order_by("pk").values_list("reference", flat=True)[:3])


def _publisher() -> str:
    return Organisation.objects.exclude(offers=None).order_by("pk")[0].slug


def _figure(page: Page, shop: tuple[int, int], offer_id: int) -> Figure:
    size = body_size(shop[0], page.path, cookie=page.cookie)
    environment = {"BARE_BYTES": str(size), "DJANGO_SETTINGS_MODULE": ""}
    with gunicorn("marketplace.bench.bare", environment=environment, workers=page.workers) as bare:
        bare_path = f"/bare/{offer_id}"
        body_size(bare[0], bare_path)
        rounds = [
            (_loaded(*shop, page), _loaded(*bare, Page("bare", bare_path))) for _ in range(ROUNDS)
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
            "offers": Offer.objects.count(),
            "queries": _queries(page),
            "cpu_ms": round(of_shop.cpu_ms, 3),
            "bare_cpu_ms": round(of_bare.cpu_ms, 3),
        },
    )


def _loaded(port: int, pid: int, page: Page) -> Load:
    """One turn, about as long for a quick page as for a slow one, after a warm-up."""
    probe = load(port, pid, page.path, requests=PROBE, cookie=page.cookie, is_new=page.is_new)
    requests = min(MOST, max(PROBE, int(probe.per_second * TURN_SECONDS)))
    return load(port, pid, page.path, requests=requests, cookie=page.cookie, is_new=page.is_new)


def _middle(loads: list[Load]) -> Load:
    middle = median([one.per_second for one in loads])
    return next(one for one in loads if one.per_second == middle)


def _signed_in() -> str:
    """The Cookie header of a new buyer, at work for an organisation."""
    organisation = Organisation.objects.create(name="Measured", slug="measured", country="GB")
    buyer = User.objects.create_user("buyer@measured.example", name="Bo Buyer")
    Membership.objects.create(user=buyer, organisation=organisation, role=Role.BUYER)
    client = Client()
    client.force_login(buyer, backend="accounts.backends.AccountBackend")
    session = client.session
    session["organisation_slug"] = organisation.slug
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def _queries(page: Page) -> int:
    """Of the page made anew: the shelf has changed since it was kept."""
    Category.objects.update(position=F("position"))
    with CaptureQueriesContext(connection) as captured:
        Client(HTTP_HOST="localhost", HTTP_COOKIE=page.cookie).get(page.path)
    return len(captured)
