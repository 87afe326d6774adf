"""Coverage and freshness: what a version states about its data, in words. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from common.language import gettext as _
from common.language import gettext_noop, ngettext, number, pgettext

# How old the newest record usually is when it is read, the freshest first.
FRESHNESS = ("minutes", "hours", "day", "week", "change")
FRESHNESS_WORDS = {
    "minutes": gettext_noop("Minutes old"),
    "hours": gettext_noop("Hours old"),
    "day": gettext_noop("About a day old"),
    "week": gettext_noop("About a week old"),
    "change": gettext_noop("As old as the person’s last change"),
}
RECORD_KINDS = ("event", "day", "state", "answer")
KIND_WORDS = {  # each begins with a word that is small within a sentence, in every language
    "event": gettext_noop("One row each time something happens"),
    "day": gettext_noop("One row for each day"),
    "state": gettext_noop("One row that says how things stand"),
    "answer": gettext_noop("What the person wrote about themselves"),
}
RECORDS = (1, 10, 100, 1_000, 10_000, 100_000)  # of one person: upper edges of the bands
LONGEST_COVERAGE = 200
USUAL_COVERAGE = gettext_noop("People whose HAT holds this data, in any country.")
MOST_USE_CASES, LONGEST_HEADLINE, LONGEST_USE = 6, 80, 300
NOT_STATED = gettext_noop("Not stated")
_MONTH, _YEAR = 30.4, 365
_DAYS_SAID, _MONTHS_SAID = 60, 700  # below so many days, days and months are said


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a version states.

    :param record_kinds: how rows come about, of ``RECORD_KINDS``.
    :param reaches_back_days: how far back the records of most people go; 0: only how things stand.
    :param usual_records: what most people have at most, of ``RECORDS``.
    :param coverage: which people and places, in words.
    """

    record_kinds: Sequence[str]
    freshness: str
    reaches_back_days: int
    usual_records: int
    coverage: str

    def problems(self) -> list[str]:
        """Why it cannot be published, one sentence each."""
        problems = []
        if not self.record_kinds or set(self.record_kinds) - set(RECORD_KINDS):
            problems.append(_("How rows come about is not stated."))
        if self.freshness not in FRESHNESS:
            problems.append(_("How fresh the data is when it is read is not stated."))
        if self.usual_records not in RECORDS:
            problems.append(_("How many records one person usually has is not stated."))
        if not self.coverage.strip():
            problems.append(_("Which people and places are covered is not stated."))
        if len(self.coverage) > LONGEST_COVERAGE:
            problems.append(
                _("The words on coverage are longer than {letters} letters.").format(
                    letters=LONGEST_COVERAGE
                )
            )
        return problems


@dataclass(frozen=True)
class Fact:
    """One line of the list of facts."""

    key: str
    label: str
    value: str
    note: str


def in_words(facts: Facts | None, *, collection: str, period_days: int) -> list[Fact]:
    """The list of facts; ``None``: a version from before they were asked for."""
    return [
        Fact(
            "reach",
            _("How far back"),
            reach_words(facts.reaches_back_days) if facts else _(NOT_STATED),
            _("from the first reading, for most people"),
        ),
        Fact(
            "freshness",
            _("Freshness"),
            _(FRESHNESS_WORDS[facts.freshness] if facts else NOT_STATED),
            _("the newest record, when it is read"),
        ),
        Fact(
            "records",
            _("Records of one person"),
            records_words(facts.usual_records) if facts else _(NOT_STATED),
            _("for most people"),
        ),
        Fact(
            "kinds",
            _("How rows come about"),
            kinds_words(facts.record_kinds) if facts else _(NOT_STATED),
            time_words(collection, period_days=period_days),
        ),
        Fact(
            "coverage",
            _("People and places"),
            coverage_words(facts.coverage) if facts else _(NOT_STATED),
            "",
        ),
    ]


def reach_words(days: int) -> str:
    """How far back: ``About 9 months``."""
    if days == 0:
        return _("Only how things stand now")
    if days < _DAYS_SAID:
        return ngettext("About a day", "About {days} days", days).format(days=days)
    if days < _MONTHS_SAID:
        return _("About {months} months").format(months=round(days / _MONTH))
    return _("About {years} years").format(years=round(days / _YEAR))


def coverage_words(coverage: str) -> str:
    """Which people and places: the usual words are ours, all others the publisher's own."""
    return _(coverage) if coverage == USUAL_COVERAGE else coverage


def coverage_as_kept(words: str) -> str:
    """The usual words in English, in whichever language they were left as they are."""
    return USUAL_COVERAGE if words == _(USUAL_COVERAGE) else words


def records_words(usual: int) -> str:
    """How many records: ``Up to 100``."""
    return (
        pgettext("record", "One") if usual == 1 else _("Up to {count}").format(count=number(usual))
    )


def kinds_words(kinds: Iterable[str]) -> str:
    """How rows come about, one after the other."""
    said = [_(KIND_WORDS[kind]) for kind in kinds]
    return "; ".join(said[:1] + [f"{words[0].lower()}{words[1:]}" for words in said[1:]])


def time_words(collection: str, *, period_days: int) -> str:
    """Whether it is what there is already, or goes on."""
    if collection == "once":
        return _("past: what is there at each person’s yes")
    if collection == "weekly":
        words = ngettext(
            "ongoing: read weekly for {days} day",
            "ongoing: read weekly for {days} days",
            period_days,
        )
    else:
        words = ngettext(
            "ongoing: read daily for {days} day",
            "ongoing: read daily for {days} days",
            period_days,
        )
    return words.format(days=period_days)


def records_band(count: float) -> int:
    """The band of so many records."""
    return next((edge for edge in RECORDS if count <= edge), RECORDS[-1])


def use_case_problems(use_cases: Sequence[object]) -> list[str]:
    """Why these use cases cannot be published, one sentence each."""
    problems = []
    if len(use_cases) > MOST_USE_CASES:
        problems.append(_("There are more than {number} use cases.").format(number=MOST_USE_CASES))
    if not all(_is_use_case(one) for one in use_cases):
        problems.append(
            _(
                "A use case is a headline of at most {headline} letters and a text of at most"
                " {text}."
            ).format(headline=LONGEST_HEADLINE, text=LONGEST_USE)
        )
    return problems


def _is_use_case(raw: object) -> bool:
    if not isinstance(raw, dict) or set(raw) != {"headline", "text"}:
        return False
    headline, text = raw["headline"], raw["text"]
    return (
        isinstance(headline, str)
        and isinstance(text, str)
        and 0 < len(headline.strip()) <= LONGEST_HEADLINE
        and 0 < len(text.strip()) <= LONGEST_USE
    )
