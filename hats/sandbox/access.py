"""Who is asking and what they may do, by the table of roles that HATs enforce."""

from dataclasses import dataclass, field

import bcrypt

from hats.sandbox.applications import Application
from hats.sandbox.roles import OWNER, Role
from hats.sandbox.tokens import Claims

SCOPE_ORDER = ("owner", "platform", "datacredit", "datadebit", "validate")


@dataclass(slots=True)
class Account:
    """One that can log in to a HAT by itself.

    :param password: of the accounts that a HAT is born with; later ones have a bcrypt hash.
    """

    user_id: str
    username: str
    password: str
    roles: set[Role] = field(default_factory=set)
    password_hash: str = ""
    name: str = ""
    is_enabled: bool = True

    def opens_with(self, password: str) -> bool:
        """Whether this password logs in."""
        if not self.is_enabled:
            return False
        if not self.password_hash:
            return bool(self.password) and self.password == password
        try:
            return bcrypt.checkpw(password.encode(), self.password_hash.encode())
        except ValueError:  # what was sent as a hash is none
            return False

    @property
    def is_owner(self) -> bool:
        return OWNER in self.roles

    @property
    def scope(self) -> str:
        """The primary role, which user tokens carry."""
        titles = {role.title for role in self.roles}
        return next(title for title in SCOPE_ORDER if title in titles)


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sent a valid token.

    :param application: the registered application the token was made for, if it was.
    :param is_application: also true when that application is not known (any more).
    """

    account: Account
    claims: Claims
    application: Application | None = None
    is_application: bool = False
    is_enabled: bool = False

    def may(self, *required: Role) -> bool:
        """Whether one of the roles is held, as HATs decide it."""
        if self.is_application:
            return self._application_may(required)
        titles = {role.title for role in self.account.roles}
        if self.claims.scope is not None and self.claims.scope.lower() not in titles:
            return False
        return self.account.is_owner or any(role in self.account.roles for role in required)

    def _application_may(self, required: tuple[Role, ...]) -> bool:
        if self.application is None:
            return False
        holds = self.account.is_owner or any(role in self.account.roles for role in required)
        granted = self.application.roles
        if not holds:
            return False
        if OWNER in granted:
            return True
        return self.is_enabled and any(_grants(granted, role) for role in required)


def _grants(granted: frozenset[Role], required: Role) -> bool:
    if required.detail == "*":
        return any(role.title == required.title for role in granted)
    return required in granted
