"""HAT owners and the credentials by which the market speaks to their HATs."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

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

    class Meta:
        constraints = [transitions.known("hatowner", HatOwnerStatus)]

    def __str__(self) -> str:
        return self.reference


class PinnedKey(models.Model):
    """Each public key a HAT has shown, in order: the newest trusted one is on the owner."""

    hat_owner = models.ForeignKey(HatOwner, on_delete=models.CASCADE, related_name="keys")
    public_key = models.TextField()
    seen_at = models.DateTimeField(default=timezone.now)
    trusted = models.BooleanField()

    def __str__(self) -> str:
        return f"key {self.pk}"


class CredentialKind(models.TextChoices):
    """Which of the three kinds of access a credential gives."""

    APPLICATION = "application"
    PLATFORM = "platform"
    ACCOUNT = "account"


class HatCredential(models.Model):
    """A token for one HAT, sealed like data and replaced whenever the HAT renews it."""

    hat_owner = models.ForeignKey(HatOwner, on_delete=models.CASCADE, related_name="credentials")
    kind = models.CharField(max_length=12, choices=CredentialKind.choices)
    sealed_token = models.BinaryField()
    wrapped_key = models.BinaryField()
    expires_at = models.DateTimeField()
    renewed_at = models.DateTimeField(default=timezone.now)

    class Meta:
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


class UsedLoginToken(models.Model):
    """The hash of a log-in token or state that was used, kept until it has expired."""

    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.digest[:8]
