"""What must outlive the process: one SQLite file per HAT, made when that HAT is first written to.

One person's store is a file of its own, to be copied, looked into or deleted without touching
anybody else's. Every change is written at once; what is generated is never written, since it can
be made again.
"""

import sqlite3
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import orjson

from hats.bundles import Record
from hats.sandbox.debits import Debit
from hats.sandbox.stored_debits import debit_from_state, debit_state

MOST_OPEN_FILES = 64
_SUFFIX = ".sqlite3"

_HAT_SCHEMA = """
BEGIN;
CREATE TABLE IF NOT EXISTS documents (
    kind TEXT, id TEXT, body BLOB NOT NULL, UNIQUE (kind, id));
CREATE TABLE IF NOT EXISTS records (
    id TEXT UNIQUE, endpoint TEXT NOT NULL, body BLOB, written_at REAL NOT NULL);
COMMIT;
"""
_SHARED_SCHEMA = "CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL)"
_SAVE_DOCUMENT = """
INSERT INTO documents VALUES (?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body
"""
# A record keeps its place when it is changed: those of one moment stay in the order they came in.
_SAVE_RECORD = """
INSERT INTO records VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
    endpoint = excluded.endpoint, body = excluded.body, written_at = excluded.written_at
"""


def _connected(path: Path) -> sqlite3.Connection:
    # One thread uses it at a time: the one that opens it, then the one that serves.
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    # A process that is killed loses nothing this way; a power cut could.
    database.execute("PRAGMA synchronous=OFF")
    return database


class Store:
    """The folder of one sandbox's state."""

    def __init__(self, folder: Path) -> None:
        self._hats = folder / "hats"
        self._hats.mkdir(parents=True, exist_ok=True)
        self._written = {path.stem for path in self._hats.glob(f"*{_SUFFIX}")}
        self._open: OrderedDict[str, sqlite3.Connection] = OrderedDict()
        self._shared = _connected(folder / "shared.sqlite3")
        self._shared.execute(_SHARED_SCHEMA)

    def close(self) -> None:
        for database in (self._shared, *self._open.values()):
            database.close()
        self._open.clear()

    def secret(self, name: str, *, fresh: bytes) -> bytes:
        """Keep the first value given under this name."""
        self._shared.execute("INSERT OR IGNORE INTO secrets VALUES (?, ?)", (name, fresh))
        row = self._shared.execute("SELECT value FROM secrets WHERE name = ?", (name,)).fetchone()
        return bytes(row[0])

    def hat(self, name: str) -> "HatStore":
        """Give access to one HAT's file; nothing is opened yet."""
        return HatStore(self, name)

    def hats_written_to(self) -> set[str]:
        """Name the HATs that have a file, without opening any."""
        return set(self._written)

    def is_written_to(self, name: str) -> bool:
        return name in self._written

    def reading(self, name: str) -> sqlite3.Connection | None:
        """Open a HAT's file; ``None`` when there is nothing to read."""
        return self.writing(name) if name in self._written else None

    def writing(self, name: str) -> sqlite3.Connection:
        """Open a HAT's file, making it if need be; the one unused for longest is closed."""
        database = self._open.get(name)
        if database is not None:
            self._open.move_to_end(name)
            return database
        database = self._open[name] = _connected(self._path(name))
        database.executescript(_HAT_SCHEMA)
        self._written.add(name)
        if len(self._open) > MOST_OPEN_FILES:
            self._open.popitem(last=False)[1].close()
        return database

    def remove(self, name: str) -> None:
        """Delete a HAT's file with all that was written."""
        self._path(name).unlink(missing_ok=True)
        self.let_go(name)

    def let_go(self, name: str) -> None:
        """Close a HAT's file, which another process may have removed or made anew."""
        database = self._open.pop(name, None)
        if database is not None:
            database.close()
        is_there = self._path(name).exists()
        (self._written.add if is_there else self._written.discard)(name)

    def _path(self, name: str) -> Path:
        return self._hats / f"{name}{_SUFFIX}"


class HatStore:
    """What one HAT keeps: records, and documents of any kind by id."""

    def __init__(self, store: Store, name: str) -> None:
        self._store, self._name = store, name

    def save_document(self, kind: str, id: str, body: object) -> None:  # noqa: A002 - a HAT's word
        """Keep a JSON document, in place of an older one of the same kind and id."""
        database = self._store.writing(self._name)
        database.execute(_SAVE_DOCUMENT, (kind, id, orjson.dumps(body)))

    def documents(self, kind: str) -> dict[str, object]:
        """Read all documents of a kind by id, in the order in which they were first saved."""
        database = self._store.reading(self._name)
        if database is None:
            return {}
        found = "SELECT id, body FROM documents WHERE kind = ? ORDER BY rowid"
        return {id_: orjson.loads(body) for id_, body in database.execute(found, (kind,))}

    def forget_document(self, kind: str, id: str) -> None:  # noqa: A002 - a HAT's word
        database = self._store.reading(self._name)
        if database is not None:
            database.execute("DELETE FROM documents WHERE kind = ? AND id = ?", (kind, id))

    def save_debit(self, debit: Debit) -> None:
        self.save_document("debit", debit.id, debit_state(debit))

    def debits(self) -> dict[str, Debit]:
        return {id_: debit_from_state(id_, state) for id_, state in self.documents("debit").items()}

    def save_application(self, id_: str, *, version: str, enabled: bool) -> None:
        self.save_document("application", id_, [version, enabled])

    def applications(self) -> dict[str, tuple[str, bool]]:
        setups: dict[str, tuple[str, bool]] = {}
        for id_, body in self.documents("application").items():
            assert isinstance(body, list)
            setups[id_] = (body[0], body[1])
        return setups

    def save_bundle(self, name: str, body: object) -> None:
        self.save_document("bundle", name, body)

    def bundles(self) -> dict[str, object]:
        return self.documents("bundle")

    def save_records(self, records: list[Record]) -> None:
        self._write_records(
            (r.record_id, r.endpoint, orjson.dumps(r.data), r.written_at.timestamp())
            for r in records
            if r.written_at is not None
        )

    def forget_records(self, records: list[Record], *, at: datetime) -> None:
        """Remember that these are gone; generated ones would come back otherwise."""
        self._write_records((r.record_id, r.endpoint, None, at.timestamp()) for r in records)

    def _write_records(self, rows: Iterable[tuple[str, str, bytes | None, float]]) -> None:
        database = self._store.writing(self._name)
        database.execute("BEGIN")
        database.executemany(_SAVE_RECORD, rows)
        database.execute("COMMIT")

    def records(self) -> Iterator[tuple[Record, bool]]:
        """Yield what was written over the generated data, and whether it is still there."""
        database = self._store.reading(self._name)
        if database is None:
            return
        found = "SELECT id, endpoint, body, written_at FROM records ORDER BY rowid"
        for id_, endpoint, body, written_at in database.execute(found).fetchall():
            data = None if body is None else orjson.loads(body)
            moment = datetime.fromtimestamp(written_at, tz=UTC)
            yield Record(endpoint, id_, data, moment), body is not None
