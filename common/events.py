"""Typed events by which a lower app tells higher ones, in the same transaction."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

E = TypeVar("E")


@dataclass(frozen=True)
class OrderLineOpened:
    """Owners may now accept this line."""

    order_line_id: int
    at: datetime


@dataclass(frozen=True)
class OrderLineClosing:
    """The line takes no more acceptances; its unfilled places are about to be refunded."""

    order_line_id: int
    at: datetime


@dataclass(frozen=True)
class OrganisationSuspended:
    """Its people may change nothing: no HAT owner may say yes to its orders either."""

    organisation_id: int
    at: datetime


@dataclass(frozen=True)
class HatFrozen:
    """A HAT answered with another key than the pinned one: nothing more is read from it."""

    hat_owner_id: int
    at: datetime


@dataclass(frozen=True)
class HatDisconnected:
    """A HAT's owner has ended the connection: nothing more is read; what was agreed stands."""

    hat_owner_id: int
    at: datetime


@dataclass(frozen=True)
class HatConnected:
    """A HAT may be spoken to again: its owner has come back, or its new key is trusted."""

    hat_owner_id: int
    at: datetime


@dataclass(frozen=True)
class HatAccessRestored:
    """HATs of this cluster let our account in again."""

    cluster: str
    at: datetime


_subscribers: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(event: type[E], handler: Callable[[E], None]) -> None:
    """Called from an app's ``ready()``; a second call with the same pair changes nothing."""
    if handler not in _subscribers[event]:
        _subscribers[event].append(handler)


def publish(event: object) -> None:
    """Call each subscriber now, in the caller's transaction."""
    for handler in _subscribers[type(event)]:
        handler(event)
