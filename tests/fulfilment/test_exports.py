"""Files: faithful, harmless in a spreadsheet, sealed at rest, and silent about small groups."""

import csv
import io
import os
from datetime import timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import sealing
from fulfilment.actions import builds
from fulfilment.exports import storage
from fulfilment.exports.bins import ENOUGH_PEOPLE
from fulfilment.exports.distributions import Sizes, Times, Words
from offers import tables
from offers.csv_text import csv_lines, csv_text
from offers.models import OfferField
from tests import factories
from tests.factories import NOON
from tests.fulfilment.dataset_factories import (
    make_dataset,
    make_delivered_line,
    make_deliveries,
    plays,
)

PEOPLE = [f"P-{number}" for number in range(30)]
HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "</script><svg onload=alert(1)>",
    "{{ 7|add:7 }}{% debug %}",
    '=HYPERLINK("http://evil.example","x")',
    "+1+1",
    "Tea;=1+1",
    "Tea;-",
    "Tea; 5; -2",
    "Tea\n=1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    " =1",
    "\u200b=1",
    "\u202egnp.exe",
    "CON",
    "../../etc/passwd",
    "a\r\nSet-Cookie: x=1",
    'quote " and, comma',
    "x" * 5_000,
    "𝒻𝓊𝓃 🎈",
]


@pytest.fixture(autouse=True)
def files_root(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"
    return settings.FILES_ROOT


def as_python_writes(columns):
    out = io.StringIO(newline="")
    rows = zip(*columns, strict=True)
    csv.writer(out).writerows([[tables.csv_cell(cell) for cell in row] for row in rows])
    return out.getvalue()


# -- CSV text ---------------------------------------------------------------------------------
cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(HOSTILE),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)
columns_of_cells = st.integers(1, 5).flatmap(
    lambda rows: st.lists(st.lists(cells, min_size=rows, max_size=rows), min_size=2, max_size=4)
)


@given(columns_of_cells)
def test_csv_lines_are_what_pythons_writer_makes_of_guarded_cells(columns):
    assert csv_lines(columns) == as_python_writes(columns)


def test_every_line_may_begin_with_the_person():
    assert csv_lines([[1, 2], ["a", None]], first="P-1") == "P-1,1,a\r\nP-1,2,\r\n"


def test_text_that_begins_with_a_letter_or_a_figure_is_never_guarded():
    """The quick way through relies on it."""
    starts = [chr(code) for code in range(0x110000) if chr(code).isalnum()]

    assert [one for one in starts if tables.csv_cell(f"{one}=1") != f"{one}=1"] == []


@pytest.mark.parametrize("number", [-0.127, -5, 0.1, 1e-07, 12345678901234567890])
def test_numbers_are_never_touched(number):
    assert csv_lines([[number], ["x"]]) == f"{number!r},x\r\n"


@pytest.mark.parametrize("text", [one for one in HOSTILE if csv_text(one).lstrip('"')[0] != one[0]])
def test_a_cell_that_a_spreadsheet_would_run_opens_as_text(text):
    (row,) = csv.reader(io.StringIO(csv_lines([[text], ["x"]]), newline=""))

    assert row[0].startswith("'")
    assert row[0].replace("'", "") == text


# -- sealed files -----------------------------------------------------------------------------
def stored(content: bytes):
    folder = storage.new_folder(1)
    with storage.SealedWriter(folder / "0.csv") as writer:
        for start in range(0, len(content), 100_000):
            writer.write(content[start : start + 100_000])
        file = writer.finish()
    storage.put_in_place(folder)
    return file


def opened(file, *, key=None):
    return b"".join(storage.read_chunks(file.path, wrapped_key=key or file.wrapped_key))


@pytest.mark.parametrize(
    "size", [0, 1, storage.CHUNK_BYTES - 1, storage.CHUNK_BYTES, storage.CHUNK_BYTES + 1, 900_000]
)
def test_what_was_written_is_read_again(size):
    content = os.urandom(size)

    file = stored(content)

    assert opened(file) == content
    assert file.size == size


def test_nothing_of_the_content_is_readable_on_the_disk(files_root):
    file = stored(b"Paper Lanterns " * 50)

    assert b"Paper" not in (files_root / file.path).read_bytes()


def frames(path):
    whole, found = path.read_bytes(), []
    while whole:
        length = 4 + int.from_bytes(whole[:4], "big")
        found.append(whole[:length])
        whole = whole[length:]
    return found


