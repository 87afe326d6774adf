"""Reads about datasets: who is told, what the pages show, which looks concern a person."""

from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.access import ROLE_ORDER
from accounts.models import Role, User
from fulfilment.models import Acceptance, DatasetRevision

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
