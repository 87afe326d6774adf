"""Files on a HAT: what is known of each, and its bytes once they were uploaded."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import PurePosixPath

from hats.sandbox.debits import instant
from hats.sandbox.store import HatStore

_KIND = "file"
NEW, COMPLETED, DELETED = "New", "Completed", "Deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What its owner says of a file; also what files are searched by."""

    name: str
    source: str
    tags: tuple[str, ...] | None = None
    title: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HatFile:
    """One file.

    :param size: bytes; known once it is completed.
    :param readers: user ids that were granted access.
    """

    id: str
    says: Description
    created_at: datetime
    updated_at: datetime
    status: str = NEW
    size: int = 0
    is_public: bool = False
    readers: tuple[str, ...] = field(default=())

    def fits(self, wanted: Description) -> bool:
        """Whether everything given agrees; tags must all be there."""
        says = self.says
        return (
            wanted.name in {"", says.name}
            and wanted.source in {"", says.source}
            and {*(wanted.tags or ())} <= {*(says.tags or ())}
            and wanted.title in {None, says.title}
            and wanted.description in {None, says.description}
        )


class Files:
    """Those of one HAT."""

    def __init__(self, store: HatStore) -> None:
        self._store = store
        self._files = {id_: _file_from(id_, body) for id_, body in store.documents(_KIND).items()}

    def __iter__(self) -> Iterator[HatFile]:
        return iter(self._files.values())

    def get(self, file_id: str) -> HatFile | None:
        return self._files.get(file_id)

    @property
    def size(self) -> int:
        """Bytes of all that is complete."""
        return sum(one.size for one in self._files.values() if one.status == COMPLETED)

    def begin(self, says: Description, *, user_id: str, at: datetime) -> HatFile:
        """Make room for a file that its owner may read as soon as it is complete."""
        made = HatFile(
            id=self._free_id(says), says=says, created_at=at, updated_at=at, readers=(user_id,)
        )
        return self.save(made)

    def _free_id(self, says: Description) -> str:
        """Put source and name together, and a number before the ending if that is taken."""
        wanted = PurePosixPath(f"{says.source}{says.name}".replace("/", "-"))
        candidate, number = str(wanted), 0
        while candidate in self._files:
            number += 1
            candidate = f"{wanted.stem}-{number}{wanted.suffix}"
        return candidate

    def save(self, file: HatFile) -> HatFile:
        self._files[file.id] = file
        self._store.save_document(_KIND, file.id, _state(file))
        return file

    def write(self, file: HatFile, content: bytes) -> None:
        self._store.save_document(_content_of(file), "", base64.b64encode(content).decode())

    def content(self, file: HatFile) -> bytes:
        """Read the bytes; nothing when none were uploaded."""
        return base64.b64decode(str(self._store.documents(_content_of(file)).get("", "")))

    def delete(self, file: HatFile) -> HatFile:
        """Forget the bytes and keep the name."""
        self._store.forget_document(_content_of(file), "")
        return self.save(replace(file, status=DELETED, size=0))


def _content_of(file: HatFile) -> str:
    """Name a kind of document for these bytes alone, so that no others are read along."""
    return f"content of {file.id}"


def file_json(file: HatFile, *, content_url: str | None, shows_readers: bool) -> dict[str, object]:
    """Write what is known of a file, in the order of fields HATs use."""
    says = file.says
    size = {"size": file.size} if file.status == COMPLETED else {}
    readers = [{"userId": user_id, "contentReadable": True} for user_id in file.readers]
    optional = {
        "tags": says.tags,
        "title": says.title,
        "description": says.description,
    }
    return {
        "fileId": file.id,
        "name": says.name,
        "source": says.source,
        "dateCreated": instant(file.created_at),
        "lastUpdated": instant(file.updated_at),
        **{name: value for name, value in optional.items() if value is not None},
        "status": {**size, "status": file.status},
        **({} if content_url is None else {"contentUrl": content_url}),
        "contentPublic": file.is_public,
        **({"permissions": readers} if shows_readers else {}),
    }


def _state(file: HatFile) -> dict[str, object]:
    says = file.says
    return {
        "says": [says.name, says.source, says.tags, says.title, says.description],
        "created_at": file.created_at,
        "updated_at": file.updated_at,
        "status": [file.status, file.size, file.is_public, file.readers],
    }


def _file_from(id_: str, state: object) -> HatFile:
    assert isinstance(state, dict)
    name, source, tags, title, description = state["says"]
    status, size, is_public, readers = state["status"]
    return HatFile(
        id=id_,
        says=Description(
            name=name,
            source=source,
            tags=None if tags is None else tuple(tags),
            title=title,
            description=description,
        ),
        created_at=datetime.fromisoformat(state["created_at"]),
        updated_at=datetime.fromisoformat(state["updated_at"]),
        status=status,
        size=size,
        is_public=is_public,
        readers=tuple(readers),
    )
