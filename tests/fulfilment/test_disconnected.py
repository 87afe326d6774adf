"""A HAT whose owner has left the market: nothing is read, and what remains is said plainly."""

import pytest
from django.urls import reverse
from django.utils import timezone

from fulfilment.actions import leases, retrievals
from fulfilment.models import Acceptance, AcceptanceStatus, Retrieval, SealedBlock
from hats.actions import connections
from tests.factories import NOON
from tests.fulfilment import steps
from tests.fulfilment.owner_pages import (
    acceptance,
    as_person,
    at_noon,
    cluster,
    line,
    move,
    page_url,
    text,
)
from tests.sandbox import Sandbox

__all__ = ["acceptance", "as_person", "at_noon", "cluster", "line"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def leave(owner):
    """The owner disconnects, in another browser than the one that looks."""

    def now() -> None:
        connections.disconnect_hat(hat_owner=owner, at=NOON)

    return now


def test_an_answer_on_its_way_is_not_taken(sandbox: Sandbox):
    yes = steps.confirmed(steps.funded_line(), sandbox.hat())
    leases.claim(limit=5, at=timezone.now())

    connections.disconnect_hat(hat_owner=yes.hat_owner, at=timezone.now())

    retrieval = Retrieval.objects.get()
    assert (retrieval.status, retrieval.problem) == ("broken", "hat_not_connected")
    assert (retrieval.attempts, retrieval.lease) == (0, None)


def test_what_is_due_is_not_read(sandbox: Sandbox):
    yes = steps.confirmed(steps.funded_line(), sandbox.hat())
    connections.disconnect_hat(hat_owner=yes.hat_owner, at=timezone.now())

    retrievals.run_batch(at=timezone.now())

    assert SealedBlock.objects.count() == 0
    assert Retrieval.objects.get().problem == "hat_not_connected"


def test_what_was_agreed_stands(acceptance, leave):
    leave()

    assert Acceptance.objects.get().status == AcceptanceStatus.ACCEPTED


def test_my_data_says_what_remains_and_how_to_stop_it(acceptance, owner, as_person, cluster, leave):
    move(acceptance, status="confirmed", debit="enabled", confirmed_at=NOON)
    leave()

    home = as_person(owner).get(reverse("fulfilment:owner-home"))

    assert "1 agreement still stands" in text(home)
    assert "nothing is read from it" in text(home)
    assert page_url(acceptance, "withdraw") in home.content.decode()


def test_my_data_says_when_nothing_remains(owner, as_person, leave):
    leave()

    home = text(as_person(owner).get(reverse("fulfilment:owner-home")))

    assert "No agreement stands, so nobody keeps anything of yours through us." in home


@pytest.mark.parametrize(
    ("status", "fields", "words"),
    [
        ("accepted", {}, "Without your confirmation it ends on"),
        ("confirmed", {}, "Nothing was passed on so far."),
        (
            "fulfilled",
            {"delivered_at": NOON},
            "Tidewater Museum keeps the rows it has, without your name, until you stop sharing.",
        ),
    ],
)
@pytest.mark.usefixtures("cluster")
def test_each_agreement_says_that_it_rests(
    acceptance, owner, as_person, leave, status, fields, words
):
    move(acceptance, status=status, debit="enabled", **fields)
    leave()

    shown = text(as_person(owner).get(page_url(acceptance)))

    assert "Your HAT is not connected, so nothing is read." in shown
    assert words in shown


def test_the_page_before_leaving_says_what_stays(owner, as_person):
    page = as_person(owner).get(reverse("hats:disconnect"))

    assert "What you agreed to stands." in text(page)
    assert reverse("fulfilment:owner-home") in page.content.decode()
