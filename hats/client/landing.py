"""What a HAT's log-in page brings back to us; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class NoLogin(StrEnum):
    """Why somebody comes back without having logged in, in the words of the HAT's pages."""

    USER_CANCELLED = "user_cancelled"
    REDIRECT_IS_REQUIRED = "redirect_is_required"
    APPLICATION_ID_IS_REQUIRED = "application_id_is_required"
    APPLICATION_ID_NOT_FOUND = "application_id_not_found"
    HAT_FAILED = "internal_server_error"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Landing:
    """Somebody who comes back from a HAT.

    :param token: still to be verified; beside one, an error means nothing.
    :param problem: None beside a token.
    """

    token: str = field(repr=False)
    problem: NoLogin | None


_REASON: Final = "&error_reason="
_WORDS: Final = {str(word): word for word in NoLogin}


def read_landing(query: Mapping[str, str]) -> Landing:
    """Return what the query of our own address says, once decoded.

    HATs write ``error=access_denied%26error_reason=user_cancelled``, which any reader of queries
    takes for one parameter; the form with two parameters is understood as well.
    """
    token = query.get("token", "")
    if token:
        return Landing(token, None)
    _, _, inside = query.get("error", "").partition(_REASON)
    reason = inside or query.get("error_reason", "")
    return Landing("", _WORDS.get(reason.strip(), NoLogin.UNKNOWN))
