"""Records: read, write, replace, delete, link."""

from collections.abc import AsyncIterator, Iterable, Sequence
from uuid import UUID

from hats import answers
from hats.client.speaking import CREATED, HatToken, Query, Speaker, expect, get, send, without_body
from hats.clusters import Hat
from hats.constants import API, ENDPOINT, MAX_PAGED_RECORDS
from hats.errors import Broken, HatBroken
from hats.protocol import NewRecord, Page, Record


class Data(Speaker):
    """Calls about records (hat-protocol §2)."""

    async def sources(self, hat: Hat, *, token: HatToken) -> frozenset[str]:
        """Return which endpoints hold data, as ``namespace/endpoint``.

        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: this token may not ask, or a broken answer.
        """
        question = get(f"{API}/data/sources")
        return answers.read_sources(await self._ask_for(hat, question, token=token))

    async def data(  # one keyword a query parameter
        self,
        hat: Hat,
        *,
        token: HatToken,
        endpoint: str,
        take: int = 1000,
        skip: int = 0,
        newest_first: bool = False,
        order_by: str = "",
    ) -> list[Record]:
        """Return records of one endpoint (``namespace/name``); odd ones are left out.

        An endpoint that holds nothing, or does not exist, has no records.

        :param take: at most this many records; the HAT's own default is 1000.
        :param order_by: a dotted path into ``data``; without it, by age.
        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: this token may not read the namespace (403), or a broken answer.
        """
        page = Page(take=take, skip=skip, newest_first=newest_first, order_by=order_by)
        question = get(data_path(endpoint), page.to_query())
        return answers.read_records(await self._ask_for(hat, question, token=token))

    async def all_data(
        self,
        hat: Hat,
        *,
        token: HatToken,
        endpoint: str,
        page: int = 1000,
        most: int = MAX_PAGED_RECORDS,
    ) -> AsyncIterator[Record]:
        """Yield the records of one endpoint, oldest first, page by page.

        What is written meanwhile comes last and is yielded too. Of what is deleted or replaced
        meanwhile a HAT has no memory: later records move up, and one may be missed.

        :param most: stop after asking for so many, whatever the HAT says.
        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: this token may not read the namespace (403), or a broken answer; also
            when the same page comes twice.
        """
        last: list[Record] = []
        for skip in range(0, most, page):
            take = min(page, most - skip)
            question = get(data_path(endpoint), Page(take=take, skip=skip).to_query())
            found = answers.read_page(await self._ask_for(hat, question, token=token))
            if found.records and found.records == last:
                raise HatBroken(Broken.WRONG_SHAPE, detail="same_page")
            last = found.records
            for record in found.records[:take]:
                yield record
            if found.sent < take:
                return

    async def record(self, hat: Hat, *, token: HatToken, record_id: str) -> Record:
        """Return one record.

        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: there is none (400, ``no_such_record``), or a broken answer.
        """
        question = get(f"{API}/data-record/{_record_id(record_id)}")
        return answers.read_record(await self._ask_for(hat, question, token=token))

    async def write_data(self, hat: Hat, *, token: HatToken, endpoint: str, data: object) -> Record:
        """Write one record.

        A HAT holds the same JSON once, wherever it stands. So after ``HatOutcomeUnknown`` it is
        written again, and ``HatDuplicate`` then means that it had arrived.

        :param data: any JSON but a list, which a HAT would take for many records.
        :raises HatUnreachable: try again later; ``HatOutcomeUnknown`` if it may have arrived.
        :raises HatTokenExpired: get a new token first.
        :raises HatDuplicate: the HAT holds this very data already.
        :raises HatRefused: this token may not write there (403), or a broken answer.
        """
        if isinstance(data, list | tuple):
            raise TypeError("a list is written by write_all")
        question = send("POST", data_path(endpoint), data)
        body = await self._ask_for(hat, question, token=token, status=CREATED)
        return answers.read_record(body)

    async def write_all(
        self,
        hat: Hat,
        *,
        token: HatToken,
        endpoint: str,
        items: Sequence[object],
        skip_duplicates: bool = False,
    ) -> list[Record]:
        """Write many records of one endpoint: all of them or none.

        :param skip_duplicates: leave out what the HAT holds already and return the others; this
            is how to go on after ``HatOutcomeUnknown``.
        :raises HatUnreachable: try again later; ``HatOutcomeUnknown`` if it may have arrived.
        :raises HatTokenExpired: get a new token first.
        :raises HatDuplicate: the HAT holds one of them already, and has stored none now.
        :raises HatRefused: this token may not write there (403), or a broken answer.
        """
        path = data_path(endpoint)
        skipping = "?skipErrors=true" if skip_duplicates else ""
        question = send("POST", path + skipping, list(items))
        body = await self._ask_for(hat, question, token=token, status=CREATED)
        return answers.read_records(body)

    async def write_batch(
        self, hat: Hat, *, token: HatToken, records: Sequence[NewRecord]
    ) -> list[Record]:
        """Write records of several endpoints, with their links: all of them or none.

        :raises HatUnreachable: try again later; ``HatOutcomeUnknown`` if it may have arrived.
        :raises HatTokenExpired: get a new token first.
        :raises HatDuplicate: the HAT holds one of them already, and has stored none now.
        :raises HatRefused: this token may not write to one of the namespaces (403), or broken.
        """
        if not records:  # which a real HAT answers with 500
            return []
        for record in records:
            data_path(record.endpoint)
        question = send("POST", f"{API}/data-batch", [record.to_json() for record in records])
        body = await self._ask_for(hat, question, token=token, status=CREATED)
        return answers.read_records(body)

    async def replace_records(
        self, hat: Hat, *, token: HatToken, records: Sequence[Record]
    ) -> list[Record]:
        """Replace the data of records, each with its ``recordId``: all of them or none.

        Harmless to repeat. A HAT that fails (500) is asked once more: it does so, too, where it
        should say that the namespace is not ours.

        :raises HatUnreachable: try again later; ``HatOutcomeUnknown`` if it may have arrived.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: some are not there (``records_missing``), the HAT failed twice
            (``server_error``), or a broken answer.
        """
        question = send("PUT", f"{API}/data", list(records))
        reply = await self._ask_twice(hat, question, token=token)
        return answers.read_records(expect(reply, CREATED))

    async def delete_records(self, hat: Hat, *, token: HatToken, record_ids: Iterable[str]) -> None:
        """Delete records: all of them or none.

        After ``HatOutcomeUnknown`` it is said again; ``records_missing`` then means either that
        they are gone, or that one had never been there: ``record`` tells which.

        :raises HatUnreachable: try again later; ``HatOutcomeUnknown`` if it may have arrived.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: some are not there (``records_missing``) or not ours (403).
        """
        query = _by_id(record_ids)
        if query:
            await self._say(hat, without_body("DELETE", f"{API}/data", query), token=token)

    async def delete_endpoint(self, hat: Hat, *, token: HatToken, endpoint: str) -> None:
        """Delete every record of one endpoint; harmless to repeat.

        :raises HatUnreachable: try again later; ``HatOutcomeUnknown`` if it may have arrived.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: this token may not write there (403), or a broken answer.
        """
        await self._say(hat, without_body("DELETE", data_path(endpoint)), token=token)

    async def link_records(self, hat: Hat, *, token: HatToken, record_ids: Iterable[str]) -> None:
        """Group records, so that a bundle's ``links`` find them together.

        :raises HatUnreachable: try again later; ``HatOutcomeUnknown`` if it may have arrived.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: some are not there, or a broken answer.
        """
        question = without_body("POST", f"{API}/data-link", _by_id(record_ids))
        await self._say(hat, question, token=token, status=CREATED)


def data_path(endpoint: str) -> str:
    """Return the path of an endpoint.

    :raises ValueError: not ``namespace/name`` in a HAT's own characters.
    """
    if not ENDPOINT.fullmatch(endpoint):
        raise ValueError("not an endpoint of a HAT")
    return f"{API}/data/{endpoint}"


def _by_id(record_ids: Iterable[str]) -> Query:
    """Repeat the parameter: a real HAT does not take ids joined by commas."""
    return tuple(("records", _record_id(record_id)) for record_id in record_ids)


def _record_id(text: str) -> str:
    """Return the id in its one spelling.

    :raises ValueError: it is no UUID.
    """
    return str(UUID(text))
