"""Taking a file: checked, written down, then streamed while it may be."""

import logging
from collections.abc import Iterator
from datetime import datetime

from accounts.models import User
from common import sealing
from common.errors import DomainError
from common.language import gettext as _
from fulfilment.actions import datasets
from fulfilment.exports import storage
from fulfilment.models import DatasetFile
from fulfilment.queries import datasets as queries

logger = logging.getLogger(__name__)


class FileUnavailable(DomainError):
    """The file should be there and cannot be read: ours to mend."""

    code = "file_unavailable"
    http_status = 503


class TakenBackMidway(Exception):
    """The revision was withdrawn while its bytes were leaving: the rest stays here."""


def start_download(*, file: DatasetFile, by: User, at: datetime) -> Iterator[bytes]:
    """The file's bytes, once the first of them has opened and the download is written down.

    Before each further chunk we ask whether the revision is still released; a withdrawal breaks
    the stream off, so that the buyer's copy is visibly incomplete.

    :raises datasets.RevisionTakenBack: the revision was withdrawn.
    :raises FileUnavailable: the file cannot be read; nothing is written down.
    """
    datasets.require_released(file.revision)
    chunks = storage.read_chunks(file.path, wrapped_key=bytes(file.wrapped_key))
    try:
        first = next(chunks)
    except (OSError, sealing.CannotOpen) as problem:
        logger.exception("dataset.file_unreadable", extra={"file_id": file.pk})
        raise FileUnavailable(
            _(
                "This file cannot be read at the moment. Nothing is lost: the rows can be written"
                " again. Please tell us, naming the reference."
            )
        ) from problem
    datasets.record_download(file=file, by=by, at=at)
    return _while_released(first, chunks, revision_id=file.revision_id)


def _while_released(first: bytes, rest: Iterator[bytes], *, revision_id: int) -> Iterator[bytes]:
    yield first
    for chunk in rest:
        if not queries.is_released(revision_id):
            raise TakenBackMidway
        yield chunk
