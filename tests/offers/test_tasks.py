from offers.models import Offer
from offers.tasks import refresh_people
from tests import factories


def test_the_periodic_task_counts_the_people_again_and_twice_is_harmless(version):
    factories.make_hat_owner(endpoints=["spotify/feed"])

    refresh_people()
    refresh_people()

    assert Offer.objects.get().people_available == 1
