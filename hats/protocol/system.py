"""What a HAT tells of itself; pure."""

from dataclasses import dataclass, field
from enum import StrEnum


class Api(StrEnum):
    """Which version of the API a HAT speaks at most."""

    V2 = "v2"
    V2_6 = "v2.6"


@dataclass(frozen=True, slots=True)
class StatusItem:
    """One line of ``system/status``.

    :param units: of a number, as ``MB`` or ``%``; empty for a text.
    """

    title: str
    metric: str | float = field(repr=False)
    units: str = ""
