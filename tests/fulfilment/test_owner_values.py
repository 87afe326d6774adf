"""Owners see their own values live, and walk from yes to delivered, on a real sandbox HAT."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from buyers.queries import owner_card_for
from fulfilment import tasks  # noqa: F401  # registers the handlers
from fulfilment.actions import retrievals
from fulfilment.models import Acceptance, SealedBlock
from hats import tasks as hat_tasks  # noqa: F401  # registers the handlers
from hats.guard import CLUSTER_BREAKERS, HAT_BREAKERS
from hats.models import HatOwner
from offers.cards import card_hash
from offers.models import OfferField
from tests import factories
from tests.fulfilment.owner_pages import as_person, text
from tests.fulfilment.steps import ENDPOINT, confirmed, funded_line, play
from tests.hats.test_with_sandbox import log_in
from tests.outbox import run_outbox

__all__ = ["as_person"]
pytestmark = pytest.mark.django_db

# A namespace that our application is granted, and an endpoint that no plug fills.
GRANTED = "spotify/evenings"
EVENINGS = {
    "name": "evenings-1",
    "bundle": {
        "plays": {
            "endpoints": [
                {"endpoint": GRANTED, "mapping": {"at": "played_at", "song": "track.name"}}
            ],
            "orderBy": "played_at",
            "ordering": "descending",
            "limit": 50,
        }
    },
}


@pytest.fixture(autouse=True)
def forgotten_health():
    """What one test made of a HAT's health is nothing to the next."""
    yield
    for breakers in (HAT_BREAKERS, CLUSTER_BREAKERS):
        breakers.forget_all()


@pytest.fixture
def evenings(db):
    """An open line for what our application may read in the owner's session."""
    version = factories.make_version(bundle=EVENINGS, smallest_group=10)
    for position, (path, name, kind) in enumerate(
        [("at", "Time", "date and time"), ("song", "Song", "text")]
    ):
        OfferField.objects.create(
            version=version,
            position=position,
            table="plays",
            path=path,
            name=name,
            meaning=name,
            kind=kind,
            example="x",
        )
    return funded_line(version)


@pytest.fixture
def line(db):
    return funded_line()


@pytest.fixture
def hat(sandbox):
    """A HAT that has said yes to our application and holds some plays."""
    hat = sandbox.hat()
    hat.call("GET", "/api/v2.6/applications/hat-market/setup")
    hat.write(GRANTED, *(play(number) for number in range(3)))
    hat.write(ENDPOINT, *(play(number) for number in range(100, 103)))
    return hat


@pytest.fixture
def owner(client, hat):
    """Logged in with the HAT; our application may read the namespace of the offer."""
    owner = log_in(client, hat)
    HatOwner.objects.filter(pk=owner.pk).update(endpoints=[GRANTED, ENDPOINT])
    return owner


def values_url(line):
    return reverse("fulfilment:owner-values", args=[line.reference])


def accept(client, line):
    data = {"card_hash": card_hash(owner_card_for(line))}
    client.post(reverse("fulfilment:owner-accept", args=[line.reference]), data)
    return Acceptance.objects.latest("pk")


# -- own values -------------------------------------------------------------------------------
def test_the_values_that_would_leave_are_shown_in_words(client, owner, evenings):
    page = client.get(values_url(evenings))

    (table,) = page.context["tables"]
    assert [column.name for column in table.columns] == ["Time", "Song"]
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["3 November 2026, 20:00 UTC", "Song 2"],
        ["2 November 2026, 20:00 UTC", "Song 1"],
        ["1 November 2026, 20:00 UTC", "Song 0"],
    ]
    assert "kitchen" not in page.content.decode()


def test_the_look_is_recorded_without_what_was_seen_and_nothing_is_kept(client, owner, evenings):
    client.get(values_url(evenings))

    entry = AuditEntry.objects.get(action="own_values.seen")
    assert (entry.owner_user, entry.details) == (owner.user, {})
    assert not SealedBlock.objects.exists()


