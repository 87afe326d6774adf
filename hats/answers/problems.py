"""A refusal in words of ours.

The HAT's own texts may name people, so none is kept: a text is only held against the beginnings
documented in hat-protocol §4.4, and what fits none of them is told by its status alone.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hats.answers.shapes import as_object
from hats.errors import HatBroken
from hats.strictjson import strict_json


class Family(StrEnum):
    """Who on the HAT's side refused; each writes errors in its own form."""

    HANDLER = "handler"  # {"message", "cause"}
    FRAMEWORK = "framework"  # {"error", "message"}
    OTHER = "other"  # HTML, nothing, or something else


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal.

    :param fields: what the HAT could not read of our request, as ``bundle.name`` or
        ``[0].endpoint``; only names from the contract, anything else is a star.
    """

    reason: str
    family: Family
    fields: tuple[str, ...] = ()


_BY_CAUSE: Final = tuple(
    (re.compile(pattern), reason)
    for pattern, reason in (
        (r"data debit \S+ not enabled", "not_enabled"),
        (r"data debit \S+ not found", "no_such_debit"),
        (r"data debit \S+ active bundle malformed", "bundle_cannot_be_evaluated"),
        (r"data debit with this id does not exist", "no_such_debit"),
        (r"data debit request malformed: data debit with such id already exists", "debit_exists"),
        (r"data debit request malformed: data bundle with such id already exists", "bundle_exists"),
        (r"data debit request malformed: data debit being updated does not", "no_such_debit"),
        (
            r"data debit request malformed: (condition )?bundle .{1,200} already linked",
            "bundle_of_another_debit",
        ),
        (r"data debit request malformed", "malformed"),
        # Another trouble of the HAT's database, although it begins like a duplicate.
        (r"duplicate data - unexpected issue", "not_stored"),
        (r"(could not insert data - )?duplicate data", "duplicate_data"),
        (r"could not (update|delete) records: records missing", "records_missing"),
        (r"could not find unique record", "no_such_record"),
        (r"application \S+ does not appear to be a valid", "no_such_application"),
        (r"application \S+ does not appear to be activated", "application_not_active"),
        (r"combinator \S+ not found", "no_such_combinator"),
        (r"bundle \S+ not found", "no_such_bundle"),
        (r"user .{1,200} already exists", "account_exists"),
        (r"user .{1,200} does not exist", "no_such_account"),
        (r"users with privileged roles may not", "privileged_role"),
        (r"privileged account can ?not", "privileged_account"),
    )
)
_BY_MESSAGE: Final = (
    ("request rate exceeded", "too_many_requests"),
    ("hat unavailable", "no_such_hat"),
    ("request handler at ", "no_such_route"),
    ("invalid json", "malformed"),
    ("missing parameter", "malformed"),
    ("cannot parse parameter", "malformed"),
)
_BY_STATUS: Final = {
    400: "bad_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "unknown",
    413: "too_large",
    415: "wrong_content_type",
    429: "too_many_requests",
}
_LONGEST_TEXT: Final = 300
_MOST_FIELDS: Final = 10
_STEP: Final = re.compile(r"\[\d{1,6}\]|[^.\[]+")
_OUR_FIELDS: Final = frozenset({
    "dataDebitKey", "purpose", "start", "period", "cancelAtPeriodEnd", "requestClientName",
    "requestClientUrl", "requestClientLogoUrl", "requestClientCallbackUrl",
    "requestApplicationId", "requestDescription", "termsUrl", "conditions", "bundle", "name",
    "startDate", "endDate", "rolling", "endpoints", "endpoint", "mapping", "filters", "links",
    "orderBy", "ordering", "limit", "field", "transformation", "operator", "part", "value",
    "lower", "upper", "search", "data", "recordId", "userId", "email", "pass", "role", "roles",
    "detail",
})  # fmt: skip


def problem(status: int, body: bytes) -> str:
    """Return a refusal in one word of ours."""
    return read_problem(status, body).reason


def read_problem(status: int, body: bytes) -> Problem:
    """Return a refusal of any of the three families of errors; never fails."""
    answer = _answer(body)
    by_status = _BY_STATUS.get(status, "refused")
    message = answer.get("message")
    if "error" in answer:
        if isinstance(message, dict):
            return Problem("malformed", Family.FRAMEWORK, _fields(message))
        return Problem(_by_message(message) or by_status, Family.FRAMEWORK)
    if "cause" in answer or "message" in answer:
        reason = _by_cause(answer.get("cause")) or _by_message(message)
        return Problem(reason or by_status, Family.HANDLER)
    return Problem(by_status, Family.OTHER)


def _answer(body: bytes) -> Mapping[str, object]:
    try:
        return as_object(strict_json(body))
    except HatBroken:
        return {}


def _by_cause(cause: object) -> str | None:
    text = _plain(cause)
    return next((reason for pattern, reason in _BY_CAUSE if pattern.match(text)), None)


def _by_message(message: object) -> str | None:
    text = _plain(message)
    return next((reason for words, reason in _BY_MESSAGE if text.startswith(words)), None)


def _plain(text: object) -> str:
    return text[:_LONGEST_TEXT].lower() if isinstance(text, str) else ""


def _fields(message: Mapping[str, object]) -> tuple[str, ...]:
    paths = sorted(path for path in message if path.startswith("obj"))
    return tuple(dict.fromkeys(map(_field, paths[:_MOST_FIELDS])))


def _field(path: str) -> str:
    steps = _STEP.findall(path[len("obj") : _LONGEST_TEXT])
    known = [step if step[0] == "[" or step in _OUR_FIELDS else "*" for step in steps]
    return ".".join(known).replace(".[", "[")
