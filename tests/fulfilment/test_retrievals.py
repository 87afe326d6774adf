from django.utils import timezone

from fulfilment.actions import retrievals
from fulfilment.models import Acceptance
from tests.fulfilment import steps
from tests.sandbox import Sandbox


def test_a_complete_group_is_read_delivered_and_paid(db: None, sandbox: Sandbox):
    line = steps.funded_line()
    people = steps.many_confirmed(line, sandbox, count=10)

    result = retrievals.run_batch(at=timezone.now())

    assert result.by_status == {"stored": 10}
    assert {a.status for a in Acceptance.objects.filter(pk__in=[p.pk for p in people])} == {
        "fulfilled"
    }
    line.refresh_from_db()
    assert line.people_delivered == 10
