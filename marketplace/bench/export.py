"""``bench export``: sealed blocks to a sealed CSV file, against COPY of the same rows to a file.

COPY reads a plain table and writes a plain file. The export decrypts each person's block, parses
it, looks each column up, guards each cell, and encrypts the file again.
"""

import random
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from django.conf import settings
from django.db import connection
from django.utils import timezone

from buyers.models import OrderLine
from common import sealing
from fulfilment.actions import builds, datasets
from fulfilment.actions.readings import block_context, data_key
from fulfilment.exports import storage
from fulfilment.exports.writers import CsvFile
from fulfilment.models import (
    Acceptance,
    AcceptanceStatus,
    DataKey,
    Dataset,
    Retrieval,
    RetrievalStatus,
    SealedBlock,
)
from marketplace.bench import scene
from marketplace.bench.figures import Figure, Memory, timed
from offers.tables import cells_of, columns_of

SIZE = 2000  # people with fifty rows each
ROUNDS = 3
_PLAIN = "CREATE TABLE bench_plain (person text, at text, song text, artist text, album text)"
_FILL = "COPY bench_plain FROM STDIN"
_EMPTY = "COPY bench_plain TO STDOUT (FORMAT csv, HEADER)"
Play = dict[str, str]
Opened = list[tuple[str, list[Any]]]


def measure(*, size: int = SIZE) -> Iterator[Figure]:
    """Rows a second: writing opened rows as CSV; with opening; a revision with all its files."""
    with TemporaryDirectory(prefix="hm-bench-") as home:
        settings.FILES_ROOT = home
        line = _delivered_line(size)
        dataset = datasets.open_dataset(order_line=line, at=timezone.now())
        folder = Path(home)
        yield _writing(line, dataset, folder=folder)
        yield _figure("export of CSV", lambda: _csv(line, dataset), folder=folder)
        yield _figure("export of a revision", lambda: _revision(dataset), folder=folder)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_plain")


def _writing(line: OrderLine, dataset: Dataset, *, folder: Path) -> Figure:
    opened = _opened(line)
    return _figure("writing of CSV", lambda: _write(line, opened, dataset), folder=folder)


def _figure(name: str, export: Callable[[], int], *, folder: Path) -> Figure:
    """Both sides in turns; the memory is what the exports alone added."""
    rows, seconds, bare, grown = 0, 0.0, 0.0, 0.0
    for _ in range(ROUNDS):
        memory = Memory()
        exported, took = timed(export)
        grown, rows = max(grown, memory.grown_mebibytes()), rows + exported
        seconds += took.seconds
        bare += timed(lambda: _copy(folder / "copied.csv"))[1].seconds
    return Figure(
        name=name,
        size=rows,
        seconds=seconds,
        holds="CPU of the building process",
        limit="COPY (FORMAT csv) of the same rows from a plain table to a plain file",
        limit_per_second=rows / bare,
        more={"unit": "rows", "peak_growth_mebibytes": round(grown, 1)},
    )


def _opened(line: OrderLine) -> Opened:
    """Every person's records, decrypted and parsed."""
    batches = builds.Reading(line.pk).batches()
    return [
        (block.person, [record["d"] for record in answer["plays"]])
        for batch in batches
        for block, answer in batch
    ]


def _write(line: OrderLine, opened: Opened, dataset: Dataset) -> int:
    """Cells looked up, guarded, written as CSV and sealed: what COPY does for plain rows."""
    columns = columns_of(line.offer_version.fields.order_by("position", "pk"))
    file = CsvFile(storage.new_folder(dataset.pk) / "0.csv", columns=columns)
    for person, records in opened:
        file.add([cells_of(column, records) for column in columns], person=person)
    file.finish()
    return file.rows


def _csv(line: OrderLine, dataset: Dataset) -> int:
    return builds.export_csv_only(order_line=line, folder=storage.new_folder(dataset.pk))


def _revision(dataset: Dataset) -> int:
    """Everything that a deliveries' hint leads to: all files, profile, manifest, release."""
    at = timezone.now()
    datasets.mark_stale(order_line=dataset.order_line, at=at)
    revision = builds.build_revision(dataset_id=dataset.pk, at=at)
    assert revision
    return revision.rows


def _copy(file: Path) -> None:
    with file.open("wb") as out, connection.cursor() as cursor, cursor.copy(_EMPTY) as copy:
        for piece in copy:
            out.write(piece)


def _delivered_line(people: int) -> OrderLine:
    """A line to which everybody has delivered once, and the same rows in a plain table."""
    line = scene.open_line(scene.published_version(), places=people)
    names = (f"o{uuid.uuid4().hex}.hat.localhost" for _ in range(people))
    yes = scene.sharing(line, scene.connected_owners(names))
    Acceptance.objects.filter(order_line=line).update(
        status=AcceptanceStatus.FULFILLED, delivered_at=timezone.now()
    )
    retrievals = Retrieval.objects.bulk_create(
        Retrieval(debit=one.debit, status=RetrievalStatus.STORED, records=scene.RECORDS_OF_ONE)
        for one in yes
    )
    keys = dict(DataKey.objects.filter(acceptance__in=yes).values_list("acceptance_id", "wrapped"))
    plays = [_plays() for _ in yes]
    SealedBlock.objects.bulk_create(
        (
            _block(retrieval, one, of_one, wrapped=bytes(keys[one.pk] or b""))
            for retrieval, one, of_one in zip(retrievals, yes, plays, strict=True)
        ),
        batch_size=500,
    )
    _fill_plain(yes, plays)
    return line


def _plays() -> list[Play]:
    now = timezone.now()
    return [
        {
            "at": f"{now - timedelta(minutes=random.randrange(30_000)):%Y-%m-%dT%H:%M:%S}.000Z",  # noqa: S311
            "song": f"Song number {random.randrange(3_000)}",  # noqa: S311  # invented
            "artist": f"The Artists of {random.randrange(300)}",  # noqa: S311
            "album": f"Album, volume {random.randrange(30)}",  # noqa: S311
        }
        for _ in range(scene.RECORDS_OF_ONE)
    ]


def _block(
    retrieval: Retrieval, acceptance: Acceptance, plays: Sequence[Play], *, wrapped: bytes
) -> SealedBlock:
    records = [{"e": "spotify/feed", "r": str(uuid.uuid4()), "d": play} for play in plays]
    sealed = sealing.seal(
        orjson.dumps({"plays": records}),
        data_key=data_key(acceptance.uid, wrapped),
        context=block_context(acceptance.uid, retrieval.pk),
    )
    return SealedBlock(
        retrieval=retrieval,
        acceptance=acceptance,
        sealed=sealed,
        digest="0" * 64,
        records=len(records),
    )


def _fill_plain(yes: Sequence[Acceptance], plays: Sequence[Sequence[Play]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_PLAIN)
        with cursor.copy(_FILL) as copy:
            for acceptance, of_one in zip(yes, plays, strict=True):
                for play in of_one:
                    copy.write_row((acceptance.person, *play.values()))
        cursor.execute("ANALYZE")
