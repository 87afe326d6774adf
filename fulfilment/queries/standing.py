"""Where a yes stands, in the owner's words: what is true now, and what comes next."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.timezone import localtime

from fulfilment.models import (
    Acceptance,
    AcceptanceStatus,
    DataDebit,
    DataDebitStatus,
    RetrievalStatus,
)
from hats.models import HatOwnerStatus
from offers.models import Collection, OfferVersion

_LIVE = (AcceptanceStatus.ACCEPTED, AcceptanceStatus.CONFIRMED, AcceptanceStatus.FULFILLED)
_UNREADABLE = {
    RetrievalStatus.EMPTY: "Your HAT holds none of this data, so nothing was passed on.",
    RetrievalStatus.CONDITIONS_UNMET: (
        "Your data does not meet the conditions of this offer, so your HAT handed over no values."
    ),
    RetrievalStatus.PARKED: "Your HAT could not be read several times. We are looking into it.",
    RetrievalStatus.REFUSED: "Your HAT did not let us read. Nothing was passed on.",
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
            return Standing("ended", "Ended", "", "check2", _ended_words(acceptance))


def _resting(acceptance: Acceptance) -> Standing:
    """The HAT is not connected: what was agreed stands, and nothing is read."""
    sentence = "Your HAT is not connected, so nothing is read."
    if acceptance.delivered_at:
        sentence += f" {_buyer(acceptance)} keeps the rows it has, without your name, until you"
        sentence += " stop sharing."
    elif acceptance.status == AcceptanceStatus.ACCEPTED:
        sentence += f" Without your confirmation it ends on {_day(acceptance.confirm_by)}."
    else:
        sentence += " Nothing was passed on so far."
    return Standing("resting", "Not read now", "attention", "pause-circle", sentence)


def _accepted(acceptance: Acceptance) -> Standing:
    if acceptance.debit.status == DataDebitStatus.INTENDED:
        return Standing(
            "intended",
            "Asking your HAT",
            "info",
            "hourglass-split",
            "We are showing your HAT the data debit (the agreement on your HAT). This takes a few"
            " seconds; a HAT that does not answer is asked again.",
            is_moving=True,
        )
    return Standing(
        "proposed",
        "Waiting for your HAT",
        "attention",
        "hourglass-split",
        "Nothing is read before you confirm on your HAT. Your place is kept until"
        f" {_day(acceptance.confirm_by)}.",
        is_moving=True,
    )


def _sharing(acceptance: Acceptance, readings: Readings) -> Standing:
    debit = acceptance.debit
    if debit.status == DataDebitStatus.DISABLED:
        return Standing(
            "disabled",
            "Switched off on your HAT",
            "attention",
            "pause-circle",
            "You switched the data debit off on your HAT, so nothing is read. Switch it on again"
            " there, or stop sharing here.",
        )
    if acceptance.status == AcceptanceStatus.FULFILLED:
        sentence = f"{_buyer(acceptance)} has your rows, without your name. {_next(acceptance)}"
        return Standing("fulfilled", "Delivered", "good", "check-circle", sentence)
    if readings.last_outcome in _UNREADABLE:
        words = _UNREADABLE[RetrievalStatus(readings.last_outcome)]
        outcome = readings.last_outcome
        return Standing(f"confirmed-{outcome}", "Sharing", "attention", "info-circle", words)
    if readings.times:
        sentence = (
            f"Your data was read and is sealed. It is passed on as soon as"
            f" {acceptance.order_line.places_minimum:,} people take part."
        )
        return Standing("confirmed-stored", "Sharing", "good", "check-circle", sentence)
    sentence = "Your HAT has confirmed. Your data is read in the next minutes."
    return Standing("confirmed", "Sharing", "good", "check-circle", sentence, is_moving=True)


def _withdrawn(acceptance: Acceptance) -> Standing:
    sentence = "Nothing is read any more, and the key to what was read is destroyed."
    if acceptance.withdrawn_at:
        sentence = f"You stopped on {_day(acceptance.withdrawn_at)}. {sentence}"
    return Standing("withdrawn", "Stopped by you", "", "stop-circle", sentence)


def _lapsed(acceptance: Acceptance) -> Standing:
    if acceptance.debit.status == DataDebitStatus.REFUSED:
        return Standing(
            "refused",
            "Your HAT refused",
            "attention",
            "x-circle",
            "Your HAT did not take our request. Nothing was shared, and your place is free again.",
        )
    if acceptance.ended_at and acceptance.ended_at < acceptance.confirm_by:
        return Standing(
            "ended-early",
            "Ended before it began",
            "",
            "check2",
            "The offer closed, or the data debit was switched off on your HAT, before anything was"
            " read. Nothing was shared.",
        )
    return Standing(
        "lapsed",
        "Not confirmed in time",
        "",
        "clock",
        "Your HAT has not confirmed this, so nothing was read and your place is free again.",
    )


def _ended_words(acceptance: Acceptance) -> str:
    if acceptance.delivered_at:
        return (
            f"The agreed time is over and nothing more is read. {_buyer(acceptance)} still has"
            " your rows; you can take them back."
        )
    return "This is over. Nothing was passed on, and what was read is destroyed."


def _next(acceptance: Acceptance) -> str:
    if acceptance.order_line.offer_version.collection == Collection.ONCE:
        return "It was read once and is not read again."
    ends_at = acceptance.debit.ends_at
    until = f" until {_day(ends_at)}" if ends_at else ""
    return f"New data is read {acceptance.order_line.offer_version.collection}{until}."


def progress_of(acceptance: Acceptance, readings: Readings, *, at: datetime) -> str:
    """How far it has come, in few words: “Day 41 of 90”, “Read once”."""
    version, debit = acceptance.order_line.offer_version, acceptance.debit
    if debit.enabled_at is None:
        return "Not read yet"
    if version.collection == Collection.ONCE:
        return "Read once" if readings.times else "To be read once"
    return _count(version, debit, at=at)


def _count(version: OfferVersion, debit: DataDebit, *, at: datetime) -> str:
    begun = debit.enabled_at or at
    unit, days = ("Week", 7) if version.collection == Collection.WEEKLY else ("Day", 1)
    whole = max(1, version.period_days // days)
    passed = max(at - begun, timedelta()) // timedelta(days=days) + 1
    return f"{unit} {min(passed, whole)} of {whole}"


def _buyer(acceptance: Acceptance) -> str:
    return acceptance.order_line.order.organisation.name


def _day(moment: datetime) -> str:
    return date_format(localtime(moment), "j F Y")
