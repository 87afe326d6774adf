"""What came of closed lines, told to the shop in numbers."""

from datetime import timedelta

import pytest

from buyers.models import OrderLineStatus
from fulfilment.actions import builds
from fulfilment.actions.outcomes import note_outcomes
from fulfilment.models import Acceptance, AcceptanceStatus
from fulfilment.tasks import note_outcomes as note_outcomes_task
from hats.models import HatOwner
from offers.models import Outcome
from offers.queries.catalogue import shelf_stamp
from tests import factories
from tests.factories import NOON
from tests.fulfilment.dataset_factories import make_dataset, make_delivered_line

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=3)


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"


def _closed_line(version, *, yes, asked, **fields):
    """A line open for two days, with so many yes of so many owners asked."""
    line = factories.make_line(
        version, status=OrderLineStatus.CLOSED, closed_at=NOON + timedelta(days=1), **fields
    )
    owners = [factories.make_hat_owner() for _ in range(asked)]
    for owner in owners[:yes]:
        Acceptance.objects.create(
            order_line=line,
            hat_owner=owner,
            status=AcceptanceStatus.FULFILLED,
            accepted_at=NOON,
            confirm_by=LATER,
        )
    return line


def test_a_closed_line_is_told_with_who_was_asked_and_who_agreed(version):
    line = _closed_line(version, yes=3, asked=8)

    note_outcomes(at=LATER)

    told = Outcome.objects.get()
    assert (told.offer_id, told.line_reference) == (version.offer_id, line.reference)
    assert (told.people_asked, told.people_agreed) == (8, 3)
    assert (told.hours_open, told.was_filled) == (48, False)
    assert (told.places, told.reward_minor_units, told.currency) == (20, 80, "GBP")


def test_a_full_line_was_open_until_its_last_yes(version):
    _closed_line(version, yes=20, asked=20, places_taken=20)

    note_outcomes(at=LATER)

    told = Outcome.objects.get()
    assert (told.hours_open, told.was_filled) == (24, True)


def test_an_open_line_is_not_told(version):
    factories.make_line(version)

    note_outcomes(at=LATER)

    assert not Outcome.objects.exists()


def test_who_does_not_want_to_be_counted_is_not_in_it(version):
    _closed_line(version, yes=3, asked=8)
    hidden = HatOwner.objects.filter(acceptances__isnull=False).first()
    HatOwner.objects.filter(pk=hidden.pk).update(is_counted=False)

    note_outcomes(at=LATER)

    told = Outcome.objects.get()
    assert (told.people_asked, told.people_agreed) == (7, 2)


def test_who_came_after_the_line_had_closed_was_not_asked(version):
    _closed_line(version, yes=1, asked=4)
    factories.make_hat_owner(connected_at=LATER)

    note_outcomes(at=LATER)

    assert Outcome.objects.get().people_asked == 4


def test_a_yes_that_lapsed_is_no_yes(version):
    _closed_line(version, yes=3, asked=8)
    lapsed = Acceptance.objects.order_by("pk")[0]
    Acceptance.objects.filter(pk=lapsed.pk).update(status=AcceptanceStatus.LAPSED)

    note_outcomes(at=LATER)

    assert Outcome.objects.get().people_agreed == 2


def test_told_twice_it_is_one_outcome_and_no_page_is_made_anew(version):
    _closed_line(version, yes=3, asked=8)
    note_outcomes_task()
    stamp = shelf_stamp()

    note_outcomes_task()

    assert Outcome.objects.count() == 1
    assert shelf_stamp() == stamp


def test_what_was_delivered_is_measured_from_the_newest_sealed_revision():
    line = make_delivered_line()
    dataset = make_dataset(line)
    builds.build_revision(dataset_id=dataset.pk, at=NOON + timedelta(hours=5))
    type(line).objects.filter(pk=line.pk).update(status=OrderLineStatus.CLOSED, closed_at=NOON)

    note_outcomes(at=LATER)

    told, revision = Outcome.objects.get(), dataset.revisions.get()
    assert told.revision == revision.number
    assert told.people_delivered == revision.people
    assert told.cells == told.cells_filled == revision.profile["cells"]
    assert told.hours_old == 5
