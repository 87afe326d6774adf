"""Applications on a HAT: look, set up, disable, get a token, speak through the HAT to one."""

import re
from typing import Final
from urllib.parse import urlencode

import orjson

from hats import answers
from hats.client.speaking import (
    BAD_REQUEST,
    JSON,
    JSON_BODY,
    UNAUTHENTICATED,
    HatToken,
    Speaker,
    get,
)
from hats.clusters import Hat
from hats.constants import API, APPLICATION_ID
from hats.errors import HatRefused, HatTokenExpired
from hats.guard import Question, Reply
from hats.protocol import Application, ForApplication, FromApplication, HatApplication

_NOT_ACTIVE: Final = "application_not_active"
_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
# Nothing that another reader of the path could take for a step up or for a query.
_STEP: Final = r"[0-9A-Za-z_~-][0-9A-Za-z._~-]*"
_PROXY_PATH: Final = re.compile(rf"{_STEP}(?:/{_STEP})*")


class Applications(Speaker):
    """Calls about applications (hat-protocol §1.9). Set-up and disabling are GETs that change."""

    async def applications(self, hat: Hat, *, token: HatToken) -> list[HatApplication]:
        """Return the applications that a token may see: all for the owner, else its own.

        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: this token may not ask (403), or a broken answer.
        """
        question = get(f"{API}/applications")
        return answers.read_applications(await self._ask_for(hat, question, token=token))

    async def application(
        self, hat: Hat, *, token: HatToken, application_id: str
    ) -> HatApplication:
        """Return one application as it is on this HAT.

        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: this token may not ask (403), unknown (``no_such_application``), broken.
        """
        return await self._application(hat, _path(application_id), token=token)

    async def set_up_application(
        self, hat: Hat, *, token: HatToken, application_id: str
    ) -> HatApplication:
        """Set an application up or update it, with its debit enabled; harmless to repeat.

        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: this token may not (403), unknown (``no_such_application``), broken.
        """
        return await self._application(hat, f"{_path(application_id)}/setup", token=token)

    async def disable_application(
        self, hat: Hat, *, token: HatToken, application_id: str
    ) -> HatApplication:
        """Switch an application and its debit off at once; harmless to repeat.

        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: this token may not (403), unknown (``no_such_application``), broken.
        """
        return await self._application(hat, f"{_path(application_id)}/disable", token=token)

    async def _application(self, hat: Hat, path: str, *, token: HatToken) -> HatApplication:
        return answers.read_application(await self._ask_for(hat, get(path), token=token))

    async def application_token(
        self, hat: Hat, *, token: HatToken, application_id: str
    ) -> HatToken:
        """Return a token of an application, for the owner or an application allowed to ask.

        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: this token may not (403), unknown (``no_such_application``), broken.
        """
        question = get(f"{_path(application_id)}/access-token")
        return HatToken(answers.read_access_token(await self._ask_for(hat, question, token=token)))

    async def application_for_login(self, hat: Hat, *, application_id: str) -> Application | None:
        """Return what a log-in page may know of an application; None if it is not registered.

        No token: a HAT refuses this call to anybody who is logged in.

        :raises HatUnreachable: try again later.
        :raises HatRefused: a broken answer.
        """
        _path(application_id)
        question = get(f"{API}/applications/hmi", {"applicationId": application_id})
        listings = answers.read_listings(await self._ask_for(hat, question))
        return next((one for one in listings if one.application_id == application_id), None)

    async def ask_application(
        self, hat: Hat, *, token: HatToken, application_id: str, question: ForApplication
    ) -> FromApplication:
        """Have the HAT pass a question on to an application's own service.

        :raises ValueError: a path with empty steps or dots at their beginning, or an odd method.
        :raises HatUnreachable: try again later; ``HatOutcomeUnknown`` if it may have arrived.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: the owner has not switched it on (``application_not_active``).
        """
        if question.method not in _METHODS or not _PROXY_PATH.fullmatch(question.path):
            raise ValueError("not a question for an application")
        path = f"{_path(application_id)}/proxy/{question.path}"
        reply = await self._ask(hat, _passed_on(path, question), token=token)
        if reply.status == UNAUTHENTICATED:
            raise HatTokenExpired
        if reply.status == BAD_REQUEST and _is_not_active(reply):
            raise HatRefused(status=BAD_REQUEST, reason=_NOT_ACTIVE)
        return FromApplication(reply.status, reply.content_type, reply.body)


def _path(application_id: str) -> str:
    if not APPLICATION_ID.fullmatch(application_id):
        raise ValueError("not the id of an application")
    return f"{API}/applications/{application_id}"


def _passed_on(path: str, question: ForApplication) -> Question:
    query = f"?{urlencode(question.query)}" if question.query else ""
    has_body = question.body is not None
    return Question(
        method=question.method,
        path=path + query,
        headers=JSON_BODY if has_body else JSON,
        body=orjson.dumps(question.body) if has_body else None,
    )


def _is_not_active(reply: Reply) -> bool:
    return answers.problem(reply.status, reply.body) == _NOT_ACTIVE
