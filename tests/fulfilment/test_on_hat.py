"""What a HAT may still list of ours, and what rests while a HAT may not be spoken to."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common import events
from fulfilment.actions import acceptances, leases
from fulfilment.models import DataDebit, Retrieval
from fulfilment.queries.on_hat import debits_on_hat
from hats import queries
from hats.actions import connections
from tests.factories import NOON, make_hat_owner
from tests.fulfilment import steps
from tests.fulfilment.owner_pages import acceptance, cluster, line
from tests.sandbox import Sandbox

__all__ = ["acceptance", "cluster", "line"]

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(days=1)


@pytest.mark.usefixtures("cluster")
class TestWhatTheHatLists:
    def proposed(self, acceptance, **fields) -> None:
        DataDebit.objects.update(**({"status": "proposed", "proposed_at": NOON} | fields))
        acceptance.refresh_from_db()

    def test_each_debit_by_name_with_its_own_page(self, acceptance, owner):
        self.proposed(acceptance)

        (debit,) = debits_on_hat(owner, LATER)

        assert debit.title == acceptance.order_line.offer_version.title
        assert debit.asked_by == "Tidewater Museum"
        assert debit.page.endswith(f"/#/data-debit/{acceptance.uid}")

    def test_what_was_never_proposed_is_not_there(self, acceptance, owner):
        assert debits_on_hat(owner, LATER) == []

    def test_what_the_hat_refused_is_not_there(self, acceptance, owner):
        self.proposed(acceptance, status="refused")

        assert debits_on_hat(owner, LATER) == []

    def test_what_the_owner_withdrew_is_there_until_its_time_is_over(self, acceptance, owner):
        self.proposed(acceptance, status="enabled", ends_at=NOON + timedelta(days=30))
        acceptances.withdraw_acceptance(acceptance=acceptance, at=NOON)

        assert len(debits_on_hat(owner, NOON + timedelta(days=29))) == 1
        assert debits_on_hat(owner, NOON + timedelta(days=30)) == []

    def test_one_never_confirmed_is_over_when_its_period_would_be(self, acceptance, owner):
        self.proposed(acceptance)
        period = timedelta(days=acceptance.order_line.offer_version.period_days)

        assert debits_on_hat(owner, NOON + period) == []

    def test_without_its_cluster_a_debit_has_no_page(self, acceptance, owner, settings):
        self.proposed(acceptance)
        settings.HAT_CLUSTERS = []

        assert [debit.page for debit in debits_on_hat(owner, LATER)] == [""]

    def test_nobody_elses_is_there(self, acceptance, other_owner):
        self.proposed(acceptance)

        assert debits_on_hat(other_owner, LATER) == []

    def test_the_page_of_my_hat_asks_here(self, acceptance, owner):
        self.proposed(acceptance)

        assert queries.debits_on(owner, at=LATER) == debits_on_hat(owner, LATER)


@pytest.fixture
def other_owner(db):
    return make_hat_owner()


class TestResting:
    def due_in(self, days: int) -> Retrieval:
        Retrieval.objects.update(due_at=timezone.now() + timedelta(days=days))
        return Retrieval.objects.get()

    def test_what_is_due_later_is_due_then_again(self, sandbox: Sandbox):
        owner = steps.confirmed(steps.funded_line(), sandbox.hat()).hat_owner
        due_at = self.due_in(days=5).due_at
        connections.disconnect_hat(hat_owner=owner, at=timezone.now())
        rested = Retrieval.objects.get().due_at

        connections.reconnect_hat(hat_owner=owner, at=timezone.now())

        assert rested > timezone.now() + timedelta(days=100_000)
        assert Retrieval.objects.get().due_at == due_at

    def test_frozen_and_then_disconnected_it_rests_once(self, sandbox: Sandbox):
        owner = steps.confirmed(steps.funded_line(), sandbox.hat()).hat_owner
        due_at = self.due_in(days=5).due_at
        for event in (events.HatFrozen, events.HatDisconnected):
            events.publish(event(hat_owner_id=owner.pk, at=timezone.now()))

        events.publish(events.HatConnected(hat_owner_id=owner.pk, at=timezone.now()))

        assert Retrieval.objects.get().due_at == due_at

    def test_a_withdrawal_meanwhile_ends_it(self, sandbox: Sandbox):
        acceptance = steps.confirmed(steps.funded_line(), sandbox.hat())
        owner = acceptance.hat_owner
        connections.disconnect_hat(hat_owner=owner, at=timezone.now())
        acceptances.withdraw_acceptance(acceptance=acceptance, at=timezone.now())

        connections.reconnect_hat(hat_owner=owner, at=timezone.now())

        assert Retrieval.objects.get().status == "refused"
        assert leases.claim(limit=5, at=timezone.now()) == []

    def test_a_neighbour_is_read_as_before(self, sandbox: Sandbox):
        line = steps.funded_line()
        yeses = steps.many_confirmed(line, sandbox, count=2)

        connections.disconnect_hat(hat_owner=yeses[0].hat_owner, at=timezone.now())

        (job,) = leases.claim(limit=5, at=timezone.now())
        assert job.acceptance_id == yeses[1].pk
