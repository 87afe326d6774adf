"""What came of earlier orders, as the app above reports it."""

from dataclasses import asdict, dataclass
from datetime import datetime

from offers.models import Offer, Outcome


@dataclass(frozen=True, kw_only=True)
class Course:
    """How one order line went, from its opening until it was full or closed."""

    line_reference: str
    reward_minor_units: int
    currency: str
    places: int
    people_asked: int
    people_agreed: int
    hours_open: int
    was_filled: bool


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """What its newest sealed revision holds, in numbers."""

    revision: int
    people_delivered: int
    cells: int
    cells_filled: int
    hours_old: int | None


def note_outcome(*, offer: Offer, course: Course, at: datetime) -> None:
    """Keep how a closed line went; what is known of it stays, however often it is told."""
    values = asdict(course)
    reference = values.pop("line_reference")
    Outcome.objects.get_or_create(
        line_reference=reference, defaults=values | {"offer": offer, "noted_at": at}
    )


def note_delivery(*, line_reference: str, delivered: Delivered) -> None:
    """Keep what a line has delivered; an older revision than the one measured changes nothing."""
    older = Outcome.objects.filter(line_reference=line_reference, revision__lt=delivered.revision)
    if older.exists():  # an update renews the stamp of the shelf even where it changes nothing
        older.update(**asdict(delivered))
