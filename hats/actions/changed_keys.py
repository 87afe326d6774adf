"""A HAT shows another key than the one we know: frozen, explained by its owner, decided on.

Somebody else may have the name now, so nothing is read or proposed until a moderator has looked.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from accounts import audit, notifications
from accounts.audit import Action
from accounts.models import User
from common import events
from common.errors import NotFound
from common.language import gettext as _
from hats import queries
from hats.actions import connections, credentials
from hats.models import (
    HatOwner,
    HatOwnerStatus,
    KeyDecision,
    OwnersWord,
    PinnedKey,
    WordGivenBy,
)


@transaction.atomic
def freeze_hat(*, hat_owner: HatOwner, shown_key: str, at: datetime) -> None:
    """Stop speaking to a HAT that shows another key; its owner and every moderator are told.

    Harmless when repeated. A key that was refused before says nothing new.
    """
    owner = connections.locked(hat_owner)
    if owner.public_key == shown_key:
        return
    was_connected = owner.status == HatOwnerStatus.CONNECTED
    if was_connected:
        _freeze(owner, at=at)
    was_decided = owner.keys.filter(public_key=shown_key, decided_at__isnull=False).exists()
    if (was_connected or not was_decided) and _remember(owner, shown_key, at=at):
        _tell(owner)


def _remember(owner: HatOwner, shown_key: str, *, at: datetime) -> bool:
    """Note the key that waits for a decision; a later one takes the place of one before."""
    waiting = queries.waiting_key(owner)
    if waiting is None:
        PinnedKey.objects.create(hat_owner=owner, public_key=shown_key, seen_at=at, trusted=False)
        return True
    if waiting.public_key == shown_key:
        return False
    waiting.decision, waiting.decided_at = KeyDecision.REFUSED, at
    waiting.reason = queries.SHOWED_ANOTHER_SINCE
    waiting.save(update_fields=["decision", "decided_at", "reason"])
    PinnedKey.objects.create(hat_owner=owner, public_key=shown_key, seen_at=at, trusted=False)
    return True


def _freeze(owner: HatOwner, *, at: datetime) -> None:
    credentials.destroy(hat_owner=owner)
    connections.move(owner, to=HatOwnerStatus.FROZEN, action=Action.HAT_FROZEN, by=None, at=at)
    events.publish(events.HatFrozen(hat_owner_id=owner.pk, at=at))


def _tell(owner: HatOwner) -> None:
    key = f"hat-frozen:{owner.pk}:{owner.keys.count()}"
    notifications.notify(
        [owner.user],
        notice="hat_key_changed",
        subject=lambda: _("Your HAT shows another key"),
        line=lambda: _(
            "We have stopped reading it, to be safe. Please tell us whether you have moved it."
        ),
        link=reverse("hats:key-changed"),
        key=key,
    )
    notifications.notify(
        User.objects.filter(is_moderator=True, is_active=True),
        notice="hat_frozen",
        subject=lambda: _("The HAT of {reference} shows another key").format(
            reference=owner.reference
        ),
        line=lambda: _(
            "Nothing is read from it until you have decided whether the new key is its owner’s."
        ),
        link=reverse("hats:moderation-hat", args=[owner.reference]),
        key=key,
    )


@transaction.atomic
def explain_key(
    *, hat_owner: HatOwner, word: OwnersWord, given_by: WordGivenBy, at: datetime
) -> None:
    """Note what the owner says about the new key; it weighs, and decides nothing.

    :raises NotFound: no key of this HAT waits for a decision.
    """
    owner = connections.locked(hat_owner)
    key = _waiting(owner)
    key.word, key.word_at, key.word_given_by = word, at, given_by
    key.save(update_fields=["word", "word_at", "word_given_by"])
    audit.record(
        Action.HAT_KEY_EXPLAINED,
        owner,
        at=at,
        actor=owner.user,
        owner_user=owner.user,
        word=word.value,
        given_by=given_by.value,
    )


@transaction.atomic
def trust_new_key(*, hat_owner: HatOwner, by: User, reason: str, at: datetime) -> None:
    """Accept the key a HAT shows now, after a moderator has made sure whose it is.

    What was frozen goes on; a HAT whose owner had left stays disconnected until they come back.

    :raises NotFound: no key of this HAT waits for a decision.
    """
    owner = connections.locked(hat_owner)
    key = _waiting(owner)
    _decide(key, KeyDecision.TRUSTED, by=by, reason=reason, at=at)
    owner.public_key = key.public_key
    owner.save(update_fields=["public_key"])
    if owner.status == HatOwnerStatus.FROZEN:
        action = Action.HAT_KEY_TRUSTED
        connections.move(owner, to=HatOwnerStatus.CONNECTED, action=action, by=by, at=at)
        events.publish(events.HatConnected(hat_owner_id=owner.pk, at=at))
    else:
        audit.record(Action.HAT_KEY_TRUSTED, owner, at=at, actor=by, owner_user=owner.user)
    _tell_decision(
        key,
        subject=lambda: _("We trust your HAT’s new key"),
        line=lambda: _("Log in with your HAT again: what you agreed to goes on."),
    )


@transaction.atomic
def refuse_new_key(*, hat_owner: HatOwner, by: User, reason: str, at: datetime) -> None:
    """Never trust this key, and end the connection; only the key we know can bring it back.

    :raises NotFound: no key of this HAT waits for a decision.
    """
    owner = connections.locked(hat_owner)
    key = _waiting(owner)
    _decide(key, KeyDecision.REFUSED, by=by, reason=reason, at=at)
    if owner.status == HatOwnerStatus.FROZEN:
        action = Action.HAT_KEY_REFUSED
        connections.move(owner, to=HatOwnerStatus.DISCONNECTED, action=action, by=by, at=at)
        connections.forget(owner, at=at)
    else:
        audit.record(Action.HAT_KEY_REFUSED, owner, at=at, actor=by, owner_user=owner.user)
    _tell_decision(
        key,
        subject=lambda: _("Your HAT is disconnected"),
        line=lambda: _(
            "We could not make sure that its new key is yours. Nothing is read from it any more."
        ),
    )


def _waiting(owner: HatOwner) -> PinnedKey:
    key = queries.waiting_key(owner)
    if key is None:
        raise NotFound(_("No key of this HAT waits for a decision."))
    key.hat_owner = owner
    return key


def _decide(key: PinnedKey, decision: KeyDecision, *, by: User, reason: str, at: datetime) -> None:
    key.trusted = decision == KeyDecision.TRUSTED
    key.decision, key.decided_at, key.decided_by, key.reason = decision, at, by, reason
    key.save(update_fields=["trusted", "decision", "decided_at", "decided_by", "reason"])


def _tell_decision(key: PinnedKey, *, subject: Callable[[], str], line: Callable[[], str]) -> None:
    notifications.notify(
        [key.hat_owner.user],
        notice="hat_key_decided",
        subject=subject,
        line=line,
        link=reverse("hats:settings"),
        key=f"hat-key-decided:{key.pk}",
    )
