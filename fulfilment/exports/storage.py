"""Files at rest: sealed in chunks below FILES_ROOT, named by numbers only.

A file is a row of frames, each a length (4 bytes, big-endian) and a sealed chunk. A chunk's
context holds the file's own context, the chunk's place and, for the last one, that it is the
last: a changed, moved, missing or cut-off chunk does not open. Each file has a key of its own;
wrapped, it lives in the database, and without it the bytes are noise.
"""

import hashlib
import os
import shutil
import struct
import uuid
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Self

from django.conf import settings

from common import outbox, sealing

CHUNK_BYTES = 256 * 1024  # small enough to show the first rows at once, large enough to pack well
SPARE_BYTES = 64 * 1024 * 1024  # left free for everybody else on the disk
_LENGTH = struct.Struct(">I")


class DiskFull(outbox.Retry):
    """There is too little room to write an export; it is tried again later."""

    code = "disk_full"
    after_seconds = 300


@dataclass(frozen=True)
class StoredFile:
    """What is known of a file once it is written; ``path`` is relative to FILES_ROOT."""

    path: str
    wrapped_key: bytes
    size: int
    sha256: str


class SealedWriter:
    """Takes bytes as they come, and leaves sealed chunks, their count and their hash behind."""

    def __init__(self, path: Path) -> None:
        self._path, self._context = path, _file_context(path)
        self._data_key, self._digest = sealing.new_data_key(), hashlib.sha256()
        self._waiting, self._size, self._chunks = bytearray(), 0, 0
        self._out: BinaryIO = path.open("xb")

    def write(self, plain: bytes) -> None:
        """Take more bytes; full chunks leave for the disk."""
        self._digest.update(plain)
        self._size += len(plain)
        self._waiting += plain
        while len(self._waiting) > CHUNK_BYTES:
            self._put(bytes(self._waiting[:CHUNK_BYTES]), is_last=False)
            del self._waiting[:CHUNK_BYTES]

    def finish(self) -> StoredFile:
        """Write the last chunk and make sure that all of it is on the disk."""
        self._put(bytes(self._waiting), is_last=True)
        self._out.flush()
        os.fsync(self._out.fileno())
        self._out.close()
        lasting = self._path.parent.with_suffix("") / self._path.name
        wrapped = sealing.wrap(self._data_key, context=self._context)
        relative = str(lasting.relative_to(root()))
        return StoredFile(relative, wrapped, self._size, self._digest.hexdigest())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: object) -> None:
        self._out.close()

    def _put(self, plain: bytes, *, is_last: bool) -> None:
        context = _chunk_context(self._context, self._chunks, is_last=is_last)
        sealed = sealing.seal(plain, data_key=self._data_key, context=context)
        self._out.write(_LENGTH.pack(len(sealed)) + sealed)
        self._chunks += 1


def read_chunks(path: str, *, wrapped_key: bytes) -> Generator[bytes, None, None]:
    """The plain bytes of a stored file, chunk by chunk.

    :raises sealing.CannotOpen: the key is another or was destroyed, or the file was changed.
    :raises FileNotFoundError: the file has been removed.
    """
    place_on_disk = root() / path
    context = _file_context(place_on_disk)
    if not wrapped_key:
        raise sealing.CannotOpen("The file's key was destroyed.")
    data_key = sealing.unwrap(wrapped_key, context=context)
    with place_on_disk.open("rb") as source:
        sealed, place = _frame(source), 0
        while sealed is not None:
            following = _frame(source)
            name = _chunk_context(context, place, is_last=following is None)
            yield sealing.unseal(sealed, data_key=data_key, context=name)
            sealed, place = following, place + 1
    if place == 0:
        raise sealing.CannotOpen("The file is empty.")


def root() -> Path:
    """The folder below which every file lies."""
    return Path(settings.FILES_ROOT)


def new_folder(dataset_id: int) -> Path:
    """A folder to write one revision's files in, which nobody reads yet."""
    folder = dataset_folder(dataset_id) / f"{uuid.uuid4().hex}.part"
    folder.mkdir(parents=True, mode=0o700)
    return folder


def put_in_place(folder: Path) -> Path:
    """Give a finished folder its lasting name, in one step."""
    lasting = folder.with_suffix("")
    folder.rename(lasting)
    _sync(lasting.parent)
    return lasting


def dataset_folder(dataset_id: int) -> Path:
    """Where the revisions of a dataset lie."""
    return root() / "datasets" / str(dataset_id)


def remove_folder(folder: Path) -> None:
    """Remove a folder with all that is in it; one that is gone already is fine.

    :raises ValueError: it does not lie below FILES_ROOT.
    """
    if not folder.resolve().is_relative_to(root().resolve() / "datasets"):
        raise ValueError("This folder does not belong to a dataset.")
    if folder.exists():
        shutil.rmtree(folder)


def remove_leftovers(dataset_id: int, *, keep: set[str]) -> None:
    """Remove what a killed build left: every folder of the dataset that no file names."""
    folder = dataset_folder(dataset_id)
    for entry in folder.iterdir() if folder.is_dir() else ():
        if entry.name not in keep:
            remove_folder(entry)


def require_space(needed: int) -> None:
    """:raises DiskFull: there is not room for ``needed`` bytes and some to spare."""
    root().mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(root()).free < needed + SPARE_BYTES:
        raise DiskFull


def _file_context(path: Path) -> str:
    """Binds bytes to their place; the folder's name is the same before and after it is finished."""
    return f"file:{path.parent.stem}:{path.name}"


def _chunk_context(context: str, place: int, *, is_last: bool) -> str:
    return f"{context}:{place}:{'last' if is_last else 'more'}"


def _frame(source: BinaryIO) -> bytes | None:
    head = source.read(_LENGTH.size)
    if not head:
        return None
    if len(head) < _LENGTH.size:
        raise sealing.CannotOpen("The file is cut off.")
    length = _LENGTH.unpack(head)[0]
    if length > 2 * CHUNK_BYTES:
        raise sealing.CannotOpen("The file was changed.")
    sealed = source.read(length)
    if len(sealed) < length:
        raise sealing.CannotOpen("The file is cut off.")
    return sealed


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
