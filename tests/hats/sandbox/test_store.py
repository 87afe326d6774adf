"""One file per HAT: what is kept, what is opened, and how little it takes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hats.bundles import Record
from hats.sandbox.store import MOST_OPEN_FILES, Store
from tests.hats.sandbox.conftest import debit_request, serving

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def store(folder):
    store = Store(folder)
    yield store
    store.close()


def files(folder):
    return sorted(path.name for path in (folder / "hats").iterdir())


def test_a_hat_that_was_only_read_has_no_file(store, folder):
    hat = store.hat("ada-vale")

    found = (hat.documents("debit"), hat.debits(), list(hat.records()))
    hat.forget_document("debit", "d-1")

    assert found == ({}, {}, [])
    assert files(folder) == []
    assert store.hats_written_to() == set()


def test_each_hat_keeps_its_own_file(store, folder):
    store.hat("ada-vale").save_document("note", "1", {"text": "mine"})
    store.hat("ben-vale").save_document("note", "1", {"text": "his"})

    assert files(folder) == ["ada-vale.sqlite3", "ben-vale.sqlite3"]
    assert store.hat("ada-vale").documents("note") == {"1": {"text": "mine"}}


def test_documents_are_told_apart_by_kind_and_id(store):
    hat = store.hat("ada-vale")
    hat.save_document("note", "b", 1)
    hat.save_document("note", "a", [2])
    hat.save_document("list", "b", None)
    hat.save_document("note", "b", {"three": 3})

    assert list(hat.documents("note").items()) == [("b", {"three": 3}), ("a", [2])]
    assert hat.documents("list") == {"b": None}


def test_a_forgotten_document_is_gone(store):
    hat = store.hat("ada-vale")
    hat.save_document("note", "a", 1)
    hat.save_document("note", "b", 2)

    hat.forget_document("note", "a")

    assert hat.documents("note") == {"b": 2}


def test_records_of_one_moment_stay_in_the_order_they_came_in(store):
    hat = store.hat("ada-vale")
    records = [Record("a/b", id_, {"n": id_}, NOON) for id_ in ("z", "a", "m")]
    hat.save_records(records)

    hat.save_records([Record("a/b", "z", {"n": "changed"}, NOON)])

    assert [record.record_id for record, _ in hat.records()] == ["z", "a", "m"]


def test_a_record_that_is_gone_is_remembered_as_gone(store):
    hat = store.hat("ada-vale")
    record = Record("a/b", "r-1", {"n": 1}, NOON)
    hat.save_records([record])

    hat.forget_records([record], at=NOON + timedelta(hours=1))

    assert [(found.record_id, is_there) for found, is_there in hat.records()] == [("r-1", False)]


def test_thousands_of_hats_share_a_few_open_files(store):
    opened = open_files()
    for number in range(3 * MOST_OPEN_FILES):
        store.hat(f"hat-{number}").save_document("note", "1", number)

    assert open_files() - opened <= MOST_OPEN_FILES
    assert store.hat("hat-0").documents("note") == {"1": 0}


def open_files():
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_a_removed_hat_leaves_no_file(store, folder):
    store.hat("ada-vale").save_document("note", "1", 1)

    store.remove("ada-vale")

    assert files(folder) == []
    assert store.hat("ada-vale").documents("note") == {}


def test_a_file_that_a_kill_left_unfinished_is_finished(folder):
    (folder / "hats").mkdir(parents=True)
    (folder / "hats" / "ada-vale.sqlite3").touch()

    store = Store(folder)

    assert store.hat("ada-vale").debits() == {}
    store.close()


def test_what_a_hat_agreed_to_and_wrote_outlives_the_process(data_folder):
    with serving(data_folder) as first:
        hat = first.hat()
        owner, port = hat.owner, first.port
        hat.post("/api/v2.6/data/shop/orders", {"id": 7}, token=owner)
        hat.post("/api/v2.6/data-debit/d-1", debit_request(), token=hat.platform)
        hat.get("/api/v2.6/data-debit/d-1/enable", token=owner)
    with serving(data_folder, port=port) as second:
        hat = second.hat()
        values = hat.get("/api/v2.6/data-debit/d-1/values", token=hat.platform)

    assert files(data_folder) == [f"{hat.person.name}.sqlite3"]
    assert [record["data"] for record in values.json["bundle"]["orders"]] == [{"id": 7}]
