"""What pages and workers need to know about HAT owners."""

from datetime import datetime

from django.db.models import QuerySet

from common import sealing
from hats.client import HatToken
from hats.clusters import Hat
from hats.models import CredentialKind, HatCredential, HatOwner, HatOwnerStatus, PinnedKey


def pinned_key(hat: Hat) -> str | None:
    """Return the PEM we trust for this HAT, or None before its first log-in."""
    found = HatOwner.objects.filter(hat_domain=hat.identity)
    return found.values_list("public_key", flat=True).first()


def credential_context(hat_owner_id: int, kind: CredentialKind) -> str:
    """Return what binds sealed bytes to their row."""
    return f"credential:{hat_owner_id}:{kind.value}"


def application_token(hat_owner: HatOwner, *, at: datetime) -> HatToken | None:
    """Return the owner's own token, by which granted namespaces are read; None if it ended."""
    kind = CredentialKind.APPLICATION
    row = HatCredential.objects.filter(hat_owner=hat_owner, kind=kind, expires_at__gt=at).first()
    if row is None:
        return None
    context = credential_context(hat_owner.pk, kind)
    key = sealing.unwrap(bytes(row.wrapped_key), context=context)
    plain = sealing.unseal(bytes(row.sealed_token), data_key=key, context=context)
    return HatToken(plain.decode("ascii"))


def frozen_hats() -> QuerySet[HatOwner]:
    """Return the HATs whose new key waits for a moderator, the longest waiting first."""
    return HatOwner.objects.filter(status=HatOwnerStatus.FROZEN).order_by("pk")


def newest_untrusted_key(hat_owner: HatOwner) -> PinnedKey | None:
    """Return the key that froze this HAT."""
    return hat_owner.keys.filter(trusted=False).order_by("-pk").first()


def namespaces_held(hat_owner: HatOwner) -> list[tuple[str, int]]:
    """Return each namespace that holds data, with how many of its endpoints do, by name."""
    counts: dict[str, int] = {}
    for endpoint in hat_owner.endpoints:
        namespace = endpoint.partition("/")[0]
        counts[namespace] = counts.get(namespace, 0) + 1
    return sorted(counts.items())
