"""Records that belong together: batches and ``data-link`` group them, bundles ask for them."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from hats.bundles import Record
from hats.sandbox.holdings import Holdings
from hats.sandbox.store import HatStore

_KIND = "group"
Member = tuple[str, str]  # Endpoint and record id.


class LinkedRecords(Mapping[str, Sequence[Record]]):
    """The holdings of a HAT in which each record knows the others of its groups.

    Groups name records and do not hold them: what was changed is seen changed, what was deleted
    is gone.
    """

    def __init__(self, *, holdings: Holdings, store: HatStore) -> None:
        self._holdings, self._store = holdings, store
        self._groups: list[list[Member]] = []
        self._groups_of: dict[str, list[list[Member]]] = {}
        for body in store.documents(_KIND).values():
            assert isinstance(body, list)
            self._remember([(endpoint, id_) for endpoint, id_ in body])

    def __getitem__(self, endpoint: str) -> Sequence[Record]:
        records = self._holdings[endpoint]
        if not self._groups:
            return records
        return [self._linked(record) for record in records]

    def __iter__(self) -> Iterator[str]:
        return iter(self._holdings)

    def __len__(self) -> int:
        return len(self._holdings)

    def group(self, records: Iterable[Record]) -> None:
        """Keep these together from now on."""
        members = [(record.endpoint, record.record_id) for record in records]
        self._store.save_document(_KIND, str(uuid.uuid4()), members)
        self._remember(members)
        self._holdings.version += 1

    def _remember(self, members: list[Member]) -> None:
        self._groups.append(members)
        for _, id_ in members:
            self._groups_of.setdefault(id_, []).append(members)

    def _linked(self, record: Record) -> Record:
        groups = self._groups_of.get(record.record_id)
        if groups is None:
            return record
        others = {m: None for group in groups for m in group if m[1] != record.record_id}
        found = (self._holdings.at(endpoint, id_) for endpoint, id_ in others)
        return replace(record, links=tuple(one for one in found if one is not None))
