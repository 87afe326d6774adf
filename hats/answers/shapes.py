"""The shapes answers are made of: each reader returns what it promises or raises ``HatBroken``."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TypeVar

from hats.errors import BadJson, Broken, HatBroken
from hats.strictjson import USUAL, strict_json

T = TypeVar("T")


@contextmanager
def shaped(what: str) -> Iterator[None]:
    """Turn any slip within into an answer of the wrong shape.

    :param what: a word of ours for what should have come.
    """
    try:
        yield
    except (KeyError, TypeError, ValueError, OverflowError):
        raise HatBroken(Broken.WRONG_SHAPE, detail=what) from None


def read_list(body: bytes, what: str, read: Callable[[Mapping[str, object]], T]) -> list[T]:
    """Return the objects of a list, each read by ``read``.

    :raises HatBroken: not a list, or one of them is misshapen.
    """
    value = strict_json(body)
    if not isinstance(value, list):
        raise HatBroken(Broken.WRONG_SHAPE, detail=what)
    if len(value) > USUAL.records:
        raise BadJson("too_many_records")
    with shaped(what):
        return [read(as_object(one)) for one in value]


def as_object(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise HatBroken(Broken.WRONG_SHAPE, detail="not_an_object")
    return value


def as_list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise HatBroken(Broken.WRONG_SHAPE, detail="not_a_list")
    return value


def as_lists(value: Mapping[str, object]) -> dict[str, list[object]]:
    lists = {name: items for name, items in value.items() if isinstance(items, list)}
    if len(lists) != len(value):
        raise HatBroken(Broken.WRONG_SHAPE, detail="not_a_list")
    return lists


def as_text(value: object) -> str:
    if not isinstance(value, str):
        raise HatBroken(Broken.WRONG_SHAPE, detail="not_a_text")
    return value


def as_optional_text(value: object) -> str:
    """Return the text, or nothing where the HAT leaves it out."""
    return "" if value is None else as_text(value)


def as_flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise HatBroken(Broken.WRONG_SHAPE, detail="not_a_flag")
    return value


def as_optional_flag(value: object) -> bool | None:
    return None if value is None else as_flag(value)


def as_number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise HatBroken(Broken.WRONG_SHAPE, detail="not_a_number")
    return value


def as_moment(value: object) -> datetime:
    """Return a time in any of the HAT's forms: ``…+0000``, ``….000Z``, or epoch milliseconds.

    :raises ValueError: none of them.
    """
    if isinstance(value, str):
        parsed = datetime.fromisoformat(value)
        return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    return datetime.fromtimestamp(as_number(value) / 1000, UTC)


def as_optional_moment(value: object) -> datetime | None:
    return None if value is None else as_moment(value)
