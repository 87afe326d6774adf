"""Which fields of different offers mean the same, so that they can stand in one row.

Two fields mean the same where a HAT fills them from the same place, or else where they are called
the same and are of the same kind. A field stands in one row only, and a row has one field an offer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hats.bundles import Bundle
from hats.bundles.projection import sources_of
from offers.models import OfferField

Place = tuple[str, str]  # an endpoint, and the path in its records
Places = Mapping[tuple[str, str], frozenset[Place]]  # by table and path of the field


@dataclass
class FieldRow:
    """One meaning; ``fields`` has a place for each offer, empty where it lacks such a field."""

    fields: list[OfferField | None]
    places: set[Place] = field(default_factory=set)
    names: set[tuple[str, str]] = field(default_factory=set)

    def take(self, column: int, one: OfferField, places: frozenset[Place]) -> None:
        """Put a field into its offer's place; from now on the row is known by it too."""
        self.fields[column] = one
        self.places |= places
        self.names.add(_called(one))


def places_of(bundle: Bundle) -> Places:
    """From where in a HAT each field of a bundle is filled."""
    found: dict[tuple[str, str], set[Place]] = {}
    for table, wanted in bundle.properties.items():
        for query in wanted.endpoints:
            for path, source in (sources_of(query) or {}).items():
                found.setdefault((table, path), set()).add((query.endpoint, source))
    return {key: frozenset(places) for key, places in found.items()}


def aligned(dictionaries: Sequence[tuple[Sequence[OfferField], Places]]) -> list[FieldRow]:
    """Rows in the order of the first offer, then what only later ones have, in their order."""
    rows: list[FieldRow] = []
    for column, (fields, places) in enumerate(dictionaries):
        rest = _place(rows, column, fields, places, by_name=False)
        rest = _place(rows, column, rest, places, by_name=True)
        for one in rest:
            row = FieldRow([None] * len(dictionaries))
            row.take(column, one, _places(places, one))
            rows.append(row)
    return rows


def _place(
    rows: Iterable[FieldRow],
    column: int,
    fields: Iterable[OfferField],
    places: Places,
    *,
    by_name: bool,
) -> list[OfferField]:
    """Put each field into a row that is there already; what fits none comes back."""
    rest = []
    for one in fields:
        filled_from = _places(places, one)
        for row in rows:
            is_same = _called(one) in row.names if by_name else row.places & filled_from
            if is_same and row.fields[column] is None:
                row.take(column, one, filled_from)
                break
        else:
            rest.append(one)
    return rest


def _places(places: Places, one: OfferField) -> frozenset[Place]:
    return places.get((one.table, one.path), frozenset())


def _called(one: OfferField) -> tuple[str, str]:
    return one.name.strip().casefold(), one.kind
