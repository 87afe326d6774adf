"""Accounts on a HAT; pure."""

import re
from dataclasses import dataclass, field
from typing import Final

from hats.protocol.applications import Role

_BCRYPT: Final = re.compile(r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account on a HAT that is neither its owner nor its platform.

    :param user_id: a UUID.
    :param username: what it logs in with (the HAT calls it ``email``).
    :param roles: pairs of title and detail, such as ``("datadebit", "")``; to be made it needs one.
    :param password_hash: made with bcrypt, the password itself never travels; empty for an
        account that was read.
    """

    user_id: str
    username: str
    name: str
    roles: tuple[tuple[str, str], ...]
    password_hash: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self.password_hash and not _BCRYPT.fullmatch(self.password_hash):
            raise ValueError("a password is sent as its bcrypt hash only")

    def to_json(self) -> dict[str, object]:
        """Return the body of ``POST /users/user``.

        :raises ValueError: it has no role.
        """
        if not self.roles:
            raise ValueError("an account needs a role")
        body: dict[str, object] = {
            "userId": self.user_id,
            "email": self.username,
            "name": self.name,
            "role": self.roles[0][0],
            "roles": [Role(*role).to_json() for role in self.roles],
        }
        return {**body, "pass": self.password_hash} if self.password_hash else body