@pytest.mark.parametrize(
    "change",
    [
        lambda parts: parts[:-1],
        lambda parts: [parts[1], parts[0], *parts[2:]],
        lambda parts: [*parts[:-1], parts[-1][:-1]],
        lambda parts: [*parts, parts[-1]],
        lambda parts: [parts[0][:-1] + b"\0", *parts[1:]],
        lambda parts: [],
        lambda parts: [b"\xff\xff\xff\xff" + parts[0][4:]],
        lambda parts: [*parts, b"\0\0"],
    ],
    ids=["cut", "swapped", "torn", "repeated", "changed", "emptied", "endless", "headless"],
)
def test_a_file_that_was_tampered_with_does_not_open(files_root, change):
    file = stored(os.urandom(700_000))
    path = files_root / file.path
    path.write_bytes(b"".join(change(frames(path))))

    with pytest.raises(sealing.CannotOpen):
        opened(file)


def test_a_destroyed_key_opens_nothing():
    file = stored(b"x")

    with pytest.raises(sealing.CannotOpen):
        list(storage.read_chunks(file.path, wrapped_key=b""))


def test_the_key_of_one_file_does_not_open_another():
    one, other = stored(b"x"), stored(b"y")

    with pytest.raises(sealing.CannotOpen):
        opened(one, key=other.wrapped_key)


def test_only_folders_of_datasets_are_removed(files_root, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()

    with pytest.raises(ValueError, match="does not belong"):
        storage.remove_folder(files_root / "datasets" / ".." / ".." / "outside")

    assert outside.exists()


# -- hostile values, all the way through ------------------------------------------------------
@pytest.fixture
def hostile_revision(db):
    """A revision in which everybody delivered every hostile value."""
    line = factories.make_line()
    records = [{"at": text, "song": text, "artist": text} for text in HOSTILE]
    make_deliveries(line, [{"plays": records}] * 20)
    return builds.build_revision(dataset_id=make_dataset(line).pk, at=NOON)


def content_of(revision, kind):
    file = revision.files.get(format=kind)
    return b"".join(storage.read_chunks(file.path, wrapped_key=bytes(file.wrapped_key)))


def test_json_lines_hold_hostile_values_unchanged(hostile_revision):
    lines = content_of(hostile_revision, "jsonl").splitlines()

    assert [orjson.loads(line)["data"]["song"] for line in lines] == HOSTILE * 20


def test_csv_holds_hostile_values_guarded_and_in_their_cells(hostile_revision):
    text = content_of(hostile_revision, "csv").decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text, newline=""))

    assert head == ["person", "at", "song", "artist"]
    assert [row[2] for row in rows[: len(HOSTILE)]] == [tables.csv_cell(one) for one in HOSTILE]
    assert {len(row) for row in rows} == {4}
    assert not any(row[2][0] in "=+-@\t\r" for row in rows)


def test_hostile_table_names_stay_out_of_file_names_and_paths(db):
    version = factories.make_version()
    for place, table in enumerate(["../../x", "a\r\nSet-Cookie: x", "CON", "\u202etxt", "日本"]):
        OfferField.objects.create(
            version=version,
            position=10 + place,
            table=table,
            path="value",
            name="Value",
            meaning="Any.",
            kind=OfferField.Kind.TEXT,
            example="x",
        )
    line = make_delivered_line(version=version)

    revision = builds.build_revision(dataset_id=make_dataset(line).pk, at=NOON)

    stem = f"{revision.dataset.reference}-r1"
    assert list(
        revision.files.filter(format="csv").order_by("pk").values_list("name", flat=True)
    ) == [
        f"{stem}-1-plays.csv",
        f"{stem}-2-x.csv",
        f"{stem}-3-a-set-cookie-x.csv",
        f"{stem}-4-con.csv",
        f"{stem}-5-txt.csv",
        f"{stem}-6.csv",
    ]
    paths = revision.files.values_list("path", flat=True)
    assert all(path.startswith(f"datasets/{revision.dataset_id}/") for path in paths)


# -- what the page may say --------------------------------------------------------------------
def fed(distribution, values, *, people=PEOPLE):
    for person in people:
        distribution.add(values, person=person)
    return distribution


def test_a_word_of_nine_people_is_counted_with_the_others():
    words = fed(Words(), ["tea"])
    fed(words, ["coffee"], people=PEOPLE[:ENOUGH_PEOPLE])
    fed(words, ["absinthe"], people=PEOPLE[: ENOUGH_PEOPLE - 1])
    fed(words, ["mead"], people=PEOPLE[20:21])

    (chart,) = words.summary()

    assert chart["rows"] == [["tea", 30], ["coffee", 10]]
    assert chart["other"] == 10


