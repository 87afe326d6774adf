"""What an order would cost, bring and take: from counted people and what came of earlier orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor

from common.language import gettext as _
from common.language import ngettext
from common.language import number as whole_number
from common.money import Money
from common.templatetags.ui import BAND_EDGES, DASH, band, date_long
from offers import estimates
from offers.estimates import Past, Rate
from offers.models import Offer, Outcome, PeopleCount
from offers.pricing import Quote, quote
from offers.queries.parts import Part, parts_of

NEWEST_OUTCOMES = 200
HOURS_A_DAY = 24
COARSE_FROM = 10  # per cent: from here on, shares are said in fives


@dataclass(frozen=True)
class Wish:
    """What somebody thinks of ordering.

    :param reward: for one person.
    :param wanted: names of the parts of the offer that people must hold.
    """

    places: int
    days: int
    reward: Money
    wanted: frozenset[str]


@dataclass(frozen=True)
class Forecast:
    """What history says of a wish, in words; each a range."""

    share: str
    places: str
    full: str
    basis: str
    is_likely_full: bool


@dataclass(frozen=True)
class Estimate:
    """The answer to a wish; ``forecast`` is ``None`` where there is too little history."""

    wish: Wish
    people: int | None
    quote: Quote
    forecast: Forecast | None
    changes: Sequence[str]


@dataclass(frozen=True)
class History:
    """Earlier orders, and which: of this offer, or of others of its subject."""

    past: Sequence[Past]
    is_own: bool


def estimate(
    offer: Offer,
    wish: Wish,
    *,
    tax_percent: int,
    today: date,
    outcomes: Sequence[Outcome],
) -> Estimate:
    """Work out a wish in one query at most.

    :param offer: with its current version loaded.
    :param outcomes: as ``outcomes_about`` finds them.
    """
    version = offer.current_version
    assert version
    parts = parts_of(version)
    counts = _counts(offer, parts)
    people = counts.get(_endpoints(parts, wish.wanted))
    history = _history(offer, outcomes)
    rate = estimates.rate_of(history.past)
    forecast = None
    if people and rate:
        forecast = _forecast(wish, people, rate, is_own=history.is_own, today=today)
    changes = _other_people(parts, counts, wish)
    if people and forecast:
        changes += _other_terms(wish, people, history.past, rate)
    return Estimate(
        wish=wish,
        people=people,
        quote=quote(wish.reward, version.fee, places=wish.places, tax_percent=tax_percent),
        forecast=forecast,
        changes=changes,
    )


def _endpoints(parts: Sequence[Part], wanted: frozenset[str]) -> frozenset[str]:
    return frozenset(part.endpoint for part in parts if part.endpoint in wanted)


def _counts(offer: Offer, parts: Sequence[Part]) -> dict[frozenset[str], int]:
    """What may be shown of every combination of the parts that is counted."""
    needed = [part.endpoint for part in parts]
    if len(needed) == 1:
        is_counted = offer.people_counted_at is not None
        return {frozenset(needed): offer.people_available} if is_counted else {}
    rows = PeopleCount.objects.filter(endpoints__contained_by=needed)
    return {frozenset(row.endpoints): row.people for row in rows}


def outcomes_about(offer: Offer) -> list[Outcome]:
    """The newest earlier orders of the offer, then those of others on its subject: one query.

    What private offers pay is said on their own pages alone.
    """
    own = Outcome.objects.filter(offer=offer.pk).order_by("-pk")[:NEWEST_OUTCOMES]
    others = (
        Outcome.objects.filter(offer__category=offer.category_id, offer__invitation_code=None)
        .exclude(offer=offer.pk)
        .order_by("-pk")[:NEWEST_OUTCOMES]
    )
    found = own.union(others, all=True)
    return sorted(found, key=lambda one: (one.offer_id != offer.pk, -one.pk))


def _history(offer: Offer, outcomes: Sequence[Outcome]) -> History:
    """Of the offer itself; of its subject, where those are too few."""
    asked = [one for one in outcomes if one.people_asked]
    own = [past_of(one) for one in asked if one.offer_id == offer.pk]
    if estimates.rate_of(own):
        return History(own, is_own=True)
    return History([past_of(one) for one in asked], is_own=False)


def past_of(outcome: Outcome) -> Past:
    """The facts that estimates are made from."""
    return Past(
        people=outcome.people_asked,
        yes=outcome.people_agreed,
        days=outcome.hours_open / HOURS_A_DAY,
        reward=outcome.reward_minor_units,
    )


def _forecast(wish: Wish, people: int, rate: Rate, *, is_own: bool, today: date) -> Forecast:
    most = estimates.band_above(people, edges=BAND_EDGES)
    low, high = (estimates.share_by(each, days=wish.days) for each in (rate.low, rate.high))
    fewest = min(wish.places, floor(people * low))
    best = min(wish.places, ceil(most * high))
    soonest = estimates.days_until(wish.places, people=most, rate=rate.high)
    latest = estimates.days_until(wish.places, people=people, rate=rate.low)
    return Forecast(
        share=share_words(low, high),
        places=_numbers(fewest, best),
        full=_full_words(soonest, latest, days=wish.days, today=today),
        basis=_basis_words(rate, wish.reward, is_own=is_own),
        is_likely_full=fewest >= wish.places,
    )


def share_words(low: float, high: float) -> str:
    """Say a range of shares, rounded outwards: ``10–25 %``; in fives from ten per cent on."""
    step = 5 if high * 100 >= COARSE_FROM else 1
    lower = floor(low * 100 / step) * step
    upper = min(100, ceil(high * 100 / step) * step)
    return f"{lower}{DASH}{upper}\N{NO-BREAK SPACE}%"


def _numbers(low: int, high: int) -> str:
    first, last = whole_number(low), whole_number(high)
    return first if low == high else f"{first}{DASH}{last}"


def _full_words(soonest: float | None, latest: float | None, *, days: int, today: date) -> str:
    if soonest is None or soonest > days:
        words = ngettext("Probably not within {days} day", "Probably not within {days} days", days)
        return words.format(days=days)
    first = date_long(today + timedelta(days=ceil(soonest)))
    if latest is None or latest > days:
        words = ngettext(
            "From {day} at best; perhaps not within {days} day",
            "From {day} at best; perhaps not within {days} days",
            days,
        )
        return words.format(day=first, days=days)
    last = date_long(today + timedelta(days=ceil(latest)))
    if first == last:
        return _("On {day}").format(day=first)
    return _("Between {first} and {last}").format(first=first, last=last)


def _basis_words(rate: Rate, reward: Money, *, is_own: bool) -> str:
    low, high = (
        Money(amount, reward.currency) for amount in (rate.lowest_reward, rate.highest_reward)
    )
    words = {
        (True, True): _(
            "From {orders} earlier orders of this offer, which paid {low} to each person."
        ),
        (True, False): _(
            "From {orders} earlier orders of this offer, which paid {low} to {high} to each person."
        ),
        (False, True): _(
            "From {orders} earlier orders of offers on the same subject, which paid {low} to each"
            " person."
        ),
        (False, False): _(
            "From {orders} earlier orders of offers on the same subject, which paid {low} to {high}"
            " to each person."
        ),
    }[is_own, low == high]
    said = words.format(orders=whole_number(rate.orders), low=low, high=high)
    if not rate.lowest_reward <= reward.minor_units <= rate.highest_reward:
        wide = _("None of them paid what you think of, so this may be wide of the mark.")
        return f"{said} {wide}"
    return said


def _other_people(
    parts: Sequence[Part], counts: dict[frozenset[str], int], wish: Wish
) -> list[str]:
    """What leaving a part out would do, and what taking it in again would."""
    chosen, words = _endpoints(parts, wish.wanted), []
    now = counts.get(chosen)
    for part in parts:
        other = counts.get(chosen ^ {part.endpoint})
        if now is None or other is None or other == now:
            continue
        without = part.endpoint in chosen
        said = (
            _("Without {part}: {people} people instead of {now}.")
            if without
            else _("With {part}: {people} people instead of {now}.")
        )
        words.append(said.format(part=part.label, people=band(other), now=band(now)))
    return words


def _other_terms(wish: Wish, people: int, past: Sequence[Past], rate: Rate | None) -> list[str]:
    """What another number of places, or a higher reward, would do; only as far as history says."""
    words = []
    assert rate is not None
    likely = floor(people * estimates.share_by(rate.low, days=wish.days))
    rounded = likely - likely % 10
    if 0 < rounded < wish.places:
        said = ngettext(
            "With {places} places: likely full within {days} day.",
            "With {places} places: likely full within {days} days.",
            wish.days,
        )
        words.append(said.format(places=whole_number(rounded), days=wish.days))
    effect = estimates.effect_of_reward(past, reward=wish.reward.minor_units)
    if effect is not None:
        more = Money(effect.more, wish.reward.currency)
        shares = (
            estimates.share_by(each, days=wish.days) for each in (effect.rate.low, effect.rate.high)
        )
        said = _("With {amount} more for each person: {share} say yes.")
        words.append(said.format(amount=more, share=share_words(*shares)))
    return words
