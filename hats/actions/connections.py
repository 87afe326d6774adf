"""The life of a connection to a HAT: ended by its owner, and begun again when they say so."""

from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.audit import Action
from accounts.models import User
from common import events, transitions
from common.errors import InvalidTransition
from common.language import gettext as _
from hats.actions import credentials
from hats.models import HatOwner, HatOwnerStatus


@transaction.atomic
def disconnect_hat(*, hat_owner: HatOwner, at: datetime) -> None:
    """End every use of a HAT at its owner's wish, in this transaction.

    Every token is destroyed and every password, nothing is due any more, and no proposal leaves.
    What its owner agreed to stands until they stop it.

    :raises InvalidTransition: it is disconnected already.
    """
    owner = locked(hat_owner)
    move(
        owner, to=HatOwnerStatus.DISCONNECTED, action=Action.HAT_DISCONNECTED, by=owner.user, at=at
    )
    forget(owner, at=at)


@transaction.atomic
def reconnect_hat(*, hat_owner: HatOwner, at: datetime) -> None:
    """Take the connection up again, after its owner has logged in and said that they want it.

    :raises InvalidTransition: it is not disconnected.
    """
    owner = locked(hat_owner)
    if owner.status != HatOwnerStatus.DISCONNECTED:
        raise InvalidTransition(_("Your HAT is not disconnected."))
    move(owner, to=HatOwnerStatus.CONNECTED, action=Action.HAT_CONNECTED, by=owner.user, at=at)
    owner.connected_at = at
    owner.save(update_fields=["connected_at"])
    events.publish(events.HatConnected(hat_owner_id=owner.pk, at=at))


def forget(owner: HatOwner, *, at: datetime) -> None:
    """Give up all we hold of a HAT that is disconnected; its row is locked."""
    owner.endpoints, owner.endpoints_read_at, owner.namespaces = [], None, []
    owner.save(update_fields=["endpoints", "endpoints_read_at", "namespaces"])
    credentials.destroy(hat_owner=owner)
    events.publish(events.HatDisconnected(hat_owner_id=owner.pk, at=at))


def locked(hat_owner: HatOwner) -> HatOwner:
    """The owner as they are now, held until the transaction ends."""
    owners = HatOwner.objects.select_for_update(of=("self",)).select_related("user")
    return owners.get(pk=hat_owner.pk)


def move(
    owner: HatOwner, *, to: HatOwnerStatus, action: Action, by: User | None, at: datetime
) -> None:
    """Take one step of the owner's table, on a locked row."""
    was = owner.status
    transitions.check(HatOwner.TRANSITIONS, current=was, target=to)
    owner.status = to
    owner.save(update_fields=["status"])
    audit.record(action, owner, at=at, actor=by, owner_user=owner.user, was=was, now=to)
