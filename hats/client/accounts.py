"""Accounts on a HAT, made and switched by its platform account or its owner."""

from typing import Final
from uuid import UUID

from hats import answers
from hats.client.speaking import CREATED, HatToken, Speaker, get, send, without_body
from hats.clusters import Hat
from hats.errors import HatRefused
from hats.protocol import Account

_ACCOUNTS: Final = "/users/user"


class Accounts(Speaker):
    """Calls about accounts (hat-protocol §1.7)."""

    async def create_account(self, hat: Hat, *, token: HatToken, account: Account) -> bool:
        """Make an account; False if its name is taken.

        After ``HatOutcomeUnknown`` it is said again; a name that is taken then means that it had
        arrived, or that somebody else has it: logging in tells which.

        :param token: the platform account's or the owner's.
        :raises HatUnreachable: try again later; ``HatOutcomeUnknown`` if it may have arrived.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: ``privileged_role``, not allowed (403), or a broken answer.
        """
        question = send("POST", _ACCOUNTS, account.to_json())
        try:
            body = await self._ask_for(hat, question, token=token, status=CREATED)
        except HatRefused as refusal:
            if refusal.reason == "account_exists":
                return False
            raise
        answers.read_account(body, meant=account)
        return True

    async def accounts(self, hat: Hat, *, token: HatToken) -> list[Account]:
        """Return the HAT's accounts with their roles, without the hashes of their passwords.

        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: this token may not ask (403), or a broken answer.
        """
        return answers.read_accounts(await self._ask_for(hat, get(_ACCOUNTS), token=token))

    async def update_account(self, hat: Hat, *, token: HatToken, account: Account) -> None:
        """Replace an account as a whole, roles and password; harmless to repeat.

        :raises HatUnreachable: try again later; ``HatOutcomeUnknown`` if it may have arrived.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: ``no_such_account``, not allowed (403), or a broken answer.
        """
        question = send("PUT", _account_path(account.user_id, "update"), account.to_json())
        body = await self._ask_for(hat, question, token=token, status=CREATED)
        answers.read_account(body, meant=account)

    async def enable_account(self, hat: Hat, *, token: HatToken, user_id: str) -> None:
        """Let an account log in again; harmless to repeat.

        :raises HatUnreachable: try again later; ``HatOutcomeUnknown`` if it may have arrived.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: ``no_such_account``, ``privileged_account``, not allowed, or broken.
        """
        await self._switch(hat, user_id, "enable", token=token)

    async def disable_account(self, hat: Hat, *, token: HatToken, user_id: str) -> None:
        """Keep an account from logging in; harmless to repeat.

        HATs of version 2.8.18 say yes and enable it instead: to be sure, delete it.

        :raises HatUnreachable: try again later; ``HatOutcomeUnknown`` if it may have arrived.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: ``no_such_account``, ``privileged_account``, not allowed, or broken.
        """
        await self._switch(hat, user_id, "disable", token=token)

    async def delete_account(self, hat: Hat, *, token: HatToken, user_id: str) -> None:
        """Delete an account.

        After ``HatOutcomeUnknown`` it is said again; ``no_such_account`` then means it is gone.

        :raises HatUnreachable: try again later; ``HatOutcomeUnknown`` if it may have arrived.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: ``no_such_account``, ``privileged_account``, not allowed, or broken.
        """
        await self._switch(hat, user_id, "delete", token=token)

    async def _switch(self, hat: Hat, user_id: str, verb: str, *, token: HatToken) -> None:
        question = without_body("PUT", _account_path(user_id, verb))
        await self._say(hat, question, token=token)


def _account_path(user_id: str, verb: str) -> str:
    """Return the path of what is done to an account.

    :raises ValueError: the id is no UUID.
    """
    return f"{_ACCOUNTS}/{UUID(user_id)}/{verb}"


def bcrypt_hash(password: str) -> str:
    """Return a password as a HAT keeps it; needs the package ``bcrypt``, which is optional.

    :raises ValueError: longer than 72 bytes, of which bcrypt would ignore the rest.
    """
    import bcrypt  # noqa: PLC0415  # only who makes accounts needs it

    hashed: bytes = bcrypt.hashpw(password.encode(), bcrypt.gensalt(prefix=b"2a"))
    return hashed.decode("ascii")
