"""Form fields for figures that people type, whichever of the two ways of writing they know."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common import language

if TYPE_CHECKING:
    from decimal import Decimal

    from django.utils.functional import _StrPromise

_GROUPED = re.compile(r"[-+]?[1-9]\d{0,2}([.,]\d{3})+")  # 0.125 has no groups
_WHOLE = re.compile(rf"[-+]?\d*|{_GROUPED.pattern}")
_MARKS = re.compile(r"[.,]")


_LIMITS: dict[str, str | _StrPromise] = {
    "min_value": _("It must be %(limit_value)s or more."),
    "max_value": _("It must be %(limit_value)s or less."),
}


class WholeNumberField(forms.IntegerField):
    """Takes ``1200``, ``1,200``, ``1.200`` and ``1 200``; shows it as the reader writes."""

    default_error_messages = _LIMITS

    def __init__(self, **options: Any) -> None:
        super().__init__(localize=True, **options)
        self.localize = False  # the control shows it so; reading is done here

    def to_python(self, value: str | int | None) -> int | None:
        """:raises ValidationError: not a whole number."""
        if isinstance(value, str):
            value = "".join(value.split())
            value = _MARKS.sub("", value) if _GROUPED.fullmatch(value) else value
        return super().to_python(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Phones show their keys for figures."""
        return super().widget_attrs(widget) | _keys(self, "numeric")


class AmountField(forms.DecimalField):
    """Takes ``1,234.50``, ``1.234,50`` and ``£1,234.50``.

    What can be read two ways is read in the reader's.
    """

    default_error_messages = _LIMITS

    def __init__(self, **options: Any) -> None:
        super().__init__(localize=True, **options)
        self.localize = False

    def to_python(  # type: ignore[override]  # DecimalField itself differs from its parent
        self, value: str | float | Decimal | None
    ) -> Decimal | None:
        """:raises ValidationError: not a number."""
        if isinstance(value, str):
            value = _plain("".join(value.split()).strip("£"))
        return super().to_python(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Phones show their keys for figures."""
        return super().widget_attrs(widget) | _keys(self, "decimal")


def _keys(field: forms.IntegerField, mode: str) -> dict[str, Any]:
    """Some phones have no minus among those keys."""
    lowest = field.min_value
    may_be_below = isinstance(lowest, int) and lowest < 0
    return {} if may_be_below else {"inputmode": mode}


def _plain(text: str) -> str:
    """Write a figure with a point and without groups; what is none stays as it is."""
    place = max(text.rfind("."), text.rfind(","))
    if place < 0:
        return text
    whole, mark, part = text[:place], text[place], text[place + 1 :]
    may_be_groups = mark in whole or (mark != language.manner().point and not _MARKS.search(whole))
    if may_be_groups and _GROUPED.fullmatch(text):
        return _MARKS.sub("", text)
    if mark in whole or not _WHOLE.fullmatch(whole):
        return text
    return f"{_MARKS.sub('', whole)}.{part}"
