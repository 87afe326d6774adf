"""Where the shapes of a chart lie."""

from typing import Any

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.asserts import assertInHTML

from common import charts


def rows(*values: int) -> list[dict[str, Any]]:
    return [{"label": str(place), "value": value} for place, value in enumerate(values)]


@pytest.mark.parametrize(
    ("highest", "texts"),
    [
        (0, ["0", "1"]),
        (3, ["0", "1", "2", "3"]),
        (141, ["0", "50", "100", "150"]),
        (3_894, ["0", "1,000", "2,000", "3,000", "4,000"]),
        (48_000, ["0", "20k", "40k", "60k"]),
        (1_200_000, ["0", "500k", "1M", "1.5M"]),
    ],
)
def test_axis_has_round_numbers_up_to_the_highest_value(highest: float, texts: list[str]) -> None:
    _, ticks = charts.scale(highest)

    assert [tick.text for tick in ticks] == texts


@given(st.floats(min_value=0, max_value=1e9, allow_nan=False))
def test_axis_reaches_every_value(highest: float) -> None:
    top, ticks = charts.scale(highest)

    assert top >= highest
    assert 2 <= len(ticks) <= 6


def test_bars_stand_on_the_base_in_proportion() -> None:
    plot = charts.bar_plot(rows(0, 1, 2))

    assert [bar.height for bar in plot.bars] == ["0.0", "83.0", "166.0"]
    assert [bar.y for bar in plot.bars] == ["180.0", "97.0", "14.0"]


def test_many_rows_name_a_few_and_both_ends() -> None:
    plot = charts.bar_plot(rows(*range(11)))

    assert [label.text for label in plot.labels] == ["0", "5", "10"]
    assert [label.anchor for label in plot.labels] == ["start", "middle", "end"]


def test_line_of_one_row_is_a_dot() -> None:
    plot = charts.line_plot(rows(4))

    assert plot.dots == [("10.00%", "14.0")]


def test_charts_of_nothing_still_draw_an_axis() -> None:
    assert charts.bar_plot([]).bars == []
    assert charts.line_plot([]).dots == []


@pytest.mark.parametrize("kind", ["bar_chart", "line_chart", "dot_plot"])
def test_chart_carries_its_numbers_as_a_table_and_no_inline_style(kind: str) -> None:
    chart = {
        "id": "hours",
        "title": "Busiest at noon",
        "summary": "Records by hour.",
        "heads": ["Hour", "Records"],
        "rows": rows(3, 5, 4),
    }

    html = render_to_string(f"components/_{kind}.html", {"chart": chart})

    assertInHTML('<tr><td>1</td><td class="r">5</td></tr>', html)
    assert "Records by hour." in html
    assert "style=" not in html
