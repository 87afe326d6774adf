"""Money: whole minor units and a currency. No floats, no silent division."""

from __future__ import annotations

from dataclasses import dataclass

from common import language

# Minor-unit digits that differ from two: ISO 4217.
_EXPONENTS = {"JPY": 0, "KRW": 0, "KWD": 3, "BHD": 3, "TND": 3}
_SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$", "JPY": "¥"}


class CurrencyMismatch(ValueError):
    """Two currencies met in one sum: a programming error, never a person's."""


@dataclass(frozen=True, order=False)
class Money:
    """An amount in minor units (pence) of one ISO 4217 currency."""

    minor_units: int
    currency: str = "GBP"

    def __post_init__(self) -> None:
        if isinstance(self.minor_units, bool) or not isinstance(self.minor_units, int):
            raise TypeError("Money takes whole minor units.")

    def __add__(self, other: Money) -> Money:
        return Money(self.minor_units + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor_units - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor_units, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor_units < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor_units <= self._same(other)

    def __bool__(self) -> bool:
        return self.minor_units != 0

    def __str__(self) -> str:
        digits = _EXPONENTS.get(self.currency, 2)
        whole, part = divmod(abs(self.minor_units), 10**digits)
        sign = language.MINUS if self.minor_units < 0 else ""
        amount = language.figure(f"{whole:,}" + (f".{part:0{digits}d}" if digits else ""))
        symbol = _SYMBOLS.get(self.currency)
        if not symbol:
            return f"{sign}{amount} {self.currency}"
        return sign + language.manner().money.format(symbol=symbol, amount=amount)

    def times(self, count: int) -> Money:
        """The price of ``count`` places."""
        return Money(self.minor_units * count, self.currency)

    def percent_rounded_up(self, percent: int) -> Money:
        """A part in whole minor units, rounded away from zero (tax on one person's fee)."""
        return Money(-(-self.minor_units * percent // 100), self.currency)

    def split(self, parts: int) -> list[Money]:
        """Parts that differ by at most one minor unit and sum to the whole.

        :raises ValueError: fewer than one part.
        """
        if parts < 1:
            raise ValueError("Money splits into one part or more.")
        share, rest = divmod(self.minor_units, parts)
        return [Money(share + (1 if i < rest else 0), self.currency) for i in range(parts)]

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not add.")
        return other.minor_units
