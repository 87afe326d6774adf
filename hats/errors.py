"""What can go wrong between the market and a HAT; every text is free of personal data.

Two kinds matter to a worker: ``HatUnreachable`` (try again later) and ``HatRefused`` (stop). The
machine reason is for logs, states and metrics, the sentence for the person.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from common.errors import DomainError
from common.language import gettext as _
from common.language import gettext_noop


class Unreachable(StrEnum):
    """Why a HAT could not be asked just now; each is worth another try later."""

    DOWN = "down"
    TIMEOUT = "timeout"
    TLS = "tls"
    RESET = "reset"
    UNKNOWN_NAME = "unknown_name"
    FORBIDDEN_ADDRESS = "forbidden_address"
    SERVER_ERROR = "server_error"
    BUSY = "busy"
    RESTING = "resting"
    CHANGED_KEY = "changed_key"  # somebody else may have the name now
    LOCKED_OUT = "locked_out"  # our own account is not let in


class Broken(StrEnum):
    """What makes an answer useless although it arrived."""

    HTML = "html"
    REDIRECT = "redirect"
    ENCODED = "encoded"
    TOO_LARGE = "too_large"
    BAD_JSON = "bad_json"
    WRONG_SHAPE = "wrong_shape"
    BAD_KEY = "bad_key"


class HatAddressInvalid(DomainError):
    """What was typed cannot be the address of a HAT."""

    code = "hat_address_invalid"
    http_status = 400

    def __init__(self) -> None:
        super().__init__(_("Please enter the address of your HAT, for example alice.hubat.net."))


class HatNotTrusted(DomainError):
    """The address is well formed, but no configured cluster vouches for it."""

    code = "hat_not_trusted"
    http_status = 400

    def __init__(self) -> None:
        super().__init__(
            _(
                "We do not know this HAT provider yet. Please check the address, or ask us to add "
                "your provider."
            )
        )


class HatUnreachable(DomainError):
    """The HAT could not be asked; the same question may be answered later.

    :param retry_after: seconds the HAT, or our own circuit breaker, asks us to wait.
    """

    code = "hat_unreachable"
    http_status = 503

    sentence_shown = gettext_noop(
        "We could not reach this HAT just now. Please try again in a few minutes."
    )

    def __init__(self, reason: Unreachable, *, retry_after: float | None = None) -> None:
        super().__init__(_(self.sentence_shown))
        self.reason = reason
        self.retry_after = retry_after

    def __str__(self) -> str:
        return f"HAT unreachable: {self.reason}"


class HatLockedOut(HatUnreachable):
    """Our own account is not let in: for the operator to mend, and no fault of the owner."""

    code = "hat_locked_out"
    sentence_shown = gettext_noop(
        "Your HAT does not let our account in just now. That is ours to mend, with your HAT’s "
        "provider; you need do nothing."
    )

    def __init__(self) -> None:
        super().__init__(Unreachable.LOCKED_OUT)


class HatOutcomeUnknown(HatUnreachable):
    """Something was sent to be written, and no answer came: it may have arrived, or not.

    Saying the same again is harmless and settles it: what is there already is recognised.
    """

    code = "hat_outcome_unknown"
    sentence_shown = gettext_noop(
        "The HAT did not answer, so it is not known yet whether this arrived."
    )

    def __str__(self) -> str:
        return f"HAT outcome unknown: {self.reason}"


REFUSED: Final = gettext_noop("This HAT did not accept our request.")
# What a person reads for each reason; hats.answers.problems finds the reasons.
_SENTENCES: Final[Mapping[str, str]] = {
    "account_exists": gettext_noop("There is an account of this name on the HAT already."),
    "application_not_active": gettext_noop("This application is not switched on at the HAT."),
    "bundle_cannot_be_evaluated": gettext_noop(
        "What this HAT holds does not fit the request for data."
    ),
    "bundle_exists": gettext_noop("The HAT has another request for data of this name."),
    "bundle_name_used": gettext_noop("A changed request for data needs a name not used before."),
    "bundle_of_another_debit": gettext_noop(
        "This request for data belongs to another agreement on the HAT."
    ),
    "credentials": gettext_noop("The HAT does not know this account, or not with this password."),
    "debit_exists": gettext_noop("The HAT has another agreement of this name."),
    "duplicate_data": gettext_noop("The HAT holds this very data already."),
    "forbidden": gettext_noop("The HAT does not allow us to do this."),
    "malformed": gettext_noop("The HAT could not read our request."),
    "no_such_account": gettext_noop("There is no such account on the HAT."),
    "no_such_application": gettext_noop("The HAT does not know this application."),
    "no_such_bundle": gettext_noop("There is no such bundle on the HAT, or it cannot be read."),
    "no_such_combinator": gettext_noop(
        "There is no such combinator on the HAT, or it cannot be read."
    ),
    "no_such_debit": gettext_noop("There is no such agreement on the HAT."),
    "no_such_hat": gettext_noop("There is no HAT at this address."),
    "no_such_record": gettext_noop("There is no such record on the HAT."),
    "no_such_route": gettext_noop("This HAT does not know this kind of request."),
    "not_enabled": gettext_noop("Its owner does not share this now."),
    "not_stored": gettext_noop("The HAT could not store this."),
    "privileged_account": gettext_noop("This account cannot be changed from here."),
    "privileged_role": gettext_noop("An account with these rights cannot be made from here."),
    "records_missing": gettext_noop(
        "Some of these records are not on the HAT, so none was changed."
    ),
    "server_error": gettext_noop(
        "The HAT failed twice at this request; asking again will not help."
    ),
    "stored_differently": gettext_noop("The HAT has stored something else than we asked for."),
    "unauthenticated": gettext_noop("Our log-in to this HAT has ended."),
}


class HatRefused(DomainError):
    """The HAT answered, and asking the same again would bring the same answer.

    :param reason: one word of ours for why.
    :param fields: what the HAT could not read of our request; names from the contract alone.
    """

    code = "hat_refused"
    http_status = 502

    def __init__(self, *, status: int, reason: str, fields: tuple[str, ...] = ()) -> None:
        super().__init__(_(_SENTENCES.get(reason, REFUSED)))
        self.status = status
        self.reason = reason
        self.fields = fields

    def __str__(self) -> str:
        return f"HAT refused: {self.status} {self.reason}"


class HatTokenExpired(HatRefused):
    """The HAT no longer accepts this token (401): get a new one and ask again."""

    code = "hat_token_expired"

    def __init__(self) -> None:
        super().__init__(status=401, reason="unauthenticated")


class HatDuplicate(HatRefused):
    """The HAT holds this very data already, at this endpoint or another.

    After a lost answer it means that the data arrived. Of several items at least one was there
    already, and none was stored now.
    """

    code = "hat_duplicate"

    def __init__(self) -> None:
        super().__init__(status=400, reason="duplicate_data")


class HatSpeaksOldApi(HatRefused):
    """The HAT is older than API 2.6: its debits say neither what for nor who asks."""

    code = "hat_speaks_old_api"

    def __init__(self) -> None:
        super().__init__(status=404, reason="no_such_route")


class HatConflict(HatRefused):
    """A debit of this id, or a bundle of this name, is on the HAT and is not the one we meant."""

    code = "hat_conflict"

    def __init__(self, *, reason: str) -> None:
        super().__init__(status=400, reason=reason)


class HatBroken(HatRefused):
    """The answer arrived but breaks the contract; nothing of it was used.

    :param detail: which rule was broken, a word from our own code, never text of the answer.
    """

    code = "hat_broken"

    def __init__(self, reason: Broken, *, status: int = 200, detail: str = "") -> None:
        super().__init__(status=status, reason=reason)
        self.detail = detail


class BadJson(HatBroken):
    """The body is not the strict JSON we accept; ``detail`` names the broken bound."""

    def __init__(self, detail: str) -> None:
        super().__init__(Broken.BAD_JSON, detail=detail)


class HatTokenRefused(DomainError):
    """A log-in token did not prove what it must; the person reads one sentence for all reasons."""

    code = "hat_token_refused"
    http_status = 401

    def __init__(self, reason: str) -> None:
        super().__init__(_("Your HAT could not confirm who you are. Please log in again."))
        self.reason = reason

    def __str__(self) -> str:
        return f"HAT token refused: {self.reason}"


class HatIsFrozen(DomainError):
    """The HAT shows another key than the one we know: perhaps somebody else has it now.

    :param proved: by which key whoever tried to log in proved that they hold this HAT:
        ``known_key``, ``new_key``, or none.
    """

    code = "hat_frozen"
    http_status = 403

    def __init__(self, *, proved: str = "") -> None:
        super().__init__(
            _(
                "Your HAT now shows another key than the one we know, so we have stopped reading"
                " it. Please write to us: we will look at it together."
            )
        )
        self.proved = proved


class LoginTriesExhausted(DomainError):
    """Too many log-ins failed from one place."""

    code = "login_tries_exhausted"
    http_status = 429

    def __init__(self) -> None:
        super().__init__(_("Too many log-ins did not work from here. Please try again in an hour."))


class NoHatAccess(DomainError):
    """The owner's own token is gone, has ended, or does not reach this far."""

    code = "no_hat_access"

    def __init__(self) -> None:
        super().__init__(
            _("Your HAT does not let us look any more. Please log in with your HAT again.")
        )


class OwnValuesUnavailable(DomainError):
    """The HAT's data and what the offer asks for do not fit together."""

    code = "own_values_unavailable"

    def __init__(self) -> None:
        super().__init__(_("What your HAT holds cannot be shown in the form this offer asks for."))
