"""What publishers and moderators may be refused, each with its sentence."""

from collections.abc import Sequence

from common.errors import DomainError
from common.language import gettext as _


class VersionIncomplete(DomainError):
    """The version cannot be reviewed yet; ``problems`` says why, one sentence each."""

    code = "version_incomplete"
    http_status = 422

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join([_("This version is not ready for review."), *problems]))
        self.problems = list(problems)


class ReasonMissing(DomainError):
    """Sending back says why, so that the publisher can do something about it."""

    code = "reason_missing"
    http_status = 422


class OwnWork(DomainError):
    """Nobody decides about what they, or their organisation, have written."""

    code = "own_work"
    http_status = 403


class TooManyKept(DomainError):
    """There is a cap on what one person or organisation keeps."""

    code = "too_many_kept"
    http_status = 409


class TooManyAsked(DomainError):
    """There is a cap on what waits of one organisation: questions, answers, reports."""

    code = "too_many_asked"


class ReportedAlready(DomainError):
    """One person reports a question or an answer once, one organisation a review."""

    code = "reported_already"

    def __init__(self) -> None:
        super().__init__(_("This is reported already. Moderators have seen it or will."))


class NotShownNow(DomainError):
    """The question is not, or no longer, shown to everybody."""

    code = "not_shown_now"

    def __init__(self) -> None:
        super().__init__(_("This question is not shown now, so nothing can be added to it."))


class TooManyMessages(DomainError):
    """An organisation wrote as many messages as one may in a day."""

    code = "too_many_messages"
    http_status = 429


class CannotBeFeatured(DomainError):
    """The home page does not take this offer, or not until then."""

    code = "cannot_be_featured"
    http_status = 422


class CatalogueChanged(DomainError):
    """The data catalogue is not the one that differences were shown against."""

    code = "catalogue_changed"

    def __init__(self) -> None:
        super().__init__(
            _(
                "Somebody changed the data catalogue meanwhile. Please look at the differences"
                " again."
            )
        )


class FieldFactsWrong(DomainError):
    """What is said about a field does not fit together."""

    code = "field_facts_wrong"
    http_status = 422


class ChangedMeanwhile(DomainError):
    """Somebody else changed the row after this page was opened."""

    code = "changed_meanwhile"

    def __init__(self) -> None:
        super().__init__(_("Somebody changed this meanwhile. Nothing was overwritten."))


class SynonymsChanged(DomainError):
    """The synonyms are not those that differences were shown against."""

    code = "synonyms_changed"

    def __init__(self) -> None:
        super().__init__(
            _("Somebody changed the synonyms meanwhile. Please look at the differences again.")
        )


class SynonymsWrong(DomainError):
    """Search could not use them so; ``faults`` says why, one sentence each."""

    code = "synonyms_wrong"
    http_status = 422

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = list(faults)


class DraftChanged(DomainError):
    """Another page saved this step of the draft after this one was opened."""

    code = "draft_changed"

    def __init__(self) -> None:
        super().__init__(_("This step was changed in another window. Nothing was overwritten."))


class DraftUnchanged(DomainError):
    """It is what stands on the shelf already."""

    code = "draft_unchanged"

    def __init__(self) -> None:
        super().__init__(
            _("Nothing has changed since this was published, so there is nothing to look at.")
        )


class DraftWaits(DomainError):
    """Moderators have it: nothing changes until they have decided."""

    code = "draft_waits"

    def __init__(self) -> None:
        super().__init__(
            _("This offer was handed in. It can be changed again once a moderator has decided.")
        )


class DraftIncomplete(DomainError):
    """Something is still missing; each with its step."""

    code = "draft_incomplete"
    http_status = 422

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join([_("This offer is not ready to be handed in."), *sentences]))


class DraftInUse(DomainError):
    """An offer stands on it."""

    code = "draft_in_use"

    def __init__(self) -> None:
        super().__init__(_("It was handed in once, so its draft stays. You can pause the offer."))


class AnsweredAlready(DomainError):
    """A review is answered once."""

    code = "answered_already"

    def __init__(self) -> None:
        super().__init__(_("This review has an answer already, or one that waits for a moderator."))


class NothingToReview(DomainError):
    """Who reviews an offer has got its data."""

    code = "nothing_to_review"

    def __init__(self) -> None:
        super().__init__(
            _(
                "Only organisations that have got data of this offer review it, and yours has not"
                " got any yet."
            )
        )