def test_others_of_too_few_people_take_the_smallest_word_with_them():
    words = fed(Words(), ["tea"])
    fed(words, ["coffee"], people=PEOPLE[:20])
    fed(words, ["cocoa"], people=PEOPLE[:15])
    fed(words, ["absinthe"], people=PEOPLE[:3])

    (chart,) = words.summary()

    assert chart["rows"] == [["tea", 30], ["coffee", 20]]
    assert chart["other"] == 18


def test_words_that_hardly_anybody_shares_make_no_chart():
    words = Words()
    for person in PEOPLE:
        words.add([f"only {person}"], person=person)

    assert words.summary() == []


def test_memory_for_words_is_bounded_and_nothing_is_lost():
    words = fed(Words(), ["tea", "coffee", "cocoa"])
    for turn in range(5):
        words.add([f"word {turn} {number}" for number in range(1_000)], person="P-1")

    (chart,) = words.summary()

    assert chart["other"] + sum(count for _word, count in chart["rows"]) == 90 + 5_000
    assert len(words.bins.bins) == 2_000


def test_times_of_all_forms_are_counted_in_utc():
    times = fed(
        Times(at=NOON),
        [
            "2026-11-20T09:15:00.000Z",
            "2026-11-20T10:15:00+0100",
            "Fri Nov 20 09:15:00 +0000 2026",
            "2026-11-20T09:15:00",
            "",
            None,
            "yesterday",
            "0000-99-99T99:99:99Z",
        ],
    )
    fed(times, ["2026-11-21", "2026-11-19T23:00:00Z"])

    hours, days = times.summary()

    assert dict(hours["rows"])["09"] == 4 * 30
    assert days["kind"] == "days"
    assert ["2026-11-20", 4 * 30] in days["rows"]
    assert ["2026-11-21", 30] in days["rows"]
    assert times.unread == 2 * 30
    assert times.newest == "2026-11-21"


def test_days_stand_in_their_order_whatever_came_first():
    times = fed(Times(at=NOON), ["2026-11-21", "2026-11-19", "2026-11-20"])

    (days,) = times.summary()

    assert [day for day, _records in days["rows"]] == ["2026-11-19", "2026-11-20", "2026-11-21"]


def test_times_in_the_future_are_counted_and_are_not_the_newest():
    times = fed(Times(at=NOON), ["2026-11-20T09:15:00Z", "2099-01-01T00:00:00Z"])

    assert (times.newest, times.future) == ("2026-11-20T09:15:00", 30)


def test_days_too_thin_for_ten_people_are_drawn_as_weeks():
    times = Times(at=NOON)
    for number, person in enumerate(PEOPLE):
        for week in range(3):
            day = NOON - timedelta(days=7 * week + number % 6)
            times.add([f"{day:%Y-%m-%dT%H:%M:%SZ}"], person=person)

    assert [chart["kind"] for chart in times.summary() if chart["kind"] != "hours"] == ["weeks"]


def test_sizes_have_round_steps_and_leave_outliers_to_the_ends():
    sizes = fed(Sizes(), [1_000_000, *range(99, 0, -1)])

    (chart,) = sizes.summary()

    assert [name for name, _records in chart["rows"]] == [
        "0–20",
        "20–40",
        "40–60",
        "60–80",
        "80+",
    ]
    assert sum(count for _name, count in chart["rows"]) == 100 * 30


def test_numbers_written_as_text_count_and_words_among_them_do_not():
    sizes = fed(Sizes(), ["1.5", "2.5", "n/a", True])

    (chart,) = sizes.summary()

    assert sum(count for _name, count in chart["rows"]) == 2 * 30


def test_one_size_alone_makes_no_chart():
    assert fed(Sizes(), [7, 7, 7]).summary() == []


def test_the_profile_counts_cells_and_the_newest_time(db):
    line = factories.make_line()
    record = plays(1)[0]
    make_deliveries(line, [{"plays": [record, record | {"song": None}, {"at": ""}]}] * 20)

    revision = builds.build_revision(dataset_id=make_dataset(line).pk, at=NOON)

    profile = revision.profile
    assert (profile["cells"], profile["filled"]) == (9 * 20, 5 * 20)
    assert profile["newest"] == "2026-11-23T12:00:00"
    assert [(one["path"], one["filled"]) for one in profile["tables"][0]["columns"]] == [
        ("at", 40),
        ("song", 20),
        ("artist", 40),
    ]


def test_no_persons_reference_is_in_profile_or_manifest(db):
    line = make_delivered_line()

    revision = builds.build_revision(dataset_id=make_dataset(line).pk, at=NOON)

    kept = orjson.dumps([revision.profile, revision.manifest]).decode()
    assert not any(person in kept for person in line.acceptances.values_list("person", flat=True))
