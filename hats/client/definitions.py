"""Bundles and combinators kept on a HAT under a name."""

from collections.abc import Mapping, Sequence

from hats import answers
from hats.client.speaking import CREATED, HatToken, Speaker, get, send
from hats.clusters import Hat
from hats.constants import API, BUNDLE_NAME, COMBINATOR
from hats.protocol import Page, Record


class Definitions(Speaker):
    """Calls about named bundles and combinators; all are the owner's alone."""

    async def put_bundle(
        self, hat: Hat, *, token: HatToken, name: str, properties: Mapping[str, object]
    ) -> None:
        """Keep a bundle under a name, in the place of one there was; harmless to repeat.

        Bundles of debits share these names: one that a debit uses must not be written here.

        :param properties: the bundle itself, without its name.
        :raises HatUnreachable: try again later; ``HatOutcomeUnknown`` if it may have arrived.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: not the owner (403), ``malformed``, or a broken answer.
        """
        question = send("POST", _bundle_path(name), dict(properties))
        await self._say(hat, question, token=token, status=CREATED)

    async def bundle(self, hat: Hat, *, token: HatToken, name: str) -> Mapping[str, list[Record]]:
        """Return the records a bundle finds now, by property; odd ones are left out.

        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: unknown or not to be evaluated (``no_such_bundle``), or broken.
        """
        return answers.read_bundle(await self._ask_for(hat, get(_bundle_path(name)), token=token))

    async def bundle_structure(
        self, hat: Hat, *, token: HatToken, name: str
    ) -> Mapping[str, object]:
        """Return a bundle's definition, ``{"name": …, "bundle": {…}}``.

        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: unknown (``no_such_bundle``), or a broken answer.
        """
        question = get(f"{_bundle_path(name)}/structure")
        return answers.read_structure(await self._ask_for(hat, question, token=token))

    async def put_combinator(
        self, hat: Hat, *, token: HatToken, name: str, queries: Sequence[Mapping[str, object]]
    ) -> None:
        """Keep a list of endpoint queries under a name; harmless to repeat.

        :raises HatUnreachable: try again later; ``HatOutcomeUnknown`` if it may have arrived.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: not the owner (403), ``malformed``, or a broken answer.
        """
        question = send("POST", _combinator_path(name), list(queries))
        await self._say(hat, question, token=token, status=CREATED)

    async def combinator(
        self, hat: Hat, *, token: HatToken, name: str, page: Page | None = None
    ) -> list[Record]:
        """Return the records a combinator finds now; odd ones are left out.

        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: unknown or not to be evaluated (``no_such_combinator``), or broken.
        """
        question = get(_combinator_path(name), (page or Page()).to_query())
        return answers.read_records(await self._ask_for(hat, question, token=token))


def _bundle_path(name: str) -> str:
    if not BUNDLE_NAME.fullmatch(name):
        raise ValueError("not the name of a bundle")
    return f"{API}/data-bundle/{name}"


def _combinator_path(name: str) -> str:
    if not COMBINATOR.fullmatch(name):
        raise ValueError("not the name of a combinator")
    return f"{API}/combinator/{name}"
