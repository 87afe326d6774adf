"""Where a yes stands, in the owner's words: what is true now, and what comes next."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import localtime

from common.language import date_long, gettext_noop, number, pgettext
from common.language import gettext as _
from fulfilment.models import (
    Acceptance,
    AcceptanceStatus,
    DataDebit,
    DataDebitStatus,
    RetrievalStatus,
)
from hats.models import HatOwnerStatus
from offers.models import Collection, OfferVersion

_DAYS_IN_WEEK = 7
_LIVE = (AcceptanceStatus.ACCEPTED, AcceptanceStatus.CONFIRMED, AcceptanceStatus.FULFILLED)
_UNREADABLE = {
    RetrievalStatus.EMPTY: gettext_noop(
        "Your HAT holds none of this data, so nothing was passed on."
    ),
    RetrievalStatus.CONDITIONS_UNMET: gettext_noop(
        "Your data does not meet the conditions of this offer, so your HAT handed over no values."
    ),
    RetrievalStatus.PARKED: gettext_noop(
        "Your HAT could not be read several times. We are looking into it."
    ),
    RetrievalStatus.REFUSED: gettext_noop("Your HAT did not let us read. Nothing was passed on."),
}


@dataclass(frozen=True)
class Standing:
    """``key`` changes whenever the words do; ``is_moving``: they may change in a moment."""

    key: str
    label: str
    tone: str
    icon: str
    sentence: str
    is_moving: bool = False


@dataclass(frozen=True)
class Readings:
    """What came of reading one debit so far."""

    times: int = 0
    last_at: datetime | None = None
    last_outcome: str = ""


def standing_of(acceptance: Acceptance, readings: Readings) -> Standing:
    """Say where this yes stands.

    :param acceptance: with its owner, line, organisation and debit loaded.
    """
    is_live = acceptance.status in _LIVE
    if is_live and acceptance.hat_owner.status != HatOwnerStatus.CONNECTED:
        return _resting(acceptance)
    match acceptance.status:
        case AcceptanceStatus.ACCEPTED:
            return _accepted(acceptance)
        case AcceptanceStatus.CONFIRMED | AcceptanceStatus.FULFILLED:
            return _sharing(acceptance, readings)
        case AcceptanceStatus.WITHDRAWN:
            return _withdrawn(acceptance)
        case AcceptanceStatus.LAPSED:
            return _lapsed(acceptance)
        case _:
            return Standing("ended", _("Ended"), "", "check2", _ended_words(acceptance))


def _resting(acceptance: Acceptance) -> Standing:
    """The HAT is not connected: what was agreed stands, and nothing is read."""
    if acceptance.delivered_at:
        sentence = _(
            "Your HAT is not connected, so nothing is read. {buyer} keeps the rows it has, without"
            " your name, until you stop sharing."
        ).format(buyer=_buyer(acceptance))
    elif acceptance.status == AcceptanceStatus.ACCEPTED:
        sentence = _(
            "Your HAT is not connected, so nothing is read. Without your confirmation it ends on"
            " {day}."
        ).format(day=_day(acceptance.confirm_by))
    else:
        sentence = _("Your HAT is not connected, so nothing is read. Nothing was passed on so far.")
    return Standing("resting", _("Not read now"), "attention", "pause-circle", sentence)


def _accepted(acceptance: Acceptance) -> Standing:
    if acceptance.debit.status == DataDebitStatus.INTENDED:
        return Standing(
            "intended",
            _("Asking your HAT"),
            "info",
            "hourglass-split",
            _(
                "We are showing your HAT the data debit (the agreement on your HAT). This takes a"
                " few seconds; a HAT that does not answer is asked again."
            ),
            is_moving=True,
        )
    return Standing(
        "proposed",
        _("Waiting for your HAT"),
        "attention",
        "hourglass-split",
        _("Nothing is read before you confirm on your HAT. Your place is kept until {day}.").format(
            day=_day(acceptance.confirm_by)
        ),
        is_moving=True,
    )


def _sharing(acceptance: Acceptance, readings: Readings) -> Standing:
    debit = acceptance.debit
    if debit.status == DataDebitStatus.DISABLED:
        return Standing(
            "disabled",
            _("Switched off on your HAT"),
            "attention",
            "pause-circle",
            _(
                "You switched the data debit off on your HAT, so nothing is read. Switch it on"
                " again there, or stop sharing here."
            ),
        )
    if acceptance.status == AcceptanceStatus.FULFILLED:
        has_rows = _("{buyer} has your rows, without your name.").format(buyer=_buyer(acceptance))
        sentence = f"{has_rows} {_next(acceptance)}"
        return Standing("fulfilled", _("Delivered"), "good", "check-circle", sentence)
    if readings.last_outcome in _UNREADABLE:
        words = _(_UNREADABLE[RetrievalStatus(readings.last_outcome)])
        outcome = readings.last_outcome
        return Standing(f"confirmed-{outcome}", _("Sharing"), "attention", "info-circle", words)
    if readings.times:
        people = acceptance.order_line.places_minimum
        sentence = _(
            "Your data was read and is sealed. It is passed on as soon as {people} people take"
            " part."
        ).format(people=number(people))
        return Standing("confirmed-stored", _("Sharing"), "good", "check-circle", sentence)
    sentence = _("Your HAT has confirmed. Your data is read in the next minutes.")
    return Standing("confirmed", _("Sharing"), "good", "check-circle", sentence, is_moving=True)


def _withdrawn(acceptance: Acceptance) -> Standing:
    sentence = _("Nothing is read any more, and the key to what was read is destroyed.")
    if acceptance.withdrawn_at:
        stopped = _("You stopped on {day}.").format(day=_day(acceptance.withdrawn_at))
        sentence = f"{stopped} {sentence}"
    return Standing("withdrawn", _("Stopped by you"), "", "stop-circle", sentence)


def _lapsed(acceptance: Acceptance) -> Standing:
    if acceptance.debit.status == DataDebitStatus.REFUSED:
        return Standing(
            "refused",
            _("Your HAT refused"),
            "attention",
            "x-circle",
            _(
                "Your HAT did not take our request. Nothing was shared, and your place is free"
                " again."
            ),
        )
    if acceptance.ended_at and acceptance.ended_at < acceptance.confirm_by:
        return Standing(
            "ended-early",
            _("Ended before it began"),
            "",
            "check2",
            _(
                "The offer closed, or the data debit was switched off on your HAT, before anything"
                " was read. Nothing was shared."
            ),
        )
    return Standing(
        "lapsed",
        _("Not confirmed in time"),
        "",
        "clock",
        _("Your HAT has not confirmed this, so nothing was read and your place is free again."),
    )


def _ended_words(acceptance: Acceptance) -> str:
    if acceptance.delivered_at:
        return _(
            "The agreed time is over and nothing more is read. {buyer} still has your rows; you"
            " can take them back."
        ).format(buyer=_buyer(acceptance))
    return _("This is over. Nothing was passed on, and what was read is destroyed.")


def _next(acceptance: Acceptance) -> str:
    collection = acceptance.order_line.offer_version.collection
    if collection == Collection.ONCE:
        return _("It was read once and is not read again.")
    is_weekly = collection == Collection.WEEKLY
    ends_at = acceptance.debit.ends_at
    if ends_at is None:
        return _("New data is read weekly.") if is_weekly else _("New data is read daily.")
    if is_weekly:
        return _("New data is read weekly until {day}.").format(day=_day(ends_at))
    return _("New data is read daily until {day}.").format(day=_day(ends_at))


def progress_of(acceptance: Acceptance, readings: Readings, *, at: datetime) -> str:
    """How far it has come, in few words: “Day 41 of 90”, “Read once”."""
    version, debit = acceptance.order_line.offer_version, acceptance.debit
    if debit.enabled_at is None:
        return _("Not read yet")
    if version.collection == Collection.ONCE:
        return (
            pgettext("progress", "Read once")
            if readings.times
            else pgettext("progress", "To be read once")
        )
    return _count(version, debit, at=at)


def _count(version: OfferVersion, debit: DataDebit, *, at: datetime) -> str:
    begun = debit.enabled_at or at
    is_weekly = version.collection == Collection.WEEKLY
    days = _DAYS_IN_WEEK if is_weekly else 1
    whole = max(1, version.period_days // days)
    passed = min(max(at - begun, timedelta()) // timedelta(days=days) + 1, whole)
    words = _("Week {passed} of {whole}") if is_weekly else _("Day {passed} of {whole}")
    return words.format(passed=number(passed), whole=number(whole))


def _buyer(acceptance: Acceptance) -> str:
    return acceptance.order_line.order.organisation.name


def _day(moment: datetime) -> str:
    return date_long(localtime(moment))
