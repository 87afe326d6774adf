"""The records of one HAT: generated when first asked for, with what was written laid over them."""

import hashlib
import json
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache

from hats.bundles import Record
from hats.bundles.jsonb import stored_order
from hats.sandbox.people import Person
from hats.sandbox.plugs import SOURCES
from hats.sandbox.plugs.connection import (
    WITH_ALL_HISTORY,
    Connection,
    connection_from_state,
    connection_state,
)
from hats.sandbox.store import HatStore

MOST_CACHED_LISTS = 128  # Of generated records; the longest take about a megabyte.


class DuplicateData(Exception):
    """The very same JSON text is already on this HAT, on whatever endpoint."""


class RecordsMissing(Exception):
    """Not every record named is there; nothing was changed."""


class GeneratedRecords:
    """Generated records of all HATs, the least used given up when there are too many.

    :param today: tells the day on which generated data ends.
    """

    def __init__(self, *, today: Callable[[], date]) -> None:
        self._today = today
        self._lists: OrderedDict[tuple[Person, str, date], list[Record]] = OrderedDict()

    @property
    def today(self) -> date:
        return self._today()

    def of(self, person: Person, endpoint: str) -> list[Record]:
        key = (person, endpoint, self.today)
        if key in self._lists:
            self._lists.move_to_end(key)
        else:
            self._lists[key] = self._generate(person, endpoint)
            if len(self._lists) > MOST_CACHED_LISTS:
                self._lists.popitem(last=False)
        return self._lists[key]

    def has_any(self, person: Person, endpoint: str) -> bool:
        """Find out whether there are records, without making more than one."""
        known = self._lists.get((person, endpoint, self.today))
        if known is not None:
            return bool(known)
        return next(iter(SOURCES[endpoint].generate(person, self.today)), None) is not None

    def _generate(self, person: Person, endpoint: str) -> list[Record]:
        found = (
            Record(endpoint, _record_id(person.name, endpoint, key), stored(data), written_at)
            for key, written_at, data in SOURCES[endpoint].generate(person, self.today)
        )
        return sorted(found, key=_written_at)


