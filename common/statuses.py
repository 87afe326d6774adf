"""How each status of each machine looks: one word, one icon, one tone."""

from __future__ import annotations

from typing import NamedTuple

from common.language import pgettext, pgettext_noop


class Look(NamedTuple):
    """A status as a person sees it; ``tone`` is a modifier of ``.tag``."""

    label: str
    tone: str
    icon: str


GOOD, ATTENTION, DANGER, INFO, PLAIN = "good", "attention", "danger", "info", ""

LOOKS: dict[str, Look] = {
    # Offers and their versions.
    "draft": Look(pgettext_noop("status", "Draft"), PLAIN, "pencil"),
    "submitted": Look(pgettext_noop("status", "Waiting for review"), INFO, "hourglass-split"),
    "published": Look(pgettext_noop("status", "Published"), GOOD, "check-circle"),
    "retired": Look(pgettext_noop("status", "Retired"), PLAIN, "slash-circle"),
    "sent_back": Look(pgettext_noop("status", "Sent back"), ATTENTION, "arrow-return-left"),
    "listed": Look(pgettext_noop("status", "On sale"), GOOD, "check-circle"),
    "paused": Look(pgettext_noop("status", "Paused"), ATTENTION, "pause-circle"),
    "answered": Look(pgettext_noop("status", "Answered"), GOOD, "check-circle"),
    # Questions about offers, reviews, and their answers.
    "asked": Look(pgettext_noop("status", "Waiting for a moderator"), INFO, "hourglass-split"),
    "given": Look(pgettext_noop("status", "Waiting for a moderator"), INFO, "hourglass-split"),
    "shown": Look(pgettext_noop("status", "Shown to everybody"), GOOD, "eye"),
    "turned_down": Look(pgettext_noop("status", "Not shown"), ATTENTION, "eye-slash"),
    "hidden": Look(pgettext_noop("status", "Hidden"), ATTENTION, "eye-slash"),
    "written": Look(pgettext_noop("status", "Waiting for a moderator"), INFO, "hourglass-split"),
    "replaced": Look(pgettext_noop("status", "Replaced by a newer one"), PLAIN, "arrow-repeat"),
    # Orders and order lines.
    "placed": Look(pgettext_noop("status", "Placed"), INFO, "receipt"),
    "awaiting_approval": Look(
        pgettext_noop("status", "Waiting for approval"), ATTENTION, "hourglass-split"
    ),
    "awaiting_payment": Look(
        pgettext_noop("status", "Waiting for payment"), ATTENTION, "credit-card"
    ),
    "paid": Look(pgettext_noop("status", "Paid"), GOOD, "check-circle"),
    "pending": Look(pgettext_noop("status", "Not open yet"), PLAIN, "clock"),
    "in_review": Look(pgettext_noop("status", "In review"), INFO, "eye"),
    "rejected": Look(pgettext_noop("status", "Refused"), DANGER, "x-circle"),
    "open": Look(pgettext_noop("status", "Open"), GOOD, "play-circle"),
    "filled": Look(pgettext_noop("status", "Filled"), GOOD, "check-circle"),
    "closed": Look(pgettext_noop("status", "Closed"), PLAIN, "check2"),
    "cancelled": Look(pgettext_noop("status", "Cancelled"), PLAIN, "slash-circle"),
    # Acceptances and data debits.
    "accepted": Look(
        pgettext_noop("status", "Accepted, not confirmed yet"), ATTENTION, "hourglass-split"
    ),
    "confirmed": Look(pgettext_noop("status", "Confirmed"), GOOD, "check-circle"),
    "fulfilled": Look(pgettext_noop("status", "Shared"), GOOD, "check-circle"),
    "ended": Look(pgettext_noop("status", "Ended"), PLAIN, "check2"),
    "lapsed": Look(pgettext_noop("status", "Not confirmed in time"), PLAIN, "clock"),
    "withdrawn": Look(pgettext_noop("status", "Withdrawn"), PLAIN, "stop-circle"),
    "declined": Look(pgettext_noop("status", "Declined"), PLAIN, "x-lg"),
    "intended": Look(pgettext_noop("status", "Being prepared"), INFO, "hourglass-split"),
    "proposed": Look(
        pgettext_noop("status", "Waiting for confirmation on the HAT"), ATTENTION, "hourglass-split"
    ),
    "enabled": Look(pgettext_noop("status", "On"), GOOD, "check-circle"),
    "disabled": Look(pgettext_noop("status", "Off"), PLAIN, "slash-circle"),
    "refused": Look(pgettext_noop("status", "Refused"), DANGER, "x-circle"),
    # Retrievals, datasets.
    "due": Look(pgettext_noop("status", "Due"), PLAIN, "clock"),
    "leased": Look(pgettext_noop("status", "Being read"), INFO, "arrow-repeat"),
    "stored": Look(pgettext_noop("status", "Read and stored"), GOOD, "check-circle"),
    "empty": Look(pgettext_noop("status", "Nothing there"), PLAIN, "dash-circle"),
    "conditions_unmet": Look(
        pgettext_noop("status", "Conditions not met"), ATTENTION, "exclamation-circle"
    ),
    "broken": Look(pgettext_noop("status", "Not readable"), DANGER, "exclamation-octagon"),
    "parked": Look(pgettext_noop("status", "Set aside"), ATTENTION, "exclamation-triangle"),
    "building": Look(pgettext_noop("status", "Being built"), INFO, "arrow-repeat"),
    "sealed": Look(pgettext_noop("status", "Ready"), GOOD, "check-circle"),
    # Rewards, payments, refunds.
    "created": Look(pgettext_noop("status", "Begun"), PLAIN, "clock"),
    "settled": Look(pgettext_noop("status", "Paid"), GOOD, "check-circle"),
    "expired": Look(pgettext_noop("status", "Ran out of time"), PLAIN, "clock"),
    "sent": Look(pgettext_noop("status", "On its way"), INFO, "arrow-return-left"),
    "held": Look(pgettext_noop("status", "Held"), PLAIN, "shield-lock"),
    "earned": Look(pgettext_noop("status", "Earned"), GOOD, "cash-coin"),
    "payable": Look(pgettext_noop("status", "To be paid"), INFO, "calendar-event"),
    "released": Look(pgettext_noop("status", "Given back"), PLAIN, "arrow-return-left"),
    "succeeded": Look(pgettext_noop("status", "Paid"), GOOD, "check-circle"),
    "failed": Look(pgettext_noop("status", "Failed"), DANGER, "x-circle"),
    # Organisations, connections, work.
    "verified": Look(pgettext_noop("status", "Verified"), GOOD, "patch-check"),
    "unverified": Look(
        pgettext_noop("status", "Not verified yet"), ATTENTION, "exclamation-circle"
    ),
    "suspended": Look(pgettext_noop("status", "Suspended"), DANGER, "slash-circle"),
    "revoked": Look(pgettext_noop("status", "Revoked"), PLAIN, "slash-circle"),
    "connected": Look(pgettext_noop("status", "Connected"), GOOD, "check-circle"),
    "frozen": Look(pgettext_noop("status", "On hold: another key"), DANGER, "shield-exclamation"),
    "disconnected": Look(pgettext_noop("status", "Disconnected"), PLAIN, "slash-circle"),
    "done": Look(pgettext_noop("status", "Done"), GOOD, "check-circle"),
}


def look(status: str) -> Look:
    """Look up a status; one not listed here still reads as words."""
    known = LOOKS.get(status)
    if known is None:
        return Look(status.replace("_", " ").capitalize(), PLAIN, "info-circle")
    return known._replace(label=pgettext("status", known.label))
