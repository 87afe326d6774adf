"""An owner's word on being counted."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from hats.models import HatOwner

SETTINGS, COUNTING = reverse("hats:settings"), reverse("hats:counting")


@pytest.fixture
def own(client, owner):
    client.force_login(owner.user, backend="hats.backends.HatBackend")
    return client


def _is_counted():
    return HatOwner.objects.get().is_counted


def test_everybody_is_counted_until_they_say_otherwise(own):
    assert "You are counted." in own.get(SETTINGS).content.decode()


def test_an_owner_stops_being_counted_and_comes_back(own):
    page = own.post(COUNTING, {"counted": "no"}, follow=True).content.decode()

    assert not _is_counted()
    assert "You are not counted." in " ".join(page.split())
    own.post(COUNTING, {"counted": "yes"})
    assert _is_counted()


def test_each_change_is_recorded_once(own):
    for _ in range(3):
        own.post(COUNTING, {"counted": "no"})

    entry = AuditEntry.objects.get(action="hat.counting_changed")
    assert entry.details == {"is_counted": False}


@pytest.mark.parametrize("answer", [{}, {"counted": "maybe"}])
def test_an_answer_that_says_nothing_changes_nothing(own, answer):
    own.post(COUNTING, answer)

    assert _is_counted()
    assert not AuditEntry.objects.filter(action="hat.counting_changed").exists()
