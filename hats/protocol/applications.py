"""Applications that a HAT's owner can set up; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Role(NamedTuple):
    """One right, as ``namespaceread`` with the detail ``spotify``; most have no detail."""

    title: str
    detail: str = ""

    def to_json(self) -> dict[str, object]:
        """Return it as a HAT writes it."""
        return {"role": self.title, **({"detail": self.detail} if self.detail else {})}


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """An application as it is registered at the exchange.

    :param kind: ``App``, ``DataPlug``, ``Tool``, ``Contract`` or ``Device``.
    :param compatible_since: a version set up before this one needs updating.
    :param data_wanted: the named bundle of the debit that its set-up makes, or None.
    :param status_url: asked by the HAT to learn whether it works; empty for internal ones.
    """

    application_id: str
    kind: str
    url: str
    version: str
    is_published: bool
    name: str
    headline: str
    description: str
    terms_url: str
    data_use_purpose: str
    support_contact: str
    developer: str
    roles: tuple[Role, ...]
    data_wanted: Mapping[str, object] | None
    redirects: tuple[str, ...]
    compatible_since: str
    released_at: datetime | None
    login_description: str = ""
    privacy_policy_url: str = ""
    status_url: str = ""
    expected_status: int | None = None


class ApplicationState(StrEnum):
    """How far an application is set up on one HAT, in the words HAT clients use."""

    UNTOUCHED = "untouched"
    DISABLED = "disabled"
    FAILING = "failing"  # enabled, but its debit or its own service is not there
    NEEDS_UPDATING = "needs_updating"
    RUNNING = "running"


@dataclass(frozen=True, slots=True, kw_only=True)
class HatApplication:
    """An application on one HAT."""

    application: Application
    is_set_up: bool
    is_enabled: bool
    is_active: bool
    needs_updating: bool = False
    dependencies_enabled: bool | None = None
    most_recent_data: datetime | None = None

    @property
    def state(self) -> ApplicationState:
        """The flags in one word."""
        if not self.is_set_up:
            return ApplicationState.UNTOUCHED
        if not self.is_enabled:
            return ApplicationState.DISABLED
        if self.needs_updating:
            return ApplicationState.NEEDS_UPDATING
        return ApplicationState.RUNNING if self.is_active else ApplicationState.FAILING


@dataclass(frozen=True, slots=True, kw_only=True)
class ForApplication:
    """A question that the HAT passes on to an application's own service."""

    path: str
    method: str = "GET"
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: object = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class FromApplication:
    """What the application's own service answered; nothing of it has been judged but its size."""

    status: int
    content_type: str
    body: bytes = field(repr=False)
