"""``manage.py bench`` in small: what it says, not how fast."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from fulfilment.models import Acceptance
from marketplace.bench import sandbox_speed


def _figures(name: str, *, size: int) -> list[dict[str, Any]]:
    out = StringIO()
    call_command("bench", name, "--json", "--size", str(size), stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def _tables_left() -> list[str]:
    return [name for name in connection.introspection.table_names() if name.startswith("bench_")]


@pytest.mark.django_db
def test_export_says_one_figure_a_line_beside_its_limit() -> None:
    figures = _figures("export", size=40)

    assert [figure["name"] for figure in figures] == [
        "writing of CSV",
        "export of CSV",
        "export of a revision",
    ]
    for figure in figures:
        assert figure["size"] == 3 * 40 * 50
        assert figure["seconds"] > 0
        assert figure["per_second"] > 0
        assert 0 < figure["of_limit"] < 10
        assert "COPY" in figure["limit"]
        assert figure["holds"]
        assert figure["peak_growth_mebibytes"] < 64
    assert _tables_left() == []


@pytest.mark.django_db(transaction=True)
def test_acceptance_of_a_hot_line_sells_no_place_twice() -> None:
    (figure,) = _figures("accept", size=120)

    assert figure["size"] == 120
    assert figure["oversold"] == 0
    assert figure["limit_per_second"] > 0
    assert Acceptance.objects.count() == 120 + 20
    assert _tables_left() == []


@pytest.mark.django_db
def test_the_estimator_answers_by_what_was_counted() -> None:
    counting, answers = _figures("estimator", size=200)

    assert (counting["size"], answers["owners"]) == (200, 200)
    assert answers["queries"] <= 3
    assert 0 < answers["mean_ms"] <= answers["slowest_ms"]


@pytest.mark.django_db
def test_for_eyes_it_says_a_sentence() -> None:
    out = StringIO()

    call_command("bench", "export", "--size", "20", stdout=out)

    assert out.getvalue().startswith("writing of CSV: ")
    assert "% of COPY" in out.getvalue()


@pytest.mark.enable_socket
def test_the_sandbox_is_measured_without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBOX_HAT_PLATFORM_PASSWORD", "sandbox-platform")
    monkeypatch.setenv("DEMO", "1")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "marketplace.settings")
    monkeypatch.setattr(sandbox_speed, "ANSWERS", 1600)  # CPU is counted in hundredths

    start, everybody, answers = _figures("sandbox", size=12)

    assert start["size"] == everybody["size"] == 12
    assert answers["size"] == 1600
    for figure in (start, everybody, answers):
        assert 20 < figure["mebibytes"] < 1024
        assert figure["seconds"] > 0
    assert answers["per_core_second"] > 0
    assert answers["bytes_each"] > 20


@pytest.mark.django_db
def test_search_says_median_and_slowest_for_each_kind_of_word() -> None:
    figures = _figures("search", size=30)

    assert [figure["name"] for figure in figures] == [
        "search for a middling word",
        "search for a middling word, the shelf just changed",
        "search for a common word",
        "search for a common word, the shelf just changed",
        "the whole shelf, counted anew",
    ]
    for figure in figures:
        assert 0 < figure["median_ms"] <= figure["p99_ms"]
        assert figure["offers"] == 30 + 16