def test_no_more_than_twenty_rows_are_shown(client, owner, hat, evenings):
    hat.write(GRANTED, *(play(number) for number in range(3, 30)))

    page = client.get(values_url(evenings))

    (table,) = page.context["tables"]
    assert (len(table.rows), table.count) == (20, 30)
    assert "The first 20 of 30 are shown" in text(page)


def test_htmx_gets_the_fragment_and_others_the_page(client, owner, evenings):
    fragment = client.get(values_url(evenings), headers={"HX-Request": "true"}).content.decode()
    page = client.get(values_url(evenings)).content.decode()

    assert "<html" not in fragment
    assert "<html" in page
    assert "HX-Request" in client.get(values_url(evenings))["Vary"]


def test_a_hat_that_is_down_is_said_kindly(client, owner, hat, evenings, sandbox):
    sandbox.faults({"kind": "down", "hosts": hat.domain, "routes": ["data"]})

    page = client.get(values_url(evenings))

    assert page.status_code == 200
    assert "Nothing was shared, and you can answer without looking" in text(page)
    assert "Ask my HAT again" in text(page)


def test_a_token_that_ended_leads_to_the_log_in_and_back(client, owner, evenings):
    owner.credentials.all().delete()

    page = client.get(values_url(evenings)).content.decode()

    assert "Log in with your HAT again" in page
    assert f"/hat/log-in/?next=/my-data/offers/{evenings.reference}/" in page


def test_nobody_sees_values_through_a_buyers_log_in(client, owner, evenings, as_person, buyer):
    assert as_person(buyer).get(values_url(evenings)).status_code == 404


# -- the whole way ----------------------------------------------------------------------------
def test_from_yes_to_sharing(client, owner, hat, line):
    acceptance = accept(client, line)
    here = reverse("fulfilment:owner-acceptance", args=[acceptance.uid])
    first = client.get(here).context["share"].standing.label
    run_outbox()
    asked = client.get(here).context["share"].standing.label

    answer = client.post(reverse("fulfilment:owner-confirm", args=[acceptance.uid]))
    hat.confirm(acceptance.uid)
    client.post(reverse("fulfilment:owner-check", args=[acceptance.uid]))
    run_outbox()
    sharing = client.get(here).context["share"].standing.label

    assert answer.url.startswith(f"http://{hat.domain}/")
    assert (first, asked, sharing) == ("Asking your HAT", "Waiting for your HAT", "Sharing")


def test_a_delivery_shows_in_earnings_and_in_the_log(client, owner, hat, sandbox, line):
    for other in sandbox.hats(9):
        confirmed(line, other)
    acceptance = accept(client, line)
    run_outbox()
    hat.confirm(acceptance.uid)
    client.post(reverse("fulfilment:owner-check", args=[acceptance.uid]))
    run_outbox()
    retrievals.run_batch(at=timezone.now())

    earnings = client.get(reverse("fulfilment:owner-earnings")).context["earnings"]
    looks = client.get(reverse("fulfilment:owner-access-log")).context["looks"]
    page = client.get(reverse("fulfilment:owner-acceptance", args=[acceptance.uid]))
    assert page.context["share"].standing.label == "Delivered"
    pence = [m.minor_units for m in (earnings.held, earnings.earned, earnings.paid)]
    assert pence == [0, 80, 0]
    assert [look.what for look in looks] == ["your HAT sent 3 records"]


def test_stopping_on_the_way_gives_the_place_back(client, owner, hat, line):
    acceptance = accept(client, line)
    run_outbox()
    client.post(reverse("fulfilment:owner-withdraw", args=[acceptance.uid]))
    hat.confirm(acceptance.uid)
    run_outbox()
    retrievals.run_batch(at=timezone.now())

    line.refresh_from_db()
    acceptance.refresh_from_db()
    assert (acceptance.status, line.places_taken) == ("withdrawn", 0)
    assert hat.books()["pulls"] == 0
    assert not SealedBlock.objects.exists()
