"""All that a line delivered: revisions, files, downloads and removal notices."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from accounts.models import User
from buyers.models import OrderLine
from common import transitions
from common.ids import new_reference
from common.language import gettext as _
from fulfilment.models.acceptances import Acceptance


def dataset_reference() -> str:
    return new_reference("DS")


class Dataset(models.Model):
    """Opened when the smallest group is reached; what it holds is in its revisions."""

    reference = models.CharField(max_length=16, unique=True, default=dataset_reference)
    order_line = models.OneToOneField(OrderLine, on_delete=models.PROTECT, related_name="dataset")
    opened_at = models.DateTimeField(default=timezone.now)
    delete_after = models.DateTimeField(help_text="End of the agreed retention.")
    stale_since = models.DateTimeField(
        null=True,
        help_text="Last change that no revision reflects yet; it only grows.",
    )
    purged_at = models.DateTimeField(null=True, help_text="Files, keys and blocks are gone.")

    def __str__(self) -> str:
        return self.reference


class DatasetRevisionStatus(models.TextChoices):
    """A revision's life."""

    BUILDING = "building"
    SEALED = "sealed"
    WITHDRAWN = "withdrawn"


class DatasetRevision(models.Model):
    """Immutable once sealed. ``manifest`` names its files, rows, hashes and consent records."""

    Status = DatasetRevisionStatus
    TRANSITIONS: transitions.Table = {
        Status.BUILDING: frozenset({Status.SEALED, Status.WITHDRAWN}),
        Status.SEALED: frozenset({Status.WITHDRAWN}),
        Status.WITHDRAWN: frozenset(),
    }

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.BUILDING)
    people = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the JSON Lines content.")
    manifest = models.JSONField(default=dict)
    profile = models.JSONField(default=dict, help_text="Counts and distributions for the page.")
    withdrawn_reason = models.CharField(max_length=512, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sealed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            transitions.known("datasetrevision", DatasetRevisionStatus),
            models.UniqueConstraint(
                fields=["dataset", "number"], name="datasetrevision_numbered_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dataset_id} r{self.number}"

    @property
    def why_withdrawn(self) -> str:
        """Why it was taken back, in the reader's language; empty while it was not."""
        return _(self.withdrawn_reason) if self.withdrawn_reason else ""


class RevisionMembers(models.Model):
    """Whose rows a revision holds: what a withdrawal, an access log and the auditor ask.

    One row a revision instead of one a person: eight bytes each, read only when asked for.
    """

    revision = models.OneToOneField(
        DatasetRevision, on_delete=models.CASCADE, related_name="members"
    )
    acceptance_ids = ArrayField(models.BigIntegerField())

    def __str__(self) -> str:
        return f"members of {self.revision_id}"


class DatasetFile(models.Model):
    """One downloadable file of a revision, on the file storage, sealed at rest in chunks."""

    revision = models.ForeignKey(DatasetRevision, on_delete=models.PROTECT, related_name="files")
    format = models.CharField(max_length=10, help_text="csv, jsonl, json (the manifest).")
    table = models.CharField(max_length=60, blank=True, help_text="Empty: all tables.")
    name = models.CharField(max_length=120, help_text="What the download is called.")
    path = models.CharField(max_length=200, help_text="Relative to FILES_ROOT.")
    wrapped_key = models.BinaryField(help_text="Empty: destroyed, so the bytes open no more.")
    size = models.PositiveBigIntegerField(help_text="Bytes as downloaded.")
    rows = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    removed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Download(models.Model):
    """Who took which file when: shown to the organisation and to each person in it."""

    file = models.ForeignKey(DatasetFile, on_delete=models.PROTECT, related_name="downloads")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"download {self.pk}"


class RemovalNotice(models.Model):
    """A withdrawal the buyer must act on: delete this person's rows and say so."""

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="removal_notices")
    acceptance = models.OneToOneField(
        Acceptance, on_delete=models.PROTECT, related_name="removal_notice"
    )
    person = models.CharField(max_length=16)
    created_at = models.DateTimeField(default=timezone.now)
    confirm_by = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"removal {self.pk}"
