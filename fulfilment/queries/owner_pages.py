"""What the larger pages of My data need, gathered."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min

from accounts.audit import Action
from fulfilment.models import Acceptance, AcceptanceStatus, DataDebitStatus
from fulfilment.queries import owner as queries
from fulfilment.queries import owner_log
from fulfilment.queries.acceptances import debit_page_url
from hats.errors import HatNotTrusted
from hats.models import HatOwner, HatOwnerStatus

_FEW = 5
_A_WEEK = timedelta(days=7)


def home_page(owner: HatOwner, *, at: datetime) -> dict[str, Any]:
    """The overview: the newest few of everything, and how many there are."""
    offers = queries.inbox(owner, at=at)
    looks = owner_log.looks_at(owner).exclude(action=Action.OWN_VALUES_SEEN)
    lately = looks.filter(at__gt=at - _A_WEEK)
    over = queries.shares_over(owner)
    return {
        "owner": owner,
        "is_connected": owner.status == HatOwnerStatus.CONNECTED,
        "shares": queries.shares_now(owner, at=at),
        "offers": list(offers[: _FEW - 1]),
        **offers.aggregate(offer_count=Count("pk"), first_to_close=Min("closes_at")),
        "earnings": queries.earnings_of(owner),
        "rewards": list(queries.rewards_of(owner)[:_FEW]),
        "looks": owner_log.in_words(looks[:_FEW]),
        "looks_lately": lately.count(),
        "over": queries.shares_of(over[:_FEW], at=at),
    }


@dataclass(frozen=True)
class Stopped:
    """What stopping brought about, and what is left to the buyer and to the owner."""

    was_delivered: bool
    removal_confirmed_at: datetime | None
    removal_due_at: datetime | None
    is_reward_kept: bool


def acceptance_page(share: queries.Share) -> dict[str, Any]:
    """One yes with its card, its history and its looks."""
    acceptance = share.acceptance
    looks = owner_log.looks_at(acceptance.hat_owner, acceptance_ids=[acceptance.pk])
    return {
        "share": share,
        "acceptance": acceptance,
        "line": acceptance.order_line,
        "organisation": acceptance.order_line.order.organisation,
        "card": acceptance.consent.card,
        "steps": owner_log.steps_of(acceptance),
        "looks": owner_log.in_words(looks[:_FEW]),
        "look_count": looks.count(),
        "can_confirm": _can_confirm(acceptance),
        "hat_page": _debit_page(acceptance),
        "stopped": _stopped(acceptance),
    }


def _can_confirm(acceptance: Acceptance) -> bool:
    is_waiting = acceptance.status == AcceptanceStatus.ACCEPTED
    return is_waiting and acceptance.debit.status == DataDebitStatus.PROPOSED


def _debit_page(acceptance: Acceptance) -> str:
    """The HAT's page of the debit; nothing where none was proposed, or the cluster is gone."""
    if acceptance.debit.proposed_at is None:
        return ""
    try:
        return debit_page_url(acceptance)
    except HatNotTrusted:
        return ""


def _stopped(acceptance: Acceptance) -> Stopped | None:
    if acceptance.status != AcceptanceStatus.WITHDRAWN:
        return None
    notice = getattr(acceptance, "removal_notice", None)
    return Stopped(
        was_delivered=acceptance.delivered_at is not None,
        removal_confirmed_at=notice.confirmed_at if notice else None,
        removal_due_at=notice.confirm_by if notice else None,
        is_reward_kept=acceptance.delivered_at is not None,
    )
