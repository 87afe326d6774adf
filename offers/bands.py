"""How many people, told so that nobody can be made out. Pure.

A *question* is a set of endpoints; its *count* is how many people hold all of them; what is *shown*
is the lower edge of a band, or 0 where that is below ten. The rules, and what they do not promise,
are in ADR 0016.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

Question = frozenset[str]

FEWEST = 10  # people behind any number, and behind any difference of two
STICKY = 5  # people who must come beyond an edge before an answer moves up
MOST_COMBINED = 4  # endpoints of which every combination is a question


def questions_of(needed: Question) -> set[Question]:
    """What may be asked of an offer: all of its endpoints, and fewer of them."""
    parts = sorted(needed)
    if not parts:
        return set()
    sizes = range(1, len(parts) + 1)
    if len(parts) > MOST_COMBINED:
        sizes = range(len(parts) - 1, len(parts) + 1)
    return {frozenset(chosen) for size in sizes for chosen in combinations(parts, size)}


def counted(holdings: Mapping[Question, int], questions: Iterable[Question]) -> dict[Question, int]:
    """How many people hold all that each question names.

    :param holdings: people by what their HATs hold.
    """
    return {
        question: sum(people for held, people in holdings.items() if question <= held)
        for question in questions
    }


def settled(
    counts: Mapping[Question, int], shown: Mapping[Question, int], *, edges: Sequence[int]
) -> dict[Question, int]:
    """What is shown from now on for each question counted, given what was shown before.

    Never more than the count; never less for a part than for the whole; and where a part is shown
    in a higher band than the whole, ten people or more make the difference.

    :param edges: of the bands, rising, the first one ten.
    """
    now = {one: _sticky(counts[one], shown.get(one, 0), edges) for one in counts}
    nested = [(part, whole) for whole in counts for part in counts if part < whole]
    while sum(_level(now, counts, shown, part=part, whole=whole) for part, whole in nested):
        pass  # each round lowers something, so there is a last one
    return now


def _sticky(count: int, before: int, edges: Sequence[int]) -> int:
    """The band of a count: left at once when it is too high, entered late when it is too low."""
    reached = max((edge for edge in edges if edge <= count), default=0)
    entered = max((edge for edge in edges if edge + STICKY <= count), default=0)
    return reached if reached < before else max(entered, before)


def _level(
    now: dict[Question, int],
    counts: Mapping[Question, int],
    shown: Mapping[Question, int],
    *,
    part: Question,
    whole: Question,
) -> bool:
    """Lower one of two answers where their difference would tell of a few people."""
    if now[whole] > now[part]:
        now[whole] = now[part]
        return True
    was_apart = shown.get(part, 0) > shown.get(whole, 0)
    enough = FEWEST if was_apart else FEWEST + STICKY
    if now[part] > now[whole] and counts[part] - counts[whole] < enough:
        now[part] = now[whole]
        return True
    return False
