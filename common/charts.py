"""Where the shapes of a chart lie. Pure arithmetic; the templates of ``components/`` draw it.

Across, everything is in per cent of the width, so that words keep their 12 pixels at every size;
down, in pixels. No chart needs a script or an inline style.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from common import language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LEFT_PERCENT, WIDTH_PERCENT = 10.0, 90.0
TOP_PX, BASE_PX = 14.0, 180.0
MOST_LABELS = 8
_STEPS = (1, 2, 2.5, 5, 10)
_THOUSAND, _TEN_THOUSAND, _MILLION = 1_000, 10_000, 1_000_000


@dataclass(frozen=True)
class Tick:
    """A grid line: its height and what it stands for."""

    y: str
    text_y: str
    text: str


@dataclass(frozen=True)
class Label:
    """A word below the chart."""

    x: str
    anchor: str
    text: str


@dataclass(frozen=True)
class Bar:
    """One column; ``quiet`` ones carry no part of the finding."""

    x: str
    width: str
    y: str
    height: str
    quiet: bool


@dataclass(frozen=True)
class Plot:
    """A chart, ready to be drawn."""

    ticks: list[Tick]
    labels: list[Label]
    bars: list[Bar]
    line: str
    area: str
    dots: list[tuple[str, str]]
    note_dy: str = "-10"


def bar_plot(rows: Sequence[Mapping[str, Any]]) -> Plot:
    """Lay out columns for rows with ``label``, ``value`` and, if they stand back, ``quiet``."""
    top, ticks = scale(max((row["value"] for row in rows), default=0))
    slot = WIDTH_PERCENT / max(1, len(rows))
    bars = []
    for place, row in enumerate(rows):
        height = (BASE_PX - TOP_PX) * float(row["value"]) / top
        x = _percent(LEFT_PERCENT + (place + 0.1) * slot)
        quiet = bool(row.get("quiet"))
        bars.append(Bar(x, _percent(slot * 0.8), _px(BASE_PX - height), _px(height), quiet))
    centres = [LEFT_PERCENT + (place + 0.5) * slot for place in range(len(rows))]
    return Plot(ticks, _labels(rows, centres), bars, "", "", [])


def line_plot(rows: Sequence[Mapping[str, Any]]) -> Plot:
    """Lay out one line through rows with ``label`` and ``value``; a single row becomes a dot."""
    top, ticks = scale(max((row["value"] for row in rows), default=0))
    gaps = max(1, len(rows) - 1)
    places = [place / gaps for place in range(len(rows))]
    heights = [100 - 100 * float(row["value"]) / top for row in rows]
    pairs = zip(places, heights, strict=True)
    line = " ".join(f"{1000 * x:.1f},{y:.2f}" for x, y in pairs)
    across = [LEFT_PERCENT + WIDTH_PERCENT * x for x in places]
    dots = [(_percent(across[-1]), _px(_down(heights[-1])))] if rows else []
    # The last point's words stand above a line that rises to it, else below.
    falls = len(heights) > 1 and heights[-1] > heights[-2]
    area = f"0,100 {line} 1000,100"
    return Plot(ticks, _labels(rows, across), [], line, area, dots, "22" if falls else "-10")


def scale(highest: float) -> tuple[float, list[Tick]]:
    """Choose the top of an axis from zero, and the round grid lines up to it."""
    step = round_step(float(highest) / 4 or 1.0)
    count = max(1, -int(-float(highest) // step))
    top = step * count
    heights = [BASE_PX - (BASE_PX - TOP_PX) * place / count for place in range(count + 1)]
    texts = [short_number(step * place) for place in range(count + 1)]
    pairs = zip(heights, texts, strict=True)
    return top, [Tick(_px(y), _px(y + 4), text) for y, text in pairs]


def short_number(value: float) -> str:
    """Say an axis value: ``1,500``, ``20k``, ``1.2M``, ``0.25``."""
    how = language.manner()
    if value >= _MILLION:
        return language.figure(f"{value / _MILLION:g}") + how.million
    if value > _TEN_THOUSAND:
        return language.figure(f"{value / _THOUSAND:g}") + how.thousand
    return language.figure(f"{value:,g}" if value < _THOUSAND else f"{value:,.0f}")


def round_step(rough: float) -> float:
    """The nearest of 1, 2, 2.5, 5 and 10 times a power of ten that is no smaller."""
    power = 1.0
    while power * 10 <= rough:
        power *= 10
    while power > rough:
        power /= 10
    return next(power * step for step in _STEPS if power * step >= rough)


def _labels(rows: Sequence[Mapping[str, Any]], across: Sequence[float]) -> list[Label]:
    shown = _evenly(len(rows))
    labels = []
    for place in shown:
        ends = {0: "start", len(rows) - 1: "end"} if len(rows) > MOST_LABELS else {}
        anchor = ends.get(place, "middle")
        x = {"start": LEFT_PERCENT, "end": 100.0}.get(anchor, across[place])
        labels.append(Label(_percent(x), anchor, str(rows[place]["label"])))
    return labels


def _evenly(count: int) -> list[int]:
    """Choose which rows are named: all while they fit, else a few at equal gaps."""
    if count <= MOST_LABELS:
        return list(range(count))
    gaps = next((gaps for gaps in (4, 3, 2) if (count - 1) % gaps == 0), 4)
    return [round(part * (count - 1) / gaps) for part in range(gaps + 1)]


def _down(height: float) -> float:
    return TOP_PX + (BASE_PX - TOP_PX) * height / 100


def _percent(value: float) -> str:
    return f"{value:.2f}%"


def _px(value: float) -> str:
    return f"{value:.1f}"
