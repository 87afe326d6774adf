"""Logging in with a HAT: no password here, a signed token from the HAT instead."""

import hashlib
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts import audit
from accounts.audit import Action
from accounts.models import User
from common import outbox
from hats import queries, tokens
from hats.actions import changed_keys, credentials
from hats.client import HatToken
from hats.clusters import Hat
from hats.configured import converse
from hats.errors import HatIsFrozen, HatTokenRefused
from hats.models import HatOwner, HatOwnerStatus, PinnedKey, UsedLoginToken, WordGivenBy
from hats.tokens import Assertion, Expected


def log_in(*, hat: Hat, token: str, at: datetime) -> HatOwner:
    """Return the owner of this HAT, proved by a token; the first log-in pins the HAT's key.

    Somebody who had disconnected is let in, and stays disconnected until they say otherwise.
    Speaks to the HAT only for its public key: at first contact, or when a signature does not fit.

    :param hat: fixed by the signed state before the token was seen.
    :raises HatTokenRefused: the token proves nothing, or was used before.
    :raises HatIsFrozen: the HAT shows another key than the pinned one.
    :raises HatUnreachable: its key could not be read; try again.
    :raises HatRefused: there is no such HAT, or what it shows is no key.
    """
    pinned = queries.pinned_key(hat)
    key = pinned or _shown_key(hat)
    try:
        assertion = tokens.verify(token, public_key=key, expected=_expected(hat), at=at)
    except HatTokenRefused as refusal:
        if pinned and refusal.reason == "signature":
            _refuse_another_key(hat, token, at=at)
        raise
    return _let_in(hat, key=key, token=token, assertion=assertion, at=at)


def _refuse_another_key(hat: Hat, token: str, *, at: datetime) -> None:
    """The token is not signed by the key we know: by the one the HAT shows now, or by none.

    :raises HatIsFrozen: the HAT shows another key; with the proof, if the token is signed by it.
    """
    shown = _another_key(hat, at=at)
    if not shown:
        return
    try:
        tokens.verify(token, public_key=shown, expected=_expected(hat), at=at)
    except HatTokenRefused:
        raise HatIsFrozen from None
    raise HatIsFrozen(proved=WordGivenBy.NEW_KEY)


def freeze_if_key_changed(*, hat: Hat, at: datetime) -> None:
    """Compare the key a HAT shows with the pinned one, and freeze the HAT if they differ.

    :raises HatIsFrozen: they differ.
    :raises HatUnreachable: its key could not be read.
    :raises HatRefused: it shows no key.
    """
    if _another_key(hat, at=at):
        raise HatIsFrozen


def _another_key(hat: Hat, *, at: datetime) -> str:
    """Return the key the HAT shows, if it is another than the pinned one; the HAT is frozen."""
    owner = HatOwner.objects.filter(hat_domain=hat.identity).first()
    shown = _shown_key(hat)
    if owner is None or owner.public_key == shown:
        return ""
    changed_keys.freeze_hat(hat_owner=owner, shown_key=shown, at=at)
    return shown


def _shown_key(hat: Hat) -> str:
    pem = converse(lambda hats: hats.public_key(hat)).strip() + "\n"
    tokens.check_public_key(pem)
    return pem


def _expected(hat: Hat) -> Expected:
    return Expected(
        identity=hat.identity,
        application_id=hat.cluster.application_id,
        origin=settings.SITE_URL,
    )


@transaction.atomic
def _let_in(hat: Hat, *, key: str, token: str, assertion: Assertion, at: datetime) -> HatOwner:
    _use_once(token, assertion, at=at)
    owner = _locked_owner(hat, key=key, at=at)
    if owner.status == HatOwnerStatus.FROZEN:
        raise HatIsFrozen(proved=WordGivenBy.KNOWN_KEY)
    if owner.public_key != key:
        raise HatTokenRefused("key_changed")
    owner.last_seen_at = at
    owner.save(update_fields=["last_seen_at"])
    if assertion.is_application and owner.status == HatOwnerStatus.CONNECTED:
        credentials.keep_login(
            hat_owner=owner, token=HatToken(token), expires_at=assertion.expires_at, at=at
        )
        outbox.enqueue("hats.refresh_endpoints", key=str(owner.pk), hat_owner_id=owner.pk)
    return owner


def _use_once(token: str, assertion: Assertion, *, at: datetime) -> None:
    """Remember the token's hash until it has expired, so that it logs in one time only."""
    UsedLoginToken.objects.filter(expires_at__lt=at).delete()
    digest = hashlib.sha256(token.encode("ascii")).hexdigest()
    used = UsedLoginToken(digest=digest, expires_at=assertion.expires_at)
    try:
        with transaction.atomic():
            used.save(force_insert=True)
    except IntegrityError:
        raise HatTokenRefused("used") from None


def _locked_owner(hat: Hat, *, key: str, at: datetime) -> HatOwner:
    owners = HatOwner.objects.select_for_update(of=("self",)).select_related("user")
    owner = owners.filter(hat_domain=hat.identity).first()
    if owner is not None:
        return owner
    try:
        with transaction.atomic():
            return _new_owner(hat, key=key, at=at)
    except IntegrityError:  # the same HAT logged in twice for the first time
        return owners.get(hat_domain=hat.identity)


def _new_owner(hat: Hat, *, key: str, at: datetime) -> HatOwner:
    owner = HatOwner.objects.create(
        user=User.objects.create_user(None, name=""),
        hat_domain=hat.identity,
        cluster=hat.cluster.suffix,
        public_key=key,
        connected_at=at,
    )
    PinnedKey.objects.create(hat_owner=owner, public_key=key, seen_at=at, trusted=True)
    status, user = owner.status, owner.user
    audit.record(Action.HAT_CONNECTED, owner, at=at, actor=user, owner_user=user, now=status)
    return owner
