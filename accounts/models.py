"""People, organisations, who may do what in them, and the record of who did what."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common import transitions
from common.ids import new_reference


def organisation_reference() -> str:
    return new_reference("ORG")


class UserManager(BaseUserManager["User"]):
    """Creates people; e-mail addresses are unique whatever their case."""

    def create_user(self, email: str | None, password: str | None = None, **fields: object) -> User:
        user = self.model(email=self.normalize_email(email) if email else None, **fields)
        if password:
            user.set_password(password)
        else:
            user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> User:
        return self.create_user(email, password, is_moderator=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who can log in: with e-mail and password, or (HAT owners) with their HAT only."""

    email = models.EmailField(null=True, blank=True, unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    is_moderator = models.BooleanField(default=False, help_text="Staff of the market.")
    date_joined = models.DateTimeField(default=timezone.now)
    language = models.CharField(
        max_length=10,
        blank=True,
        default="",
        help_text="Pages and mails are in it. Empty: English.",
    )

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique")]

    def __str__(self) -> str:
        return f"user {self.pk}"

    @property
    def is_staff(self) -> bool:
        """Django's word for a moderator."""
        return self.is_moderator


class OrganisationStatus(models.TextChoices):
    """How far the market knows an organisation."""

    UNVERIFIED = "unverified", _("Unverified")
    VERIFIED = "verified", _("Verified")
    SUSPENDED = "suspended", _("Suspended")


class Organisation(models.Model):
    """A buyer as a company, charity or university."""

    Status = OrganisationStatus
    TRANSITIONS: transitions.Table = {
        Status.UNVERIFIED: frozenset({Status.VERIFIED, Status.SUSPENDED}),
        Status.VERIFIED: frozenset({Status.SUSPENDED}),
        Status.SUSPENDED: frozenset({Status.VERIFIED, Status.UNVERIFIED}),
    }

    reference = models.CharField(max_length=16, unique=True, default=organisation_reference)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=60, help_text="Museum, university, company …")
    city = models.CharField(max_length=80)
    country = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2.")
    website = models.URLField(blank=True)
    contact_email = models.EmailField()
    shows_address = models.BooleanField(
        default=False, help_text="Whether visitors see the contact address; else there is a form."
    )
    registration = models.CharField(max_length=80, blank=True, help_text="Charity or company no.")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.UNVERIFIED)
    verified_at = models.DateTimeField(null=True, blank=True)
    approval_above_minor_units = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="Orders above this need an approver. Empty: none do."
    )
    suspension_reason = models.CharField(
        max_length=512, blank=True, help_text="Shown to the organisation while it is suspended."
    )
    created_at = models.DateTimeField(default=timezone.now)
    members = models.ManyToManyField(User, through="Membership", related_name="organisations")

    class Meta:
        constraints = [transitions.known("organisation", OrganisationStatus)]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a member may do, from least to most (``accounts.access`` has the order)."""

    VIEWER = "viewer", _("Viewer: sees orders and datasets")
    BUYER = "buyer", _("Buyer: places orders")
    APPROVER = "approver", _("Approver: approves spending")
    OWNER = "owner", _("Owner: manages people and settings")

    @property
    def word(self) -> str:
        """The role alone: “Buyer”."""
        return str(self.label).partition(":")[0]

    @property
    def sentence(self) -> str:
        """What it may do, such as “Places orders”."""
        words = str(self.label).partition(": ")[2]
        return f"{words[:1].upper()}{words[1:]}."


class Membership(models.Model):
    """A person's role in one organisation."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(max_length=10, choices=Role.choices)
    joined_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"], name="membership_one_per_person"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="membership_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"

    @property
    def role_word(self) -> str:
        """The role in the reader's language."""
        return Role(self.role).word


class InvitationStatus(models.TextChoices):
    """What became of an invitation. One that nobody answered stays open and expires."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REVOKED = "revoked"


class Invitation(models.Model):
    """A seat offered to one e-mail address, good for one use until ``expires_at``.

    Only the hash of its token is kept (``accounts.tokens``).
    """

    Status = InvitationStatus
    TRANSITIONS: transitions.Table = {
        Status.OPEN: frozenset({Status.ACCEPTED, Status.REVOKED}),
        Status.ACCEPTED: frozenset(),
        Status.REVOKED: frozenset(),
    }

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="invitations"
    )
    email = models.EmailField(help_text="Lower case; only this address may accept.")
    role = models.CharField(max_length=10, choices=Role.choices)
    status = models.CharField(
        max_length=8, choices=InvitationStatus.choices, default=InvitationStatus.OPEN
    )
    token_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            transitions.known("invitation", InvitationStatus),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="invitation_role_known"
            ),
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=models.Q(status="open"),
                name="invitation_one_open_per_address",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    @property
    def role_word(self) -> str:
        """The role in the reader's language."""
        return Role(self.role).word


class AuditEntry(models.Model):
    """One thing that happened, append-only (a database trigger refuses changes).

    It serves timelines, audit and the log of intermediation. ``subject`` is
    ``app.model:pk`` (such as ``buyers.orderline:12``); ``organisation`` and ``owner_user`` say in
    whose timelines it shows. ``details`` holds ids, states and counts, never personal data.
    """

    at = models.DateTimeField(db_index=True)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+"
    )
    owner_user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    from_status = models.CharField(max_length=20, blank=True)
    to_status = models.CharField(max_length=20, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "id"], name="auditentry_subject"),
            models.Index(fields=["owner_user", "-id"], name="auditentry_owner"),
            models.Index(fields=["organisation", "-id"], name="auditentry_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class Notification(models.Model):
    """One notice to one person: shown in the shop and, where there is an address, mailed."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications")
    notice = models.CharField(max_length=60)
    subject = models.CharField(max_length=160)
    line = models.CharField(max_length=400, help_text="The consequence, in one sentence.")
    link = models.CharField(max_length=200, help_text="Path of the one page to open.")
    stop_link = models.CharField(
        max_length=200, blank=True, default="", help_text="Path where such notices can be stopped."
    )
    key = models.CharField(max_length=160, unique=True, help_text="The fact told: told once.")
    created_at = models.DateTimeField(default=timezone.now)
    mailed_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "-id"], name="notification_user"),
            models.Index(
                fields=["user"], condition=models.Q(read_at=None), name="notification_unread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice} {self.pk}"
