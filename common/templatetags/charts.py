"""Filters behind the chart components: rows in, shapes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from common import charts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

register = template.Library()
register.filter("bar_plot", charts.bar_plot)
register.filter("line_plot", charts.line_plot)


@register.filter
def dot_places(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each row with the places of its dot and, where given, of its ``low`` and ``high``."""
    highest = max((row.get("high", row["value"]) for row in rows), default=0) or 1
    placed = []
    for row in rows:
        low, high = row.get("low", 0), row.get("high", row["value"])
        spots = {"at": row["value"], "from_at": low, "to_at": high}
        shares = {
            name: f"{100 * float(spot) / float(highest):.2f}%" for name, spot in spots.items()
        }
        placed.append({**row, **shares})
    return placed
