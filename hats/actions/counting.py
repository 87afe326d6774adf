"""Whether an owner is counted among the people who can fill an offer."""

from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.audit import Action
from hats.models import HatOwner


@transaction.atomic
def set_counted(*, hat_owner: HatOwner, is_counted: bool, at: datetime) -> None:
    """Let this owner be counted from the next count on, or no more. Harmless when repeated."""
    owner = HatOwner.objects.select_for_update().get(pk=hat_owner.pk)
    if owner.is_counted == is_counted:
        return
    owner.is_counted = is_counted
    owner.save(update_fields=["is_counted"])
    user = owner.user
    audit.record(
        Action.HAT_COUNTING_CHANGED,
        owner,
        at=at,
        actor=user,
        owner_user=user,
        is_counted=is_counted,
    )
