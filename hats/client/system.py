"""What a HAT tells of itself."""

from collections.abc import Mapping

from hats import answers
from hats.client.speaking import OK, HatToken, Speaker, expect, get
from hats.clusters import Hat
from hats.constants import API
from hats.protocol import Api, Record, StatusItem


class System(Speaker):
    """Calls about the HAT as a system (hat-protocol §5)."""

    async def status(self, hat: Hat, *, token: HatToken) -> list[StatusItem]:
        """Return storage, last log-in and the like; for the owner and the platform.

        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: this token may not ask (403), or a broken answer.
        """
        question = get(f"{API}/system/status")
        return answers.read_status(await self._ask_for(hat, question, token=token))

    async def public_profile(self, hat: Hat) -> Mapping[str, list[Record]]:
        """Return what the owner shows to everybody, by property; odd records are left out.

        :raises HatUnreachable: try again later.
        :raises HatRefused: a broken answer.
        """
        return answers.read_bundle(await self._ask_for(hat, get(f"{API}/phata/profile")))

    async def version(self, hat: Hat) -> str:
        """Return what the HAT's software calls itself, as ``v2.8.18``.

        :raises HatUnreachable: try again later.
        :raises HatRefused: it does not say, as HATs older than 2.6 do not.
        """
        return answers.read_version(await self._ask_for(hat, get(f"{API}/version")))

    async def api_of(self, hat: Hat) -> Api:
        """Return which API a HAT speaks: an older one answers a page to the newer's questions.

        :raises HatUnreachable: try again later.
        :raises HatRefused: there is no such HAT, or a broken answer.
        """
        reply = await self._ask(hat, get(f"{API}/version"))
        if reply.status == OK and reply.content_type == "text/html":
            return Api.V2
        answers.read_version(expect(reply, OK))
        return Api.V2_6

    async def is_healthy(self, hat: Hat) -> bool:
        """Whether the HAT says that it works.

        :raises HatUnreachable: try again later.
        :raises HatRefused: there is no such HAT, or a broken answer.
        """
        return answers.read_health(await self._ask_for(hat, get("/healthz")))
