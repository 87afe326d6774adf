"""How figures and days are written in each language, with Django and without."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.template import Context, Template
from django.utils import translation

from common import charts, language
from common.money import Money

NOON = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
NBSP = "\N{NO-BREAK SPACE}"


def in_german(source: str, **context: object) -> str:
    with translation.override("de"):
        return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("source", "value", "said"),
    [
        ("{{ v|money }}", Money(123450, "EUR"), f"1.234,50{NBSP}€"),
        ("{{ v|money }}", Money(-300), f"\N{MINUS SIGN}3,00{NBSP}£"),
        ("{{ v|money }}", Money(1500, "KWD"), "1,500 KWD"),
        ("{{ v|number }}", 41872, "41.872"),
        ("{{ v|number }}", -12, "\N{MINUS SIGN}12"),
        ("{{ v|percent:200 }}", 142, "71\N{NO-BREAK SPACE}%"),
        ("{{ v|date_long }}", date(2026, 3, 12), "12. März 2026"),
        ("{{ v|moment }}", NOON, "12. März 2026, 12:00 UTC"),
        ("{{ v|band }}", 4_999, "2.000–5.000"),
        ("{{ v|band }}", 9, "weniger als 10"),
        ("{{ v|band }}", 100_000, "mehr als 100.000"),
        ("{{ v }}", 12345, "12.345"),
        ("{{ v|filesizeformat }}", 1_500_000, f"1,4{NBSP}MB"),
        ("{{ v|iso }}", NOON, "2026-03-12T12:00:00+00:00"),
    ],
)
def test_german_has_its_own_figures_and_days(source: str, value: object, said: str) -> None:
    assert in_german(source, v=value) == said


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (timedelta(seconds=-20), "gerade eben"),
        (timedelta(days=-3), f"vor 3{NBSP}Tagen"),
        (timedelta(days=2), f"in 2{NBSP}Tagen"),
        (timedelta(hours=1), f"in 1{NBSP}Stunde"),
    ],
)
def test_a_distance_in_time_is_said_in_the_right_case(away: timedelta, words: str) -> None:
    with time_machine.travel(NOON, tick=False):
        said = in_german("{{ at|when }}", at=NOON + away)

    assert said.endswith(f"({words})")


@pytest.mark.parametrize(
    ("value", "english", "german"),
    [
        (0.25, "0.25", "0,25"),
        (1_500, "1,500", "1.500"),
        (20_000, "20k", f"20{NBSP}Tsd."),
        (1_200_000, "1.2M", f"1,2{NBSP}Mio."),
    ],
)
def test_axes_of_charts_speak_the_language(value: float, english: str, german: str) -> None:
    with translation.override("de"):
        assert charts.short_number(value) == german

    assert charts.short_number(value) == english


def test_lists_and_shorter_days_are_said_in_both_languages() -> None:
    day, three = date(2026, 5, 3), ["a", "b", "c"]
    english = (language.listed(three), language.day_of_year(day), language.month_of_year(day))

    with language.override("de"):
        german = (language.listed(three), language.day_of_year(day), language.month_of_year(day))

    assert english == ("a, b and c", "3 May", "May 2026")
    assert german == ("a, b und c", "3. Mai", "Mai 2026")


def test_names_are_sorted_with_their_accents_left_aside():
    names = ["Zypern", "Österreich", "Polen", "norwegen", "Färöer", "Finnland"]

    in_order = sorted(names, key=language.by_letters)

    assert in_order == ["Färöer", "Finnland", "norwegen", "Österreich", "Polen", "Zypern"]


def test_days_are_short_where_there_is_little_room() -> None:
    days = [date(2026, month, 12) for month in (3, 9, 11)]
    english = [language.day_short(day) for day in days]

    with language.override("de"):
        german = [language.day_short(day) for day in days]

    assert english == ["12 Mar", "12 Sep", "12 Nov"]
    assert german == ["12. März", "12. Sept.", "12. Nov."]


def test_what_is_frozen_is_english_whoever_reads() -> None:
    with translation.override("de"), language.in_english():
        assert str(Money(123450)) == "£1,234.50"


def test_a_language_nobody_has_described_writes_as_english_does() -> None:
    with translation.override("fr"):
        assert language.number(1234.5, 1) == "1,234.5"


def test_without_django_everything_is_said_in_english() -> None:
    program = (
        "from common import language; from common.money import Money;"
        "print(language.gettext('Orders'), language.ngettext('place', 'places', 2),"
        " language.pgettext('status', 'Open'), language.language(), Money(5));"
        "import sys; assert 'django' not in sys.modules"
    )

    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "Orders places Open en-gb £0.05\n"
