"""For how long a data plug fills a HAT."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Connection:
    """A plug that fills a HAT with what it writes from one moment until another.

    :param since: ``None`` when it brought all of its history along.
    :param until: ``None`` while it is connected. What it wrote stays on the HAT.
    """

    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_on(self) -> bool:
        return self.until is None

    def brings(self, written_at: datetime) -> bool:
        is_early = self.since is not None and written_at < self.since
        is_late = self.until is not None and written_at >= self.until
        return not (is_early or is_late)


WITH_ALL_HISTORY = Connection()


def connection_state(connection: Connection) -> list[str | None]:
    moments = (connection.since, connection.until)
    return [None if at is None else at.isoformat() for at in moments]


def connection_from_state(state: object) -> Connection:
    assert isinstance(state, list)
    return Connection(*(None if at is None else datetime.fromisoformat(at) for at in state))
