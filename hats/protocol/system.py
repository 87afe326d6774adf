"""What a HAT tells of itself, and the accounts on it; pure."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from uuid import UUID

from hats.protocol.applications import Role

_BCRYPT: Final = re.compile(r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}")


class Api(StrEnum):
    """Which version of the API a HAT speaks at most."""

    V2 = "v2"
    V2_6 = "v2.6"


@dataclass(frozen=True, slots=True)
class StatusItem:
    """One line of ``system/status``.

    :param units: of a number, as ``MB`` or ``%``; empty for a text.
    """

    title: str
    metric: str | float = field(repr=False)
    units: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """An account to be made on a HAT.

    :param username: what it logs in with (the HAT calls it ``email``).
    :param password_hash: made with bcrypt; the password itself never travels.
    """

    user_id: UUID
    username: str
    name: str
    roles: tuple[Role, ...]
    password_hash: str = field(repr=False)

    def __post_init__(self) -> None:
        if not self.roles:
            raise ValueError("an account has at least one role")
        if not _BCRYPT.fullmatch(self.password_hash):
            raise ValueError("a password is sent as its bcrypt hash only")

    def to_json(self) -> dict[str, object]:
        """Return the body of ``POST /users/user``."""
        return {
            "userId": str(self.user_id),
            "email": self.username,
            "pass": self.password_hash,
            "name": self.name,
            "role": self.roles[0].title,
            "roles": [role.to_json() for role in self.roles],
        }
