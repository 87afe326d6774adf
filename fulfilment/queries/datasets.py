"""Reads about datasets: who is told, what the pages show, which looks concern a person."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from accounts.access import ROLE_ORDER
from accounts.models import Organisation, Role, User
from fulfilment.models import (
    Acceptance,
    Dataset,
    DatasetRevision,
    DatasetRevisionStatus,
    RemovalNotice,
)
from fulfilment.queries import blocks

_BUYERS_AND_ABOVE = ROLE_ORDER[ROLE_ORDER.index(Role.BUYER) :]


def people_to_tell(organisation_id: int) -> QuerySet[User]:
    """Members who may act for the organisation on its datasets."""
    return User.objects.filter(
        is_active=True,
        memberships__organisation_id=organisation_id,
        memberships__role__in=_BUYERS_AND_ABOVE,
    ).order_by("pk")


def revisions_holding(acceptance_ids: Iterable[int]) -> QuerySet[DatasetRevision]:
    """Each revision that ever held rows of any of these acceptances, oldest first.

    Audit entries about views and downloads have a revision as their subject: with this an
    owner's log finds the ones that concern this owner.
    """
    ids = list(acceptance_ids)
    lines = Acceptance.objects.filter(pk__in=ids).values("order_line")
    return DatasetRevision.objects.filter(
        dataset__order_line__in=lines, members__acceptance_ids__overlap=ids
    ).order_by("pk")


def is_released(revision_id: int) -> bool:
    """Whether the revision may be taken at this moment."""
    released = DatasetRevision.objects.filter(pk=revision_id, status=DatasetRevisionStatus.SEALED)
    return released.exists()


def datasets_of(organisation: Organisation) -> QuerySet[Dataset]:
    """The organisation's datasets for their list, the newest first."""
    newest = DatasetRevision.objects.filter(
        dataset=OuterRef("pk"), status=DatasetRevisionStatus.SEALED
    ).order_by("-number")
    waiting = RemovalNotice.objects.filter(dataset=OuterRef("pk"), confirmed_at__isnull=True)
    return (
        Dataset.objects.filter(order_line__order__organisation=organisation)
        .select_related(
            "order_line__order__organisation", "order_line__offer_version__offer__category"
        )
        .annotate(
            newest_number=Subquery(newest.values("number")[:1]),
            newest_people=Subquery(newest.values("people")[:1]),
            newest_rows=Subquery(newest.values("rows")[:1]),
            newest_sealed_at=Subquery(newest.values("sealed_at")[:1]),
            is_waiting=Exists(waiting),
        )
        .order_by("-opened_at", "-pk")
    )


def newest_revision(dataset: Dataset) -> DatasetRevision | None:
    """The revision to show: the last one that is still released."""
    released = dataset.revisions.filter(status=DatasetRevisionStatus.SEALED)
    return released.order_by("-number").first()


def released_revisions(dataset: Dataset) -> QuerySet[DatasetRevision]:
    """Each revision that is or was released, the newest first, without its large columns."""
    released = dataset.revisions.filter(sealed_at__isnull=False)
    return released.defer("manifest", "profile").order_by("-number")


def removals_of(dataset: Dataset) -> QuerySet[RemovalNotice]:
    """Notices of people who stopped: those that wait first, the most urgent on top."""
    return dataset.removal_notices.select_related("confirmed_by").order_by(
        F("confirmed_at").asc(nulls_first=True), "confirm_by", "pk"
    )


@dataclass(frozen=True)
class Progress:
    """How far the next revision has come."""

    number: int
    done: int
    total: int
    is_building: bool
    is_waiting: bool
    has_too_few: bool

    @property
    def is_going_on(self) -> bool:
        """Whether there is something to wait for."""
        return self.is_waiting and not self.has_too_few


def progress_of(dataset: Dataset) -> Progress:
    """What is being built, or why nothing is."""
    building = dataset.revisions.filter(status=DatasetRevisionStatus.BUILDING).first()
    last = dataset.revisions.order_by("-number").values_list("number", flat=True).first() or 0
    is_stale = dataset.stale_since is not None and dataset.purged_at is None
    people = blocks.count_releasable_people(dataset.order_line_id) if is_stale else 0
    return Progress(
        number=building.number if building else last + 1,
        done=min(building.people, people) if building else 0,
        total=people,
        is_building=building is not None,
        is_waiting=is_stale,
        has_too_few=is_stale and people < dataset.order_line.places_minimum,
    )
