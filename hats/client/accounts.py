"""Accounts on a HAT, made and switched by its platform account or its owner."""

from uuid import UUID

from hats import answers
from hats.client.speaking import CREATED, HatToken, Speaker, send, without_body
from hats.clusters import Hat
from hats.protocol import NewAccount


class Accounts(Speaker):
    """Calls about accounts (hat-protocol §1.7)."""

    async def create_account(self, hat: Hat, *, token: HatToken, account: NewAccount) -> None:
        """Make an account.

        After ``HatOutcomeUnknown`` it is said again; ``account_exists`` then means that it had
        arrived, or that somebody else has the name: logging in tells which.

        :param token: the platform account's or the owner's.
        :raises HatUnreachable: try again later; ``HatOutcomeUnknown`` if it may have arrived.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: ``account_exists``, ``privileged_role``, not allowed (403), or broken.
        """
        question = send("POST", "/users/user", account.to_json())
        body = await self._ask_for(hat, question, token=token, status=CREATED)
        answers.read_account(body, account=account)

    async def enable_account(self, hat: Hat, *, token: HatToken, user_id: UUID) -> None:
        """Let an account log in again; harmless to repeat.

        :raises HatUnreachable: try again later; ``HatOutcomeUnknown`` if it may have arrived.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: ``no_such_account``, ``privileged_account``, not allowed, or broken.
        """
        await self._switch(hat, user_id, "enable", token=token)

    async def disable_account(self, hat: Hat, *, token: HatToken, user_id: UUID) -> None:
        """Keep an account from logging in; harmless to repeat.

        HATs of version 2.8.18 say yes and enable it instead: to be sure, delete it.

        :raises HatUnreachable: try again later; ``HatOutcomeUnknown`` if it may have arrived.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: ``no_such_account``, ``privileged_account``, not allowed, or broken.
        """
        await self._switch(hat, user_id, "disable", token=token)

    async def delete_account(self, hat: Hat, *, token: HatToken, user_id: UUID) -> None:
        """Delete an account.

        After ``HatOutcomeUnknown`` it is said again; ``no_such_account`` then means it is gone.

        :raises HatUnreachable: try again later; ``HatOutcomeUnknown`` if it may have arrived.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: ``no_such_account``, ``privileged_account``, not allowed, or broken.
        """
        await self._switch(hat, user_id, "delete", token=token)

    async def _switch(self, hat: Hat, user_id: UUID, verb: str, *, token: HatToken) -> None:
        question = without_body("PUT", f"/users/user/{user_id}/{verb}")
        await self._say(hat, question, token=token)


def bcrypt_hash(password: str) -> str:
    """Return a password as a HAT keeps it; needs the package ``bcrypt``, which is optional.

    :raises ValueError: longer than 72 bytes, of which bcrypt would ignore the rest.
    """
    import bcrypt  # noqa: PLC0415  # only who makes accounts needs it

    hashed: bytes = bcrypt.hashpw(password.encode(), bcrypt.gensalt(prefix=b"2a"))
    return hashed.decode("ascii")
