"""The life of a connection to a HAT: frozen when its key changes, trusted again, ended."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from accounts import audit, notifications
from accounts.audit import Action
from accounts.models import User
from common import events, transitions
from hats.actions import credentials
from hats.models import HatOwner, HatOwnerStatus, PinnedKey


@transaction.atomic
def freeze_hat(*, hat_owner: HatOwner, shown_key: str, at: datetime) -> None:
    """Stop speaking to a HAT that shows another key; every moderator is told.

    Somebody else may have the name now, so nothing more is read or proposed until a moderator
    has looked. Harmless when repeated.
    """
    owner = HatOwner.objects.select_for_update().get(pk=hat_owner.pk)
    if owner.status != HatOwnerStatus.CONNECTED or owner.public_key == shown_key:
        return
    PinnedKey.objects.create(hat_owner=owner, public_key=shown_key, seen_at=at, trusted=False)
    credentials.destroy_tokens(hat_owner=owner)
    _move(owner, to=HatOwnerStatus.FROZEN, action=Action.HAT_FROZEN, by=None, at=at)
    events.publish(events.HatFrozen(hat_owner_id=owner.pk, at=at))
    notifications.notify(
        User.objects.filter(is_moderator=True, is_active=True),
        notice="hat_frozen",
        subject=f"The HAT of {owner.reference} shows another key",
        line="Nothing is read from it until you have decided whether the new key is its owner’s.",
        link=reverse("hats:moderation-hats"),
        key=f"hat-frozen:{owner.pk}:{owner.keys.count()}",
    )


@transaction.atomic
def trust_new_key(*, hat_owner: HatOwner, by: User, at: datetime) -> None:
    """Accept the key a frozen HAT shows, after a moderator has checked whose it is.

    :raises InvalidTransition: the HAT is not frozen.
    """
    owner = HatOwner.objects.select_for_update().get(pk=hat_owner.pk)
    _move(owner, to=HatOwnerStatus.CONNECTED, action=Action.HAT_KEY_TRUSTED, by=by, at=at)
    newest = owner.keys.order_by("-pk")[:1].get()
    newest.trusted = True
    newest.save(update_fields=["trusted"])
    owner.public_key = newest.public_key
    owner.save(update_fields=["public_key"])


@transaction.atomic
def disconnect_hat(*, hat_owner: HatOwner, at: datetime) -> None:
    """End the connection at its owner's wish: all tokens are destroyed, nothing more is read.

    What its owner agreed to stands until they stop it.

    :raises InvalidTransition: it is disconnected already.
    """
    owner = HatOwner.objects.select_for_update().get(pk=hat_owner.pk)
    _move(
        owner,
        to=HatOwnerStatus.DISCONNECTED,
        action=Action.HAT_DISCONNECTED,
        by=owner.user,
        at=at,
    )
    owner.endpoints, owner.endpoints_read_at = [], None
    owner.save(update_fields=["endpoints", "endpoints_read_at"])
    credentials.destroy_tokens(hat_owner=owner)
    events.publish(events.HatDisconnected(hat_owner_id=owner.pk, at=at))


def _move(
    owner: HatOwner, *, to: HatOwnerStatus, action: Action, by: User | None, at: datetime
) -> None:
    """Take one step of the owner's table, on a locked row."""
    was = owner.status
    transitions.check(HatOwner.TRANSITIONS, current=was, target=to)
    owner.status = to
    owner.save(update_fields=["status"])
    audit.record(action, owner, at=at, actor=by, owner_user=owner.user, was=was, now=to)
