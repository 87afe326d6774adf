"""Keys and tokens: who a HAT is, and who we are to it."""

from urllib.parse import quote

from hats import answers
from hats.client.speaking import JSON, OK, UNAUTHENTICATED, HatToken, Speaker, expect, get, refusal
from hats.clusters import Hat
from hats.constants import MAX_KEY_BYTES
from hats.errors import Broken, HatBroken, HatRefused, HatTokenExpired
from hats.guard import Question


class Identity(Speaker):
    """Calls about keys and tokens (hat-protocol §1)."""

    async def public_key(self, hat: Hat) -> str:
        """Return the HAT's public key as PEM text; ``hats.tokens`` says whether to trust it.

        :raises HatUnreachable: try again later.
        :raises HatRefused: there is no such HAT (404), or what it sent is no key.
        """
        question = Question(
            path="/publickey", headers={"Accept": "text/plain"}, body_cap=MAX_KEY_BYTES
        )
        reply = await self._ask(hat, question)
        if reply.status != OK:
            raise refusal(reply)
        if reply.content_type != "text/plain" or not reply.body.isascii():
            raise HatBroken(Broken.BAD_KEY)
        return reply.body.decode("ascii")

    async def access_token(self, hat: Hat, *, username: str, password: str) -> HatToken:
        """Log an account in on a HAT (hat-protocol §1.2).

        :raises HatUnreachable: try again later.
        :raises HatRefused: wrong account (reason ``credentials``), or a broken answer.
        """
        headers = {
            **JSON,
            "username": quote(username, safe=""),
            "password": quote(password, safe=""),
        }
        reply = await self._ask(hat, Question(path="/users/access_token", headers=headers))
        if reply.status == UNAUTHENTICATED:
            raise HatRefused(status=UNAUTHENTICATED, reason="credentials")
        return HatToken(answers.read_access_token(expect(reply, OK)))

    async def accepts(self, hat: Hat, *, token: HatToken) -> bool:
        """Whether the HAT still accepts a token, of whatever kind; asking renews it.

        :raises HatUnreachable: try again later.
        :raises HatRefused: a broken answer.
        """
        question = get("/users/access_token/validate")
        try:
            answers.read_acknowledgement(await self._ask_for(hat, question, token=token))
        except HatTokenExpired:
            return False
        return True

    async def service_token(
        self, hat: Hat, *, token: HatToken, name: str, resource: str
    ) -> HatToken:
        """Return a token by which a service learns which HAT this is (the older log-in).

        :param token: the owner's own.
        :param resource: the exact address the token is meant for.
        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: the token is not the owner's, or a broken answer.
        """
        question = get("/users/application_token", {"name": name, "resource": resource})
        return HatToken(answers.read_access_token(await self._ask_for(hat, question, token=token)))

    async def service_login(self, hat: Hat, *, token: HatToken, name: str, redirect: str) -> str:
        """Return ``redirect`` with such a token in its query, as the older log-in page uses it.

        :param token: the owner's own.
        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: the token is not the owner's, or a broken answer, such as an address
            that leads elsewhere.
        """
        question = get("/control/v2/auth/hatlogin", {"name": name, "redirect": redirect})
        body = await self._ask_for(hat, question, token=token)
        return answers.read_login_address(body, redirect=redirect)
