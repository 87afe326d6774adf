"""How each status of each machine looks: one word, one icon, one tone."""

from __future__ import annotations

from typing import NamedTuple


class Look(NamedTuple):
    """A status as a person sees it; ``tone`` is a modifier of ``.tag``."""

    label: str
    tone: str
    icon: str


GOOD, ATTENTION, DANGER, INFO, PLAIN = "good", "attention", "danger", "info", ""

LOOKS: dict[str, Look] = {
    # Offers and their versions.
    "draft": Look("Draft", PLAIN, "pencil"),
    "submitted": Look("Waiting for review", INFO, "hourglass-split"),
    "published": Look("Published", GOOD, "check-circle"),
    "retired": Look("Retired", PLAIN, "slash-circle"),
    "sent_back": Look("Sent back", ATTENTION, "arrow-return-left"),
    "listed": Look("On sale", GOOD, "check-circle"),
    "paused": Look("Paused", ATTENTION, "pause-circle"),
    "answered": Look("Answered", GOOD, "check-circle"),
    # Questions about offers, reviews, and their answers.
    "asked": Look("Waiting for a moderator", INFO, "hourglass-split"),
    "given": Look("Waiting for a moderator", INFO, "hourglass-split"),
    "shown": Look("Shown to everybody", GOOD, "eye"),
    "turned_down": Look("Not shown", ATTENTION, "eye-slash"),
    "hidden": Look("Hidden", ATTENTION, "eye-slash"),
    "written": Look("Waiting for a moderator", INFO, "hourglass-split"),
    "replaced": Look("Replaced by a newer one", PLAIN, "arrow-repeat"),
    # Orders and order lines.
    "placed": Look("Placed", INFO, "receipt"),
    "awaiting_approval": Look("Waiting for approval", ATTENTION, "hourglass-split"),
    "awaiting_payment": Look("Waiting for payment", ATTENTION, "credit-card"),
    "paid": Look("Paid", GOOD, "check-circle"),
    "pending": Look("Not open yet", PLAIN, "clock"),
    "in_review": Look("In review", INFO, "eye"),
    "rejected": Look("Refused", DANGER, "x-circle"),
    "open": Look("Open", GOOD, "play-circle"),
    "filled": Look("Filled", GOOD, "check-circle"),
    "closed": Look("Closed", PLAIN, "check2"),
    "cancelled": Look("Cancelled", PLAIN, "slash-circle"),
    # Acceptances and data debits.
    "accepted": Look("Accepted, not confirmed yet", ATTENTION, "hourglass-split"),
    "confirmed": Look("Confirmed", GOOD, "check-circle"),
    "fulfilled": Look("Shared", GOOD, "check-circle"),
    "ended": Look("Ended", PLAIN, "check2"),
    "lapsed": Look("Not confirmed in time", PLAIN, "clock"),
    "withdrawn": Look("Withdrawn", PLAIN, "stop-circle"),
    "declined": Look("Declined", PLAIN, "x-lg"),
    "intended": Look("Being prepared", INFO, "hourglass-split"),
    "proposed": Look("Waiting for confirmation on the HAT", ATTENTION, "hourglass-split"),
    "enabled": Look("On", GOOD, "check-circle"),
    "disabled": Look("Off", PLAIN, "slash-circle"),
    "refused": Look("Refused", DANGER, "x-circle"),
    # Retrievals, datasets.
    "due": Look("Due", PLAIN, "clock"),
    "leased": Look("Being read", INFO, "arrow-repeat"),
    "stored": Look("Read and stored", GOOD, "check-circle"),
    "empty": Look("Nothing there", PLAIN, "dash-circle"),
    "conditions_unmet": Look("Conditions not met", ATTENTION, "exclamation-circle"),
    "broken": Look("Not readable", DANGER, "exclamation-octagon"),
    "parked": Look("Set aside", ATTENTION, "exclamation-triangle"),
    "building": Look("Being built", INFO, "arrow-repeat"),
    "sealed": Look("Ready", GOOD, "check-circle"),
    # Rewards, payments, refunds.
    "created": Look("Begun", PLAIN, "clock"),
    "settled": Look("Paid", GOOD, "check-circle"),
    "expired": Look("Ran out of time", PLAIN, "clock"),
    "sent": Look("On its way", INFO, "arrow-return-left"),
    "held": Look("Held", PLAIN, "shield-lock"),
    "earned": Look("Earned", GOOD, "cash-coin"),
    "payable": Look("To be paid", INFO, "calendar-event"),
    "released": Look("Given back", PLAIN, "arrow-return-left"),
    "succeeded": Look("Paid", GOOD, "check-circle"),
    "failed": Look("Failed", DANGER, "x-circle"),
    # Organisations, connections, work.
    "verified": Look("Verified", GOOD, "patch-check"),
    "unverified": Look("Not verified yet", ATTENTION, "exclamation-circle"),
    "suspended": Look("Suspended", DANGER, "slash-circle"),
    "revoked": Look("Revoked", PLAIN, "slash-circle"),
    "connected": Look("Connected", GOOD, "check-circle"),
    "frozen": Look("On hold: another key", DANGER, "shield-exclamation"),
    "disconnected": Look("Disconnected", PLAIN, "slash-circle"),
    "done": Look("Done", GOOD, "check-circle"),
}


def look(status: str) -> Look:
    """Look up a status; one not listed here still reads as words."""
    words = status.replace("_", " ").capitalize()
    return LOOKS.get(status, Look(words, PLAIN, "info-circle"))
