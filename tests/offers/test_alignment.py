"""Fields of different offers in one row where they mean the same."""

from hypothesis import given
from hypothesis import strategies as st

from offers.models import OfferField
from offers.queries.alignment import aligned


def _field(name: str, path: str, kind: str = "text") -> OfferField:
    return OfferField(table="t", path=path, name=name, kind=kind)


def _dictionary(*described: tuple[str, str]) -> tuple[list[OfferField], dict]:
    """Each field by its name and the path of the HAT's records it is filled from."""
    fields = [_field(name, f"{name}-{number}") for number, (name, _) in enumerate(described)]
    places = {
        ("t", field.path): frozenset({("plays", source)})
        for field, (_, source) in zip(fields, described, strict=True)
        if source
    }
    return fields, places


def _names(rows) -> list[list[str]]:
    return [[field.name if field else "" for field in row.fields] for row in rows]


def test_what_is_filled_from_the_same_place_stands_in_one_row():
    rows = aligned([_dictionary(("Song", "track.name")), _dictionary(("Title", "track.name"))])

    assert _names(rows) == [["Song", "Title"]]


def test_what_is_called_the_same_stands_in_one_row():
    rows = aligned([_dictionary(("Time", "played_at")), _dictionary(("time ", "date_created"))])

    assert _names(rows) == [["Time", "time "]]


def test_the_same_name_for_another_kind_stands_apart():
    other = [_field("Time", "x", kind="whole number")]

    assert len(aligned([_dictionary(("Time", "a")), (other, {})])) == 2


def test_the_same_place_counts_before_the_same_name():
    first = _dictionary(("Time", "begin"), ("End", "end"))
    second = _dictionary(("Time", "end"), ("Begin", "begin"))

    assert _names(aligned([first, second])) == [["Time", "Begin"], ["End", "Time"]]


def test_what_only_a_later_offer_has_comes_last():
    rows = aligned([_dictionary(("Song", "a")), _dictionary(("Place", "b"), ("Song", "a"))])

    assert _names(rows) == [["Song", "Song"], ["", "Place"]]


def test_two_fields_of_one_offer_never_share_a_row():
    rows = aligned([_dictionary(("Time", "a"), ("Time", "a"))])

    assert _names(rows) == [["Time"], ["Time"]]


_DESCRIBED = st.tuples(st.sampled_from("ABCD"), st.sampled_from(["", "a", "b", "c"]))


@given(st.lists(st.lists(_DESCRIBED, max_size=6), min_size=1, max_size=4))
def test_every_field_stands_once_and_under_its_own_offer(described):
    dictionaries = [_dictionary(*one) for one in described]

    rows = aligned(dictionaries)

    for column, (fields, _) in enumerate(dictionaries):
        placed = [row.fields[column] for row in rows if row.fields[column]]
        assert sorted(map(id, placed)) == sorted(map(id, fields))
    assert all(any(row.fields) and len(row.fields) == len(described) for row in rows)
