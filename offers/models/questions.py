"""Questions about offers: asked and answered in public, after a moderator has looked at each."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from accounts.models import Organisation, User
from common import transitions
from common.ids import new_reference
from common.language import gettext as _
from offers.models.shelf import Offer


def question_reference() -> str:
    return new_reference("QN")


def signature(organisation: Organisation, *, is_named: bool) -> str:
    """Who asks, as everybody reads it: an organisation and its place, never a person."""
    who = organisation.name if is_named else _(organisation.kind)
    return f"{who}, {organisation.city}"


class QuestionStatus(models.TextChoices):
    """How far a question has come to the public."""

    ASKED = "asked"
    SHOWN = "shown"
    TURNED_DOWN = "turned_down"
    WITHDRAWN = "withdrawn"
    HIDDEN = "hidden"


class Question(models.Model):
    """What an organisation wants to know of an offer. The text never changes."""

    Status = QuestionStatus
    TRANSITIONS: transitions.Table = {
        Status.ASKED: frozenset({Status.SHOWN, Status.TURNED_DOWN, Status.WITHDRAWN}),
        Status.SHOWN: frozenset({Status.HIDDEN}),
        Status.TURNED_DOWN: frozenset(),
        Status.WITHDRAWN: frozenset(),
        Status.HIDDEN: frozenset(),
    }

    reference = models.CharField(max_length=16, unique=True, default=question_reference)
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="questions")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="questions"
    )
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    names_organisation = models.BooleanField(
        default=False, help_text="Show its name; otherwise what it is and where."
    )
    text = models.TextField()
    status = models.CharField(max_length=11, choices=Status.choices, default=Status.ASKED)
    reason = models.CharField(max_length=512, blank=True, help_text="Why it is not shown.")
    created_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    answer = models.ForeignKey(
        "Answer",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The newest one that is shown.",
    )
    answered_at = models.DateTimeField(null=True, help_text="When that one was first shown.")

    class Meta:
        constraints = [
            transitions.known("question", QuestionStatus),
            models.CheckConstraint(
                condition=models.Q(answer=None, answered_at=None)
                | models.Q(answer__isnull=False, answered_at__isnull=False),
                name="question_answered_at_some_time",
            ),
        ]
        indexes = [
            models.Index(
                models.F("offer"),
                models.F("answered_at").desc(nulls_last=True),
                models.F("id").desc(),
                condition=models.Q(status="shown"),
                name="question_shown",
            ),
            models.Index(
                fields=["id"], condition=models.Q(status="asked"), name="question_waiting"
            ),
            models.Index(fields=["organisation", "-id"], name="question_of"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def writer(self) -> User:
        """Who asked, whatever others read: who is told what becomes of it."""
        return self.asked_by

    @property
    def signature(self) -> str:
        """Who asks, as everybody reads it; the organisation is loaded."""
        return signature(self.organisation, is_named=self.names_organisation)


class AnswerStatus(models.TextChoices):
    """How far an answer has come to the public."""

    GIVEN = "given"
    SHOWN = "shown"
    TURNED_DOWN = "turned_down"
    HIDDEN = "hidden"


class Answer(models.Model):
    """What the publisher or the market says to a question; a newer one corrects it."""

    Status = AnswerStatus
    TRANSITIONS: transitions.Table = {
        Status.GIVEN: frozenset({Status.SHOWN, Status.TURNED_DOWN}),
        Status.SHOWN: frozenset({Status.HIDDEN}),
        Status.TURNED_DOWN: frozenset(),
        Status.HIDDEN: frozenset(),
    }

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The offer's publisher; empty: the market itself.",
    )
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    status = models.CharField(max_length=11, choices=Status.choices, default=Status.GIVEN)
    reason = models.CharField(max_length=512, blank=True, help_text="Why it is not shown.")
    created_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [transitions.known("answer", AnswerStatus)]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(status="given"), name="answer_waiting")
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"

    @property
    def writer(self) -> User:
        """Who is told what becomes of it."""
        return self.given_by


class QuestionReport(models.Model):
    """Somebody finds that a question, or one answer to it, should not be shown."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="reports")
    answer = models.ForeignKey(
        Answer,
        null=True,
        on_delete=models.PROTECT,
        related_name="reports",
        help_text="Empty: the question itself.",
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=512)
    created_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, help_text="Empty: moderators have to look.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["question", "answer", "reported_by"],
                nulls_distinct=False,
                name="questionreport_once_each",
            )
        ]
        indexes = [
            models.Index(
                fields=["question"],
                condition=models.Q(settled_at=None),
                name="questionreport_open",
            )
        ]

    def __str__(self) -> str:
        return f"report {self.pk}"
