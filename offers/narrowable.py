"""By which question a field of which kind can be narrowed, and with which invented values. Pure."""

from collections.abc import Callable, Mapping
from datetime import datetime

KINDS = (
    *("text", "whole number", "decimal", "date and time", "date", "yes or no", "list"),
)  # of values, as the dictionary of an offer names them
FILTERS: Mapping[str, tuple[str, ...]] = {  # how a field can be narrowed, by kinds that allow it
    "": KINDS,
    "number": ("whole number", "decimal"),
    "choice": ("text",),
    "words": ("text",),
    "yes-no": ("yes or no",),
    "element": ("list",),
    "day": ("date",),
    "moment": ("date and time",),
    "seconds": ("date and time",),
}


def can_be_bent(example: object, question: str) -> bool:
    """Whether a composer can bend this invented value until it passes such a filter."""
    fits = _BENDABLE.get(question)
    return fits is None or fits(example)


def _is_number(example: object) -> bool:
    return isinstance(example, int | float) and not isinstance(example, bool)


def _is_moment(example: object) -> bool:
    try:
        datetime.fromisoformat(str(example))
    except ValueError:
        return False
    return True


_BENDABLE: Mapping[str, Callable[[object], bool]] = {
    "number": _is_number,
    "seconds": _is_number,
    "yes-no": lambda example: isinstance(example, bool),
    "element": lambda example: isinstance(example, list),
    "day": _is_moment,
    "moment": _is_moment,
}
