"""What PostgreSQL decides on a HAT, decided alike here: a real server is asked."""

import json
import os
from datetime import UTC, datetime, timedelta, timezone

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hats.bundles import dates
from hats.bundles.jsonb import MISSING, at_path, contains, sort_key
from hats.bundles.text import STOP_WORDS, lexemes, search_text
from tests.hats.bundles.strategies import FIELDS, JSON

FEW = settings(max_examples=25, deadline=None)


@pytest.fixture(scope="module")
def postgresql():
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("set time zone 'UTC'")
        yield connection


@FEW
@given(pairs=st.lists(st.tuples(JSON, JSON), min_size=10, max_size=40))
def test_containment_is_that_of_jsonb(postgresql, pairs):
    rows = postgresql.execute(
        "select p->0 @> (p->1), p->0 <@ (p->1) from jsonb_array_elements(%s::jsonb)"
        " with ordinality as pairs(p, n) order by n",
        [json.dumps(pairs)],
    )

    assert [(contains(one, other), contains(other, one)) for one, other in pairs] == rows.fetchall()


@FEW
@given(values=st.lists(JSON, min_size=2, max_size=30))
def test_order_is_that_of_jsonb(postgresql, values):
    rows = postgresql.execute(
        "select n - 1 from jsonb_array_elements(%s::jsonb) with ordinality as all_(v, n)"
        " order by v, n",
        [json.dumps(values)],
    )

    assert sorted(range(len(values)), key=lambda n: sort_key(values[n])) == [n for (n,) in rows]


@FEW
@given(value=JSON, paths=st.lists(FIELDS, min_size=1, max_size=12))
def test_a_path_finds_what_postgresql_finds(postgresql, value, paths):
    split = [path.rstrip(".").split(".") if path.strip(".") or not path else [] for path in paths]
    rows = postgresql.execute(
        "select %s::jsonb #> array(select jsonb_array_elements_text(p))"
        " from jsonb_array_elements(%s::jsonb) with ordinality as paths(p, n) order by n",
        [json.dumps(value), json.dumps(split)],
    )
    found = [at_path(value, path) for path in paths]

    assert [None if item is MISSING else item for item in found] == [item for (item,) in rows]


@pytest.mark.parametrize("position", ["1_0", "１", " 1", "+1", "-0", "--1", "1 ", "99999999999"])
def test_array_positions_are_read_as_postgresql_reads_them(postgresql, position):
    value = ["zero", "one"]
    (found,) = postgresql.execute(
        "select %s::jsonb #> %s", [json.dumps(value), [position]]
    ).fetchone()

    item = at_path(value, position)
    assert (None if item is MISSING else item) == found


MOMENTS = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001 - the zone is drawn apart
    max_value=datetime(2099, 12, 31),  # noqa: DTZ001 - the zone is drawn apart
    timezones=st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours))),
)
WRITTEN = st.sampled_from(
    [
        "%Y-%m-%dT%H:%M:%S.%f%z",
        "%Y-%m-%dT%H:%M:%S%z",
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%d",
        "%a %b %d %H:%M:%S %z %Y",
    ]
)


@settings(max_examples=50, deadline=None)
@given(moment=MOMENTS, form=WRITTEN)
def test_every_part_of_a_date_is_that_of_postgresql(postgresql, moment, form):
    text = moment.strftime(form)
    names = dates.names_of_parts()
    rows = postgresql.execute(
        "select date_part(part, (%s::jsonb)::text::timestamptz) from unnest(%s::text[])"
        " with ordinality as parts(part, n) order by n",
        [json.dumps(text), names],
    )

    ours = [dates.part_of(dates.from_text(text), name) for name in names]
    assert ours == pytest.approx([value for (value,) in rows], rel=1e-12)


# Quarters of a second are exact as floating numbers; at the millionths rounding may differ.
QUARTERS = st.integers(-2_000_000_000, 4_000_000_000)


@settings(max_examples=50, deadline=None)
@given(seconds=QUARTERS.map(lambda count: count / 4) | QUARTERS)
def test_every_part_of_a_timestamp_is_that_of_postgresql(postgresql, seconds):
    names = list(dates.PARTS)
    rows = postgresql.execute(
        "select date_part(part, to_timestamp((%s::jsonb)::text::float8)) from unnest(%s::text[])"
        " with ordinality as parts(part, n) order by n",
        [json.dumps(seconds), names],
    )

    ours = [dates.part_of(dates.from_epoch_seconds(seconds), name) for name in names]
    assert ours == pytest.approx([value for (value,) in rows], rel=1e-12)


@pytest.mark.parametrize("part", ["fortnight", "hourly", "", "weekday"])
def test_a_part_unknown_to_postgresql_is_unknown_here(postgresql, part):
    with pytest.raises(psycopg.Error):
        postgresql.execute("select date_part(%s, now())", [part])
    with pytest.raises(ValueError, match=part or None):
        dates.part_of(datetime(2026, 3, 1, tzinfo=UTC), part)


def test_stop_words_are_those_of_postgresql(postgresql):
    words = sorted(STOP_WORDS | {"museum", "will", "shall", "could", "d", "ll", "re", "ve", "m"})
    rows = postgresql.execute(
        "select word from unnest(%s::text[]) word where ts_lexize('english_stem', word) = '{}'",
        [words],
    )

    assert {word for (word,) in rows} == STOP_WORDS


ROOTS = """
    museum visit party run walk fee ride breakfast sleep weigh happy nation relate connect
    organ general history art stop plan swim bus class box city day lie dye sky news inning
    canning herring proceed exceed succeed generous commune argue create value house
"""
ENDINGS = """
    s es ed ing er ers ly ies ied ation ations ness ment ments ful fully ive able ably al
    ally ous ously ist ists ism ize izes ized ity ities less 's
"""
PIECES = [
    "fees" * 250, "fees" * 250 + "s", "éa" * 333 + "s",
    "z" * 2046, "z" * 2047, "é" * 1023, "é" * 1024, f"{'y' * 2044}-y", f"{'y' * 2045}-y",
    "2026", "2026-02-11", "-3", "+44", "1.5", "08.114Z", "3d", "abc12", "a1-b2", "COVID-19",
    "well-known", "co-op-shop", "5-a-side", "naïve-art", "café", "Über", "U.S.A.", "e.g.",
    "ana@mail.example", "www.shop.example", "shop.example/a/b?c=1", "https://shop.example/a",
    "going/maybe", "snake_case", "“quoted”", "it’s", "O'Brien", "two\nlines", 'q"uote',
    "back\\slash", "#tag", "@who", "£5.00", "50%", "10:30", "12-", "—", "The", "AND", "1,000", "😀",
]  # fmt: skip
WORDS = st.builds(
    lambda root, ending: root + ending,
    st.sampled_from(ROOTS.split()),
    st.sampled_from(["", *ENDINGS.split()]),
)


@settings(max_examples=100, deadline=None)
@given(texts=st.lists(WORDS | st.sampled_from(PIECES), min_size=1, max_size=6).map(" ".join))
def test_words_are_found_as_postgresql_finds_them(postgresql, texts):
    (theirs,) = postgresql.execute(
        "select tsvector_to_array(to_tsvector('english', (%s::jsonb)::text))", [json.dumps(texts)]
    ).fetchone()

    assert lexemes(search_text(texts)) == set(theirs)
