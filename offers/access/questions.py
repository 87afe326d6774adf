"""Who may read, answer and decide about questions: loaders that return the row, or raise."""

from django.db.models import QuerySet

from accounts.access import organisation_for, require_moderator
from accounts.models import Organisation, Role, User
from common.errors import NotAllowed, NotFound
from common.language import gettext as _
from common.language import gettext_noop
from offers.errors import OwnWork
from offers.models import Answer, AnswerStatus, Offer, Question, QuestionStatus

_NO_QUESTION = gettext_noop("We found no such question.")


def question_to_see(user: User, reference: str) -> Question:
    """For moderators, and for members of who asked and of the offer's publisher.

    :raises NotFound: none of these, or no such question; to its publisher it is none before it
        was shown.
    """
    found = _questions().filter(reference=reference).first()
    if found is None or not _may_see_question(user, found):
        raise NotFound(_(_NO_QUESTION))
    return found


def _may_see_question(user: User, question: Question) -> bool:
    if user.is_moderator or _belongs_to(user, question.organisation):
        return True
    is_public = question.status == QuestionStatus.SHOWN
    return is_public and _belongs_to(user, question.offer.publisher)


def question_shown(offer: Offer, reference: str) -> Question:
    """:raises NotFound: nothing of that reference is shown at this offer."""
    shown = _questions().filter(offer=offer, status=QuestionStatus.SHOWN)
    found = shown.filter(reference=reference).first()
    if found is None:
        raise NotFound(_(_NO_QUESTION))
    return found


def question_to_review(user: User, reference: str) -> Question:
    """:raises NotFound: not a moderator, or no such question."""
    require_moderator(user)
    return question_to_see(user, reference)


def _questions() -> QuerySet[Question]:
    loaded = ("organisation", "asked_by", "offer__current_version", "offer__publisher")
    return Question.objects.select_related(*loaded, "answer__organisation")


def answers_for(user: User, *, question: Question) -> Organisation | None:
    """On whose behalf the person answers: the publisher's, or (none) the market's.

    :raises NotFound: neither a moderator nor a member of the publisher.
    :raises NotAllowed: a member of the publisher with a lesser role than owner.
    :raises OwnWork: a moderator would answer what an own organisation has asked.
    """
    publisher = question.offer.publisher
    if user.is_moderator and not _belongs_to(user, publisher):
        if question.asked_by_id == user.pk or _belongs_to(user, question.organisation):
            raise OwnWork(_("Your organisation asks this: another moderator answers."))
        return None
    if publisher is None:
        raise NotFound(_(_NO_QUESTION))
    return organisation_for(user, publisher.slug, need=Role.OWNER)


def may_answer(user: User, question: Question) -> bool:
    """Whether ``answers_for`` lets the person in."""
    try:
        answers_for(user, question=question)
    except (NotFound, NotAllowed, OwnWork):
        return False
    return True


def answer_shown(question: Question, number: str) -> Answer | None:
    """The answer of that number; none where no number is given.

    :raises NotFound: no such answer to the question is shown.
    """
    if not number:
        return None
    shown = question.answers.filter(status=AnswerStatus.SHOWN).select_related("organisation")
    found = next((one for one in shown if str(one.pk) == number), None)
    if found is None:
        raise NotFound(_("We found no such answer."))
    return found


def require_reviewer(user: User, *, words: Question | Answer) -> None:
    """A moderator who has neither asked nor answered here, nor belongs to who did.

    :raises NotFound: not a moderator.
    :raises OwnWork: it is this moderator's own, or their organisation's.
    """
    require_moderator(user)
    question = words if isinstance(words, Question) else words.question
    wrote = question.asked_by_id if isinstance(words, Question) else words.given_by_id
    concerned = (question.organisation, question.offer.publisher)
    if wrote == user.pk or any(_belongs_to(user, one) for one in concerned):
        raise OwnWork(_("This is your own or your organisation’s: another moderator decides."))


def _belongs_to(user: User, organisation: Organisation | None) -> bool:
    return organisation is not None and organisation.memberships.filter(user=user).exists()
