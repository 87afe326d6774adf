"""The manifest: what is in a revision, in numbers and in words, and what may be done with it."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from buyers.models import OrderLine
from common import language
from fulfilment.models import DatasetRevision
from offers.models import OfferField, OfferVersion, Purpose

CSV_FORM = {
    "encoding": "UTF-8 with a byte order mark",
    "line_ends": "CRLF",
    "empty": "a value that is missing",
    "guard": "text that a spreadsheet would run as a formula has an apostrophe before it: at the"
    " beginning, and after a semicolon or a line break, where some begin a cell",
}


def manifest_of(
    revision: DatasetRevision,
    *,
    people: int,
    rows: int,
    files: Sequence[dict[str, Any]],
    consent_records: dict[str, Any],
    at: datetime,
) -> dict[str, Any]:
    """All facts of a revision as plain data; nothing in it is about one person."""
    line = revision.dataset.order_line
    version = line.offer_version
    return {
        "dataset": revision.dataset.reference,
        "revision": revision.number,
        "built_at": at.isoformat(),
        "people": people,
        "rows": rows,
        "files": list(files),
        "csv": CSV_FORM,
        "columns": _columns(version),
        "offer": {
            "reference": version.offer.reference,
            "version": version.number,
            "title": version.title,
            "sha256": version.content_hash,
        },
        "order_line": line.reference,
        "consent_records": consent_records,
        "terms": _terms(line),
    }


def consent_digest(record_ids: Iterable[UUID]) -> dict[str, Any]:
    """How many consent records stand behind the rows, and one hash of them all.

    Whoever holds the records can check the hash: SHA-256 over the sorted SHA-256 of each id.
    """
    digests = sorted(hashlib.sha256(str(one).encode()).hexdigest() for one in record_ids)
    whole = hashlib.sha256("".join(digests).encode()).hexdigest()
    return {"count": len(digests), "sha256": whole}


def _columns(version: OfferVersion) -> list[dict[str, Any]]:
    fields: Iterable[OfferField] = version.fields.order_by("position", "pk")
    return [
        {
            "table": field.table,
            "column": field.path,
            "name": field.name,
            "meaning": field.meaning,
            "type": field.kind,
            "unit": field.unit,
            "may_be_missing": field.may_be_missing,
        }
        for field in fields
    ]


def _terms(line: OrderLine) -> dict[str, Any]:
    version, dataset = line.offer_version, line.dataset
    with language.in_english():
        purpose = str(Purpose(line.purpose).label)
    return {
        "for": line.order.organisation.name,
        "purpose": purpose,
        "purpose_words": line.purpose_words,
        "never": version.never,
        "kept_in": line.country,
        "retention_days": line.retention_days,
        "delete_after": dataset.delete_after.isoformat(),
        "licence": (
            f"Only {line.order.organisation.name} may use these rows, only for the purpose above,"
            " and must not pass them on or try to find out who somebody is. When a person stops"
            " sharing, their rows are deleted from every copy and the deletion is confirmed."
        ),
    }
