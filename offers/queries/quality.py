"""What earlier deliveries of an offer were like: in bands, and only of many people together."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from common.language import gettext as _
from common.language import gettext_noop
from common.templatetags.ui import DASH
from offers import estimates
from offers.constants import DAYS_OPEN
from offers.estimates import FEWEST_ORDERS, FEWEST_YES
from offers.models import Outcome
from offers.queries.estimating import past_of, share_words

NOT_MEASURED = gettext_noop("Not measured yet")
FEWEST_PEOPLE = FEWEST_YES
_DAY = 24  # hours
_COMPLETE = (  # per cent at least, words
    (99, gettext_noop("99\N{NO-BREAK SPACE}% or more")),
    (95, f"95{DASH}99\N{NO-BREAK SPACE}%"),
    (90, f"90{DASH}95\N{NO-BREAK SPACE}%"),
    (80, f"80{DASH}90\N{NO-BREAK SPACE}%"),
    (50, f"50{DASH}80\N{NO-BREAK SPACE}%"),
    (0, gettext_noop("Less than 50\N{NO-BREAK SPACE}%")),
)
_AGE = (  # hours at most, words
    (_DAY, gettext_noop("A day old at most")),
    (7 * _DAY, gettext_noop("A day to a week old")),
    (30 * _DAY, gettext_noop("A week to a month old")),
    (365 * _DAY, gettext_noop("A month to a year old")),
)
_TIME_TO_FILL = (
    (_DAY, gettext_noop("Within a day")),
    (3 * _DAY, gettext_noop("1–3 days")),
    (7 * _DAY, gettext_noop("3–7 days")),
    (14 * _DAY, gettext_noop("1–2 weeks")),
    (DAYS_OPEN * _DAY, gettext_noop("2–4 weeks")),
)


@dataclass(frozen=True)
class Measure:
    """One thing that was measured: a band in words, and what it is a band of."""

    label: str
    value: str
    note: str


def measures(outcomes: Sequence[Outcome]) -> list[Measure]:
    """Completeness, freshness, acceptance and time to fill of one offer’s earlier orders.

    Each says “not measured yet” before there are three orders, and thirty people in them.
    """
    return [
        Measure(_("Complete"), _completeness(outcomes), _("of all cells have a value")),
        Measure(_("Newest record"), _freshness(outcomes), _("on delivery, in the usual order")),
        Measure(
            _("Say yes"),
            _acceptance(outcomes),
            _("of those who could, in {days} days").format(days=DAYS_OPEN),
        ),
        Measure(
            _("Time to fill"), _time_to_fill(outcomes), _("of orders that filled, the usual one")
        ),
    ]


def _enough(outcomes: Sequence[Outcome]) -> bool:
    people = sum(one.people_delivered for one in outcomes)
    return len(outcomes) >= FEWEST_ORDERS and people >= FEWEST_PEOPLE


def _completeness(outcomes: Sequence[Outcome]) -> str:
    delivered = [one for one in outcomes if one.cells]
    if not _enough(delivered):
        return _(NOT_MEASURED)
    filled, cells = (
        sum(each) for each in zip(*((o.cells_filled, o.cells) for o in delivered), strict=True)
    )
    return _(next(words for least, words in _COMPLETE if filled * 100 >= least * cells))


def _freshness(outcomes: Sequence[Outcome]) -> str:
    dated = [one for one in outcomes if one.hours_old is not None]
    if not _enough(dated):
        return _(NOT_MEASURED)
    usual = median(one.hours_old or 0 for one in dated)
    words = next((words for most, words in _AGE if usual <= most), "")
    return _(words) if words else _("More than a year old")


def _acceptance(outcomes: Sequence[Outcome]) -> str:
    rate = estimates.rate_of([past_of(one) for one in outcomes if one.people_asked])
    if rate is None:
        return _(NOT_MEASURED)
    return share_words(
        *(estimates.share_by(each, days=DAYS_OPEN) for each in (rate.low, rate.high))
    )


def _time_to_fill(outcomes: Sequence[Outcome]) -> str:
    full = [one for one in outcomes if one.was_filled]
    if len(full) < FEWEST_ORDERS or sum(one.people_agreed for one in full) < FEWEST_PEOPLE:
        return _(NOT_MEASURED)
    usual = median(one.hours_open for one in full)
    words = next((words for most, words in _TIME_TO_FILL if usual <= most), "")
    return _(words) if words else _("More than 4 weeks")
