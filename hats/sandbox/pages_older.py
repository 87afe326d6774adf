"""The owner's pages about agreements of version 2 as text. Pure."""

from datetime import datetime
from html import escape

from hats.sandbox.older_debits import OlderDebit, Share
from hats.sandbox.pages import conditions, filled, items, page
from hats.sandbox.words import data_in_words, day_in_words


def card(debit: OlderDebit, *, at: datetime) -> str:
    """Show one agreement in the list of all."""
    look, words = _state(debit, at=at)
    return (
        f'<div class="card"><p><a href="/data-debit-v2/{escape(debit.id)}">'
        f"{escape(debit.proposed_by)}: {escape(debit.id)}</a></p>"
        f'<p class="state {look}">{words}</p></div>'
    )


def _state(debit: OlderDebit, *, at: datetime) -> tuple[str, str]:
    if debit.active(at) is not None:
        return "on", "On: this data may be read"
    if any(share.is_enabled for share in debit.shares):
        return "off", "Confirmed, but not for this day: nothing may be read"
    return "off", "Off: nothing may be read"


def debit(found: OlderDebit, *, owner: str, at: datetime) -> str:
    """Show one agreement, and each bundle that may be switched on instead of the others."""
    look, words = _state(found, at=at)
    heading = f"The account “{found.proposed_by}” asks for some of your data"
    main = filled(
        "older",
        heading=escape(heading),
        id=escape(found.id),
        look=look,
        words=words,
        shares="\n".join(_share(found, share) for share in found.shares),
        stop=_stop(found),
    )
    return page(heading, main, whose=owner)


def _share(debit: OlderDebit, share: Share) -> str:
    return filled(
        "share",
        id=escape(debit.id),
        name=escape(share.bundle.name),
        data=items(data_in_words(share.bundle)),
        conditions=conditions(share.conditions),
        period=_period(share),
        decision=_decision(debit, share),
    )


def _decision(debit: OlderDebit, share: Share) -> str:
    if share.is_enabled:
        return '<p class="state on">This request is on</p>'
    return filled("share_confirm", id=escape(debit.id), name=escape(share.bundle.name))


def _period(share: Share) -> str:
    rolls = ", and on from then," if share.rolls else ","
    start, end = day_in_words(share.start), day_in_words(share.end)
    return f"From {start} until {end}{rolls} or until you stop it."


def _stop(debit: OlderDebit) -> str:
    if not any(share.is_enabled for share in debit.shares):
        return ""
    where = f"/data-debit-v2/{escape(debit.id)}/stop"
    return f'<button class="stop" formaction="{where}">Stop sharing</button>'