def _record_id(name: str, endpoint: str, key: str) -> str:
    digest = hashlib.sha256(f"{name}/{endpoint}/{key}".encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def stored(data: object) -> object:
    """Return the data as jsonb keeps it: keys by length, no NUL characters."""
    if isinstance(data, dict):
        return {_clean(name): stored(data[name]) for name in _ordered(tuple(data))}
    if isinstance(data, list):
        return [stored(item) for item in data]
    return _clean(data) if isinstance(data, str) else data


@lru_cache(maxsize=2048)
def _ordered(names: tuple[str, ...]) -> list[str]:
    """Sort the keys of one object; most objects share their keys with many others."""
    return stored_order(names)


def _clean(text: str) -> str:
    return text.replace("\0", "")


class Holdings(Mapping[str, list[Record]]):
    """All records of one HAT by endpoint, oldest first; also the mapping bundles are read from.

    ``version`` changes with every change of data, so that answers can be cached.
    """

    def __init__(self, *, person: Person, generated: GeneratedRecords, store: HatStore) -> None:
        self._generated, self._store = generated, store
        self._written: dict[str, Record] = {}
        self._gone: set[str] = set()
        self._texts: dict[bytes, str] = {}  # Fingerprint to record id.
        self.version = 0
        self.plugs = dict.fromkeys(person.plugs, WITH_ALL_HISTORY)
        for plug, state in store.documents("plug").items():
            self.plugs[plug] = connection_from_state(state)
        self._person = replace(person, plugs=frozenset(self.plugs))
        for record, is_there in store.records():
            if is_there:
                self._lay_over(record)
            else:
                self._gone.add(record.record_id)

    def __getitem__(self, endpoint: str) -> list[Record]:
        generated = self._brought(endpoint)
        if not self._written and not self._gone:
            return generated
        own = [record for record in self._written.values() if record.endpoint == endpoint]
        kept = [
            record
            for record in generated
            if record.record_id not in self._gone and record.record_id not in self._written
        ]
        return sorted(kept + own, key=_written_at)

    def _brought(self, endpoint: str) -> list[Record]:
        """Find what the endpoint's data plug brought while it was connected."""
        source = SOURCES.get(endpoint)
        connection = self.plugs.get(source.plug) if source else None
        if connection is None:
            return []
        generated = self._generated.of(self._person, endpoint)
        if connection == WITH_ALL_HISTORY:
            return generated
        return [record for record in generated if connection.brings(_written_at(record))]

    def connect(self, plug: str, *, since: datetime | None) -> None:
        """Let a data plug fill this HAT; one that did before goes on where it left off.

        :param since: the moment from which on; ``None`` for all it knows.
        """
        old = self.plugs.get(plug)
        self._keep_plug(plug, Connection(since) if old is None else replace(old, until=None))

    def disconnect(self, plug: str, *, at: datetime) -> None:
        """Let a data plug bring no more; what it brought stays."""
        old = self.plugs.get(plug)
        if old is not None and old.is_on:
            self._keep_plug(plug, replace(old, until=at))

    def _keep_plug(self, plug: str, connection: Connection) -> None:
        self._store.save_document("plug", plug, connection_state(connection))
        self.plugs[plug] = connection
        self._person = replace(self._person, plugs=frozenset(self.plugs))
        self.version += 1

    def __iter__(self) -> Iterator[str]:
        """Name the endpoints that hold data."""
        plugs = {name for name, source in SOURCES.items() if source.plug in self.plugs}
        written = {record.endpoint for record in self._written.values()}
        return (
            name for name in sorted(plugs | written) if name in written or self._is_brought(name)
        )

    def _is_brought(self, endpoint: str) -> bool:
        """Whether a data plug brought records that are still there."""
        connection = self.plugs[SOURCES[endpoint].plug]
        if connection == WITH_ALL_HISTORY and not self._gone:
            return self._generated.has_any(self._person, endpoint)
        return bool(self[endpoint])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, endpoint: object) -> bool:
        return isinstance(endpoint, str) and bool(self[endpoint])

    def add(
        self, items: Iterable[tuple[str, object]], *, at: datetime, skip_duplicates: bool = False
    ) -> list[Record]:
        """Write new records.

        :raises DuplicateData: one is already there, and duplicates are not to be skipped.
        """
        added: dict[bytes, Record] = {}
        for endpoint, data in items:
            text = fingerprint(data)
            if text not in self._texts and text not in added:
                added[text] = Record(endpoint, str(uuid.uuid4()), data, at)
            elif not skip_duplicates:
                raise DuplicateData
        return self._save(list(added.values()))

    def at(self, endpoint: str, record_id: str) -> Record | None:
        """Look one record up by both its names."""
        written = self._written.get(record_id)
        if written is not None:
            return written
        return next((one for one in self[endpoint] if one.record_id == record_id), None)

    def replace(self, changed: Mapping[str, tuple[str, object]], *, at: datetime) -> None:
        """Put other data in place, by record id.

        :raises RecordsMissing: one of them is not there.
        """
        self.find(changed)
        self._texts = {text: id_ for text, id_ in self._texts.items() if id_ not in changed}
        self._save([Record(endpoint, id_, data, at) for id_, (endpoint, data) in changed.items()])

    def discard(self, records: list[Record], *, at: datetime) -> None:
        for record in records:
            self._written.pop(record.record_id, None)
            self._gone.add(record.record_id)
        self._texts = {text: id_ for text, id_ in self._texts.items() if id_ not in self._gone}
        self._store.forget_records(records, at=at)
        self.version += 1

    def find(self, ids: Iterable[str]) -> list[Record]:
        """Look records up by id.

        :raises RecordsMissing: one of them is not there.
        """
        wanted = set(ids)
        found = [r for endpoint in self for r in self[endpoint] if r.record_id in wanted]
        if len(found) != len(wanted):
            raise RecordsMissing
        return found

    def _save(self, records: list[Record]) -> list[Record]:
        self._store.save_records(records)
        self.version += 1
        return [self._lay_over(record) for record in records]

    def _lay_over(self, as_sent: Record) -> Record:
        """Hold the record as jsonb would; duplicates are told by the text as it was sent."""
        record = replace(as_sent, data=stored(as_sent.data))
        self._written[record.record_id] = record
        self._gone.discard(record.record_id)
        self._texts[fingerprint(as_sent.data)] = record.record_id
        return record


def fingerprint(data: object) -> bytes:
    """Hash the compact JSON text; the order of keys counts, as on a HAT."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()


def _written_at(record: Record) -> datetime:
    return record.written_at or datetime.min.replace(tzinfo=UTC)
