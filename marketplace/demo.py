"""Who is in the demo. All of them are invented."""

from dataclasses import dataclass
from typing import Any

PASSWORD = "open-the-market-2026"  # noqa: S105  # the demo's, printed at its start


@dataclass(frozen=True)
class DemoPerson:
    """Somebody the demo's guide names."""

    email: str
    name: str
    role: str
    does: str


ORGANISATION: dict[str, Any] = {
    "slug": "tidewater-museum",
    "name": "Tidewater Museum",
    "kind": "Museum or gallery",
    "city": "Bristol",
    "country": "GB",
    "website": "https://tidewater.example",
    "contact_email": "data@tidewater.example",
    "registration": "Charity 1184031",
    "approval_above_minor_units": 50_000,
}
PEOPLE = (
    DemoPerson("ines@tidewater.example", "Ines Okafor", "buyer", "places orders"),
    DemoPerson("ada@tidewater.example", "Ada Finch", "approver", "approves orders above £500"),
    DemoPerson("jo@tidewater.example", "Jo Marsh", "owner", "manages the organisation"),
)
MODERATOR = DemoPerson("mo@market.example", "Mo Albright", "moderator", "reviews orders")
