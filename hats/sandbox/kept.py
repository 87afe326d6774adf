"""Encoded answers of all HATs, kept within a bound: the ones unused for longest go first.

An answer that is gone is only made again; ten thousand HATs may hold more than a machine does.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, MutableMapping
from typing import Generic, TypeVar

Kept = TypeVar("Kept")
MOST_KEPT_BYTES = 256 * 1024**2


class KeptAnswers(Generic[Kept]):
    """The answers, by HAT and debit.

    :param weigh: tells how many bytes one takes.
    """

    def __init__(self, *, weigh: Callable[[Kept], int], most: int = MOST_KEPT_BYTES) -> None:
        self._weigh, self._most, self.bytes = weigh, most, 0
        self._kept: OrderedDict[tuple[str, str], Kept] = OrderedDict()

    def of(self, domain: str) -> "AnswersOfHat[Kept]":
        return AnswersOfHat(self, domain)

    def read(self, key: tuple[str, str]) -> Kept:
        self._kept.move_to_end(key)
        return self._kept[key]

    def keep(self, key: tuple[str, str], answer: Kept) -> None:
        if key in self._kept:
            self.forget(key)
        self._kept[key] = answer
        self.bytes += self._weigh(answer)
        while self.bytes > self._most and len(self._kept) > 1:
            self.forget(next(iter(self._kept)))

    def forget(self, key: tuple[str, str]) -> None:
        self.bytes -= self._weigh(self._kept.pop(key))

    def debits(self, domain: str) -> list[str]:
        return [debit_id for owner, debit_id in self._kept if owner == domain]


class AnswersOfHat(MutableMapping[str, Kept]):
    """The answers of one HAT by debit, some of which may be gone."""

    def __init__(self, answers: KeptAnswers[Kept], domain: str) -> None:
        self._answers, self._domain = answers, domain

    def __getitem__(self, debit_id: str) -> Kept:
        return self._answers.read((self._domain, debit_id))

    def __setitem__(self, debit_id: str, answer: Kept) -> None:
        self._answers.keep((self._domain, debit_id), answer)

    def __delitem__(self, debit_id: str) -> None:
        self._answers.forget((self._domain, debit_id))

    def __iter__(self) -> Iterator[str]:
        return iter(self._answers.debits(self._domain))

    def __len__(self) -> int:
        return len(self._answers.debits(self._domain))
