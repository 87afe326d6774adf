"""What people type and what else it finds, one line a word: ``steps: activity, walking``. Pure.

Lines that begin with ``#`` are remarks: they are read over, and an export has none.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from common.language import gettext as _
from offers.datafiles import DataFileInvalid, Difference

LONGEST_WORD = 60
MOST_FINDS = 12
MOST_GROUPS = 2_000
_SEPARATORS = frozenset(":,;#")
_BETWEEN_WORDS = re.compile(r"[,;\n]")
_HEAD = "# What people type, a colon, and what else it finds, with commas between the words."
_SHOWN = 30  # characters of a word that is too long


@dataclass(frozen=True)
class Group:
    """A word or phrase that people type, and what else it finds."""

    word: str
    finds: tuple[str, ...]

    @property
    def found(self) -> str:
        """What it finds, as a person writes it."""
        return ", ".join(self.finds)


def group_of(word: str, found: str) -> Group:
    """A group as typed: spaces and capitals do not matter, and saying a word twice says it once.

    Semicolons part words as commas do: spreadsheets of half of Europe write them.
    """
    finds = (_plain(find) for find in _BETWEEN_WORDS.split(found))
    return Group(_plain(word), tuple(dict.fromkeys(find for find in finds if find)))


def faults_of(group: Group) -> list[str]:
    """What is wrong with one group, a sentence each."""
    if not group.word:
        return [_("Say which word people type.")]
    faults = [fault for word in (group.word, *group.finds) for fault in _word_faults(word)]
    said = _cut(group.word)
    if not group.finds:
        faults.append(
            _("“{word}” stands alone: name another word that it finds.").format(word=said)
        )
    if group.word in group.finds:
        faults.append(
            _("“{word}” finds itself already: leave it out on the right.").format(word=said)
        )
    if len(group.finds) > MOST_FINDS:
        faults.append(
            _("“{word}” finds more than {number} words: keep the best.").format(
                word=said, number=MOST_FINDS
            )
        )
    return faults


def read_file(text: str) -> list[Group]:
    """Every group of a file.

    :raises DataFileInvalid: with every fault of every line.
    """
    groups: list[Group] = []
    faults: list[str] = []
    first: dict[str, int] = {}
    for place, line in _lines(text):
        word, colon, found = line.partition(":")
        group = group_of(word, found)
        said = faults_of(group) if colon else [_("A line is a word, a colon, and what it finds.")]
        if colon and first.setdefault(group.word, place) != place:
            said = [
                _("“{word}” has a line already: line {number}.").format(
                    word=_cut(group.word), number=first[group.word]
                )
            ]
        faults += [_("Line {number}: {fault}").format(number=place, fault=one) for one in said]
        groups.append(group)
    if not groups:
        faults.append(_("The file names no word at all."))
    if len(groups) > MOST_GROUPS:
        faults = [_("The file has more than {number} lines with words.").format(number=MOST_GROUPS)]
    if faults:
        raise DataFileInvalid(faults)
    return groups


def write_file(groups: Sequence[Group]) -> str:
    """The groups as a file that ``read_file`` reads."""
    return "\n".join([_HEAD, *(f"{group.word}: {group.found}" for group in groups), ""])


def compare(was: Sequence[Group], now: Sequence[Group]) -> list[Difference]:
    """What the second says otherwise than the first, by word."""
    before = {group.word: group.found for group in was}
    after = {group.word: group.found for group in now}
    return [
        Difference(word, before.get(word, ""), after.get(word, ""))
        for word in sorted(before.keys() | after.keys())
        if before.get(word) != after.get(word)
    ]


def _plain(text: str) -> str:
    return " ".join(text.split()).lower()


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for place, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield place, line


def _word_faults(word: str) -> Iterator[str]:
    if len(word) > LONGEST_WORD:
        yield _("“{word}” is longer than {number} characters.").format(
            word=_cut(word), number=LONGEST_WORD
        )
    if not any(sign.isalnum() for sign in word):
        yield _("“{word}” has no letter in it: nobody can search for it.").format(word=_cut(word))
    if _SEPARATORS & set(word) or not word.isprintable():
        yield _(
            "“{word}” has a sign that words cannot have: a colon, a comma, a semicolon or a #."
        ).format(word=_cut(word))


def _cut(word: str) -> str:
    return word if len(word) <= LONGEST_WORD else f"{word[:_SHOWN]}…"
