"""The record of what happened: one row an event, written in the transaction of the change."""

from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.models import AuditEntry, Organisation, User


class Action(models.TextChoices):
    """Every word the record uses, ``noun.past_participle``."""

    ORGANISATION_CREATED = "organisation.created"
    ORGANISATION_VERIFIED = "organisation.verified"
    ORGANISATION_SUSPENDED = "organisation.suspended"
    ORGANISATION_RESTORED = "organisation.restored"
    ORGANISATION_CHANGED = "organisation.changed"
    MEMBER_JOINED = "member.joined"
    MEMBER_INVITED = "member.invited"
    INVITATION_REVOKED = "invitation.revoked"
    MEMBER_ROLE_CHANGED = "member.role_changed"
    MEMBER_REMOVED = "member.removed"
    HAT_CONNECTED = "hat.connected"
    HAT_FROZEN = "hat.frozen"
    HAT_KEY_EXPLAINED = "hat.key_explained"
    HAT_KEY_TRUSTED = "hat.key_trusted"
    HAT_KEY_REFUSED = "hat.key_refused"
    HAT_DISCONNECTED = "hat.disconnected"
    HAT_COUNTING_CHANGED = "hat.counting_changed"
    OFFER_DRAFTED = "offer.drafted"
    OFFER_SUBMITTED = "offer.submitted"
    OFFER_SENT_BACK = "offer.sent_back"
    OFFER_PUBLISHED = "offer.published"
    OFFER_RETIRED = "offer.retired"
    OFFER_PAUSED = "offer.paused"
    OFFER_RELISTED = "offer.relisted"
    OFFER_CODE_RENEWED = "offer.code_renewed"
    OFFER_FEATURED = "offer.featured"
    OFFER_UNFEATURED = "offer.unfeatured"
    REQUEST_ASKED = "request.asked"
    REQUEST_ANSWERED = "request.answered"
    REQUEST_CLOSED = "request.closed"
    QUESTION_ASKED = "question.asked"
    QUESTION_SHOWN = "question.shown"
    QUESTION_TURNED_DOWN = "question.turned_down"
    QUESTION_WITHDRAWN = "question.withdrawn"
    QUESTION_HIDDEN = "question.hidden"
    QUESTION_REPORTED = "question.reported"
    QUESTION_LEFT_SHOWN = "question.left_shown"
    ANSWER_GIVEN = "answer.given"
    ANSWER_SHOWN = "answer.shown"
    ANSWER_TURNED_DOWN = "answer.turned_down"
    ANSWER_HIDDEN = "answer.hidden"
    MESSAGE_WRITTEN = "message.written"
    MESSAGE_REPORTED = "message.reported"
    REVIEW_WRITTEN = "review.written"
    REVIEW_SHOWN = "review.shown"
    REVIEW_TURNED_DOWN = "review.turned_down"
    REVIEW_HIDDEN = "review.hidden"
    REVIEW_REPLACED = "review.replaced"
    REVIEW_REPORTED = "review.reported"
    REVIEW_REPORTS_SETTLED = "review.reports_settled"
    REVIEW_ANSWER_WRITTEN = "review_answer.written"
    REVIEW_ANSWER_SHOWN = "review_answer.shown"
    REVIEW_ANSWER_TURNED_DOWN = "review_answer.turned_down"
    REVIEW_ANSWER_HIDDEN = "review_answer.hidden"
    DRAFT_BEGUN = "draft.begun"
    DRAFT_DELETED = "draft.deleted"
    DATA_CATALOGUE_READ = "data_catalogue.read"
    DATA_FIELD_CHANGED = "data_field.changed"
    DATA_FIELD_RETIRED = "data_field.retired"
    DATA_FIELD_RESTORED = "data_field.restored"
    SYNONYM_ADDED = "synonym.added"
    SYNONYM_CHANGED = "synonym.changed"
    SYNONYM_REMOVED = "synonym.removed"
    SYNONYMS_READ = "synonyms.read"
    ORDER_PLACED = "order.placed"
    ORDER_APPROVAL_ASKED = "order.approval_asked"
    ORDER_APPROVED = "order.approved"
    ORDER_PAID = "order.paid"
    ORDER_CLOSED = "order.closed"
    ORDER_CANCELLED = "order.cancelled"
    PAYMENT_OPENED = "payment.opened"
    PAYMENT_SETTLED = "payment.settled"
    PAYMENT_FAILED = "payment.failed"
    PAYMENT_EXPIRED = "payment.expired"
    REFUND_INTENDED = "refund.intended"
    REFUND_SENT = "refund.sent"
    REFUND_SUCCEEDED = "refund.succeeded"
    REFUND_FAILED = "refund.failed"
    LINE_IN_REVIEW = "line.in_review"
    LINE_CLEARED = "line.cleared"
    LINE_OPENED = "line.opened"
    LINE_REJECTED = "line.rejected"
    LINE_PAUSED = "line.paused"
    LINE_RESUMED = "line.resumed"
    LINE_FILLED = "line.filled"
    LINE_REOPENED = "line.reopened"
    LINE_CLOSED = "line.closed"
    LINE_CANCELLED = "line.cancelled"
    OFFER_ACCEPTED = "acceptance.accepted"
    OFFER_DECLINED = "acceptance.declined"
    OFFER_RECONSIDERED = "acceptance.reconsidered"
    ACCEPTANCE_CONFIRMED = "acceptance.confirmed"
    ACCEPTANCE_FULFILLED = "acceptance.fulfilled"
    ACCEPTANCE_LAPSED = "acceptance.lapsed"
    ACCEPTANCE_ENDED = "acceptance.ended"
    ACCEPTANCE_WITHDRAWN = "acceptance.withdrawn"
    DEBIT_INTENDED = "debit.intended"
    DEBIT_PROPOSED = "debit.proposed"
    DEBIT_ENABLED = "debit.enabled"
    DEBIT_DISABLED = "debit.disabled"
    DEBIT_ENDED = "debit.ended"
    DEBIT_REFUSED = "debit.refused"
    RETRIEVAL_SCHEDULED = "retrieval.scheduled"
    RETRIEVAL_LEASED = "retrieval.leased"
    RETRIEVAL_FINISHED = "retrieval.finished"
    RETRIEVAL_PARKED = "retrieval.parked"
    KEY_DESTROYED = "key.destroyed"
    REWARD_EARNED = "reward.earned"
    REWARD_RELEASED = "reward.released"
    DATASET_OPENED = "dataset.opened"
    REVISION_SEALED = "revision.sealed"
    REVISION_WITHDRAWN = "revision.withdrawn"
    DATASET_VIEWED = "dataset.viewed"
    FILE_DOWNLOADED = "file.downloaded"
    REMOVAL_NOTICED = "removal.noticed"
    REMOVAL_CONFIRMED = "removal.confirmed"
    OWN_VALUES_SEEN = "own_values.seen"
    EFFECT_RETRIED = "effect.retried"


def subject_of(row: models.Model) -> str:
    """``buyers.orderline:12``."""
    return f"{row._meta.label_lower}:{row.pk}"


def entry(  # noqa: PLR0913  # one keyword a column
    action: Action,
    row: models.Model,
    *,
    at: datetime | None = None,
    actor: User | None = None,
    organisation: Organisation | None = None,
    owner_user: User | None = None,
    was: str = "",
    now: str = "",
    **details: Any,
) -> AuditEntry:
    """An unsaved entry, for actions that write many at once with ``bulk_create``."""
    return AuditEntry(
        at=at or timezone.now(),
        action=action,
        subject=subject_of(row),
        actor=actor,
        organisation=organisation,
        owner_user=owner_user,
        from_status=was,
        to_status=now,
        details=details,
    )


def record(action: Action, row: models.Model, **what: Any) -> AuditEntry:
    """Write one entry: see ``entry`` for the keywords. Details hold ids, states and counts only."""
    written = entry(action, row, **what)
    written.save()
    return written
