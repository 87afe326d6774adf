from datetime import timedelta

from django.utils import timezone

from offers import tasks
from offers.actions import searches
from offers.models import Offer
from offers.tasks import refresh_people
from tests import factories


def test_the_periodic_task_counts_the_people_again_and_twice_is_harmless(version):
    for _ in range(15):
        factories.make_hat_owner(endpoints=["spotify/feed"])

    refresh_people()
    refresh_people()

    assert Offer.objects.get().people_available == 10


def test_matches_are_told_until_nobody_is_left(buyer, monkeypatch):
    monkeypatch.setattr(tasks, "BATCH", 2)
    long_ago = timezone.now() - timedelta(days=2)
    for number in range(5):
        searches.save_search(
            user=buyer, name=f"{number}", address=f"page={number}", rhythm="daily", at=long_ago
        )
    factories.make_version(published_at=timezone.now() - timedelta(hours=1))

    tasks.tell_of_matches()

    assert buyer.notifications.count() == 5
