"""What must outlive the process: one SQLite file with debits, written records and set-ups.

Every change is written at once; what is generated is never written, since it can be made again.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from hats.bundles import Record, bundle_to_json, parse_bundle
from hats.sandbox.debits import Client, Debit, Permission

_SCHEMA = """
CREATE TABLE IF NOT EXISTS debits (
    hat TEXT, id TEXT, body BLOB NOT NULL, PRIMARY KEY (hat, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS records (
    hat TEXT, id TEXT, endpoint TEXT NOT NULL, body BLOB, written_at REAL NOT NULL,
    PRIMARY KEY (hat, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS applications (
    hat TEXT, id TEXT, version TEXT NOT NULL, enabled INTEGER NOT NULL,
    PRIMARY KEY (hat, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS bundles (
    hat TEXT, name TEXT, body BLOB NOT NULL, PRIMARY KEY (hat, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL);
"""


class Store:
    """One file for all HATs of a sandbox."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # One thread uses it at a time: the one that opens it, then the one that serves.
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        # A killed process loses nothing this way; only a power cut could lose the last writes.
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        self._db.close()

    def secret(self, name: str, *, fresh: bytes) -> bytes:
        """Keep the first value given under this name."""
        self._db.execute("INSERT OR IGNORE INTO secrets VALUES (?, ?)", (name, fresh))
        row = self._db.execute("SELECT value FROM secrets WHERE name = ?", (name,)).fetchone()
        return bytes(row[0])

    def hats_with_debits(self) -> list[str]:
        rows = self._db.execute("SELECT DISTINCT hat FROM debits ORDER BY hat")
        return [domain for (domain,) in rows]

    def save_debit(self, hat: str, debit: Debit) -> None:
        body = orjson.dumps(_debit_state(debit))
        self._db.execute("INSERT OR REPLACE INTO debits VALUES (?, ?, ?)", (hat, debit.id, body))

    def debits(self, hat: str) -> dict[str, Debit]:
        rows = self._db.execute("SELECT id, body FROM debits WHERE hat = ?", (hat,))
        return {id_: _debit(id_, orjson.loads(body)) for id_, body in rows}

    def save_records(self, hat: str, records: list[Record]) -> None:
        rows = [
            (hat, r.record_id, r.endpoint, orjson.dumps(r.data), r.written_at.timestamp())
            for r in records
            if r.written_at is not None
        ]
        self._write_records(rows)

    def forget_records(self, hat: str, records: list[Record], *, at: datetime) -> None:
        """Remember that these are gone; generated ones would come back otherwise."""
        self._write_records([(hat, r.record_id, r.endpoint, None, at.timestamp()) for r in records])

    def _write_records(self, rows: Iterable[tuple[str, str, str, bytes | None, float]]) -> None:
        self._db.execute("BEGIN")
        self._db.executemany("INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?)", rows)
        self._db.execute("COMMIT")

    def records(self, hat: str) -> Iterator[tuple[Record, bool]]:
        """Yield what was written over the generated data, and whether it is still there."""
        rows = self._db.execute(
            "SELECT id, endpoint, body, written_at FROM records WHERE hat = ?", (hat,)
        )
        for id_, endpoint, body, written_at in rows.fetchall():
            data = None if body is None else orjson.loads(body)
            moment = datetime.fromtimestamp(written_at, tz=UTC)
            yield Record(endpoint, id_, data, moment), body is not None

    def save_application(self, hat: str, id_: str, *, version: str, enabled: bool) -> None:
        row = (hat, id_, version, enabled)
        self._db.execute("INSERT OR REPLACE INTO applications VALUES (?, ?, ?, ?)", row)

    def applications(self, hat: str) -> dict[str, tuple[str, bool]]:
        rows = self._db.execute(
            "SELECT id, version, enabled FROM applications WHERE hat = ?", (hat,)
        )
        return {id_: (version, bool(enabled)) for id_, version, enabled in rows}

    def save_bundle(self, hat: str, name: str, body: object) -> None:
        row = (hat, name, orjson.dumps(body))
        self._db.execute("INSERT OR REPLACE INTO bundles VALUES (?, ?, ?)", row)

    def bundles(self, hat: str) -> dict[str, object]:
        rows = self._db.execute("SELECT name, body FROM bundles WHERE hat = ?", (hat,))
        return {name: orjson.loads(body) for name, body in rows}


def _debit_state(debit: Debit) -> dict[str, object]:
    client = debit.client
    return {
        "created_at": debit.created_at,
        "proposed_by": debit.proposed_by,
        "client": [
            client.name,
            client.url,
            client.logo_url,
            client.application_id,
            client.description,
        ],
        "permissions": [_permission_state(permission) for permission in debit.permissions],
    }


def _permission_state(permission: Permission) -> dict[str, object]:
    conditions = permission.conditions
    return {
        "created_at": permission.created_at,
        "purpose": permission.purpose,
        "start": permission.start,
        "period": int(permission.period.total_seconds()),
        "cancel_at_period_end": permission.cancel_at_period_end,
        "terms_url": permission.terms_url,
        "bundle": bundle_to_json(permission.bundle),
        "conditions": None if conditions is None else bundle_to_json(conditions),
        "accepted": permission.accepted,
        "canceled_at": permission.canceled_at,
    }


def _debit(id_: str, state: dict[str, object]) -> Debit:
    client, permissions = state["client"], state["permissions"]
    assert isinstance(client, list)
    assert isinstance(permissions, list)
    name, url, logo_url, application_id, description = client
    return Debit(
        id=id_,
        created_at=datetime.fromisoformat(str(state["created_at"])),
        client=Client(
            name=name,
            url=url,
            logo_url=logo_url,
            application_id=application_id,
            description=description,
        ),
        proposed_by=str(state["proposed_by"]),
        permissions=[_permission(permission) for permission in permissions],
    )


def _permission(state: dict[str, str]) -> Permission:
    canceled_at = state["canceled_at"]
    return Permission(
        created_at=datetime.fromisoformat(state["created_at"]),
        purpose=state["purpose"],
        start=datetime.fromisoformat(state["start"]),
        period=timedelta(seconds=int(state["period"])),
        cancel_at_period_end=bool(state["cancel_at_period_end"]),
        terms_url=state["terms_url"],
        bundle=parse_bundle(state["bundle"]),
        conditions=parse_bundle(state["conditions"]) if state["conditions"] else None,
        accepted=bool(state["accepted"]),
        canceled_at=datetime.fromisoformat(canceled_at) if canceled_at else None,
    )
