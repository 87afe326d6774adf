"""HAT owners and the credentials by which the market speaks to their HATs."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common import transitions
from common.ids import new_reference


def owner_reference() -> str:
    return new_reference("HO")


class HatOwnerStatus(models.TextChoices):
    """Whether the market may speak to this HAT."""

    CONNECTED = "connected"
    FROZEN = "frozen"
    DISCONNECTED = "disconnected"


class HatOwner(models.Model):
    """The person whose HAT this is. Known by the HAT's domain and its pinned public key."""

    Status = HatOwnerStatus
    TRANSITIONS: transitions.Table = {
        Status.CONNECTED: frozenset({Status.FROZEN, Status.DISCONNECTED}),
        Status.FROZEN: frozenset({Status.CONNECTED, Status.DISCONNECTED}),
        Status.DISCONNECTED: frozenset({Status.CONNECTED}),
    }

    reference = models.CharField(max_length=16, unique=True, default=owner_reference)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="hat_owner"
    )
    hat_domain = models.CharField(
        max_length=255, unique=True, help_text="Canonical host, with its port if unusual."
    )
    cluster = models.CharField(max_length=120, help_text="Suffix of the trusted cluster.")
    public_key = models.TextField(help_text="Pinned PEM.")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.CONNECTED)
    connected_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(null=True)
    endpoints = ArrayField(
        models.CharField(max_length=120),
        default=list,
        help_text="Which endpoints hold data, as last seen in the owner's own session.",
    )
    endpoints_read_at = models.DateTimeField(null=True)
    namespaces = ArrayField(
        models.CharField(max_length=60),
        default=list,
        help_text="Which namespaces the application was let into, of those asked about.",
    )
    is_counted = models.BooleanField(
        default=True, help_text="The owner lets themselves be counted among who can fill an offer."
    )

    class Meta:
        constraints = [transitions.known("hatowner", HatOwnerStatus)]

    def __str__(self) -> str:
        return self.reference


class OwnersWord(models.TextChoices):
    """What an owner says about a key that the market does not know."""

    MINE = "mine"
    UNKNOWN = "unknown"


class WordGivenBy(models.TextChoices):
    """How whoever gave the owner's word had proved who they are."""

    SESSION = "session"
    KNOWN_KEY = "known_key"
    NEW_KEY = "new_key"


class KeyDecision(models.TextChoices):
    """What a moderator decided about a new key."""

    TRUSTED = "trusted"
    REFUSED = "refused"


class PinnedKey(models.Model):
    """Each public key a HAT has shown, in order: the newest trusted one is on the owner.

    A key that is not trusted waits for a decision until ``decided_at``. ``word`` is the owner's.
    """

    hat_owner = models.ForeignKey(HatOwner, on_delete=models.CASCADE, related_name="keys")
    public_key = models.TextField()
    seen_at = models.DateTimeField(default=timezone.now)
    trusted = models.BooleanField()
    word = models.CharField(max_length=12, choices=OwnersWord.choices, blank=True)
    word_at = models.DateTimeField(null=True)
    word_given_by = models.CharField(max_length=12, choices=WordGivenBy.choices, blank=True)
    decision = models.CharField(max_length=12, choices=KeyDecision.choices, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=500, blank=True, help_text="Why it was decided so.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(word__in=["", *OwnersWord.values])
                & models.Q(word_given_by__in=["", *WordGivenBy.values])
                & models.Q(decision__in=["", *KeyDecision.values]),
                name="pinnedkey_words_known",
            ),
            models.UniqueConstraint(
                fields=["hat_owner"],
                condition=models.Q(trusted=False, decided_at__isnull=True),
                name="pinnedkey_one_waits",
            ),
        ]

    def __str__(self) -> str:
        return f"key {self.pk}"


class CredentialKind(models.TextChoices):
    """Which of the three kinds of access a credential gives."""

    APPLICATION = "application", _("the owner’s log-in")
    PLATFORM = "platform", _("the platform account")
    ACCOUNT = "account", _("the market account")


class HatCredential(models.Model):
    """A token for one HAT, sealed like data and replaced whenever the HAT renews it.

    ``refused_at``: since when the HAT lets us in no more this way; whatever token stands beside
    it is worth nothing.
    """

    hat_owner = models.ForeignKey(HatOwner, on_delete=models.CASCADE, related_name="credentials")
    kind = models.CharField(max_length=12, choices=CredentialKind.choices)
    sealed_token = models.BinaryField()
    wrapped_key = models.BinaryField()
    expires_at = models.DateTimeField()
    renewed_at = models.DateTimeField(default=timezone.now)
    refused_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["refused_at"],
                condition=models.Q(refused_at__isnull=False),
                name="hatcredential_refused",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["hat_owner", "kind"], name="hatcredential_one_per_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=CredentialKind.values), name="hatcredential_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class MarketAccount(models.Model):
    """Our own account on one HAT, where its cluster wants one a HAT.

    Its name and number stay when its owner leaves, since it stays on the HAT; its password goes.
    ``made_at``: when the HAT first had it. ``known_at``: when the HAT first took this password;
    none while the HAT has not been told it.
    """

    hat_owner = models.OneToOneField(
        HatOwner, on_delete=models.CASCADE, related_name="market_account"
    )
    user_id = models.UUIDField(unique=True)
    username = models.CharField(max_length=60)
    sealed_password = models.BinaryField(null=True)
    wrapped_key = models.BinaryField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    made_at = models.DateTimeField(null=True)
    known_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sealed_password__isnull=True, wrapped_key__isnull=True)
                | models.Q(sealed_password__isnull=False, wrapped_key__isnull=False),
                name="marketaccount_password_with_its_key",
            ),
        ]

    def __str__(self) -> str:
        return self.username


class UsedLoginToken(models.Model):
    """The hash of a log-in token or state that was used, kept until it has expired."""

    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.digest[:8]
