"""What pages and workers need to know about HAT owners."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, QuerySet

from common import sealing
from common.language import gettext as _
from common.language import gettext_noop
from hats.client import HatToken
from hats.clusters import Hat
from hats.configured import clusters
from hats.models import CredentialKind, HatCredential, HatOwner, HatOwnerStatus, PinnedKey
from hats.tokens import fingerprint

# The reason of a key that another one took the place of; moderators write all others.
SHOWED_ANOTHER_SINCE = gettext_noop("The HAT has shown yet another key since.")


def pinned_key(hat: Hat) -> str | None:
    """Return the PEM we trust for this HAT, or None before its first log-in."""
    found = HatOwner.objects.filter(hat_domain=hat.identity)
    return found.values_list("public_key", flat=True).first()


def credential_context(hat_owner_id: int, kind: CredentialKind) -> str:
    """Return what binds sealed bytes to their row."""
    return f"credential:{hat_owner_id}:{kind.value}"


# The columns that hold a token, in the order in which it is opened.
SEALED = ("sealed_token", "wrapped_key")


def opened_token(row: HatCredential) -> HatToken:
    """Unseal what a credential holds."""
    kind = CredentialKind(row.kind)
    return open_token(row.hat_owner_id, kind, row.sealed_token, row.wrapped_key)


def open_token(
    hat_owner_id: int, kind: CredentialKind, sealed: bytes | memoryview, wrapped: bytes | memoryview
) -> HatToken:
    """Unseal a token from its columns."""
    context = credential_context(hat_owner_id, kind)
    key = sealing.unwrap(bytes(wrapped), context=context)
    plain = sealing.unseal(bytes(sealed), data_key=key, context=context)
    return HatToken(plain.decode("ascii"))


def application_token(hat_owner: HatOwner, *, at: datetime) -> HatToken | None:
    """Return the owner's own token, by which granted namespaces are read; None if it ended."""
    kind = CredentialKind.APPLICATION
    row = HatCredential.objects.filter(
        hat_owner=hat_owner, kind=kind, refused_at__isnull=True, expires_at__gt=at
    ).first()
    return None if row is None else opened_token(row)


def hats_with_new_keys() -> QuerySet[PinnedKey]:
    """Return the keys that wait for a moderator, the longest waiting first."""
    waiting = PinnedKey.objects.filter(trusted=False, decided_at__isnull=True)
    return waiting.select_related("hat_owner").order_by("seen_at", "pk")


def count_connected() -> int:
    """How many HAT owners are connected; pages show a band of it, never this number."""
    return HatOwner.objects.filter(status=HatOwnerStatus.CONNECTED).count()


def waiting_key(hat_owner: HatOwner) -> PinnedKey | None:
    """Return the key of this HAT that waits for a decision."""
    return hat_owner.keys.filter(trusted=False, decided_at__isnull=True).first()


@dataclass(frozen=True)
class ShownKey:
    """A key a HAT has shown.

    :param place: ``known`` is the one we go by, ``new`` waits for a decision; else ``refused``,
        or ``former``.
    """

    row: PinnedKey
    fingerprint: str
    place: str

    @property
    def reason(self) -> str:
        """Why it was decided so."""
        said = self.row.reason
        return _(said) if said == SHOWED_ANOTHER_SINCE else said


def keys_shown(hat_owner: HatOwner) -> list[ShownKey]:
    """Return every key this HAT has shown, the newest first."""
    rows = hat_owner.keys.select_related("decided_by").order_by("-pk")
    return [ShownKey(row, fingerprint(row.public_key), _place(row, hat_owner)) for row in rows]


def _place(row: PinnedKey, hat_owner: HatOwner) -> str:
    if not row.trusted:
        return "refused" if row.decided_at else "new"
    return "known" if row.public_key == hat_owner.public_key else "former"


@dataclass(frozen=True)
class LockedOut:
    """A cluster some of whose HATs do not let our account in; ``kind`` is a credential's."""

    name: str
    kind: str
    hats: int
    since: datetime


def clusters_that_refuse_us() -> list[LockedOut]:
    """Count the HATs that do not let our account in, by cluster and way in."""
    names = {cluster.suffix: cluster.name for cluster in clusters()}
    rows = (
        HatCredential.objects.filter(refused_at__isnull=False)
        .exclude(kind=CredentialKind.APPLICATION)
        .values("hat_owner__cluster", "kind")
        .annotate(hats=Count("pk"), since=Min("refused_at"))
        .order_by("since")
    )
    return [
        LockedOut(
            name=names.get(row["hat_owner__cluster"], row["hat_owner__cluster"]),
            kind=row["kind"],
            hats=row["hats"],
            since=row["since"],
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Namespace:
    """A namespace the application was let into.

    :param kinds: how many of the endpoints asked about hold data in it.
    """

    name: str
    kinds: int


def namespaces_of(hat_owner: HatOwner) -> list[Namespace]:
    """Return the namespaces the application may read, by name."""
    counts = Counter(endpoint.partition("/")[0] for endpoint in hat_owner.endpoints)
    names = sorted({*hat_owner.namespaces, *counts})
    return [Namespace(name, counts[name]) for name in names]


@dataclass(frozen=True)
class DebitOnHat:
    """A data debit that may still be listed on a HAT, as a higher app knows it.

    :param page: the HAT's own page of it, where its owner switches it off; may be empty.
    """

    title: str
    asked_by: str
    status: str
    page: str


DebitSource = Callable[[HatOwner, datetime], Sequence[DebitOnHat]]
_debit_sources: list[DebitSource] = []


def tell_debits_by(source: DebitSource) -> None:
    """Register who knows what stands on HATs; called from a higher app's ``ready()``."""
    if source not in _debit_sources:
        _debit_sources.append(source)


def debits_on(hat_owner: HatOwner, *, at: datetime) -> list[DebitOnHat]:
    """Return what the HAT may still list, by name."""
    return [debit for source in _debit_sources for debit in source(hat_owner, at)]
