"""What an owner earns: held with the yes, earned with the first delivery, or released.

The money moves in ``buyers.actions.lines``; these rows say whose it is and why.
"""

from collections.abc import Collection
from datetime import datetime

from accounts.audit import Action
from fulfilment.audit import Entry, Trail
from fulfilment.models import Acceptance, Reward, RewardStatus


def hold(acceptance: Acceptance) -> Reward:
    """An unsaved reward at the line's frozen price."""
    line = acceptance.order_line
    return Reward(
        acceptance=acceptance,
        amount_minor_units=line.reward_minor_units,
        currency=line.currency,
        created_at=acceptance.accepted_at,
    )


def earn(trails: dict[int, Trail], *, at: datetime) -> list[Entry]:
    """Give the held rewards of these acceptances to their owners, for good."""
    return _move(trails, to=RewardStatus.EARNED, action=Action.REWARD_EARNED, earned_at=at)


def release(trails: dict[int, Trail]) -> list[Entry]:
    """Nothing was delivered: the rewards of these acceptances go back with their places."""
    return _move(trails, to=RewardStatus.RELEASED, action=Action.REWARD_RELEASED)


def _move(
    trails: dict[int, Trail], *, to: RewardStatus, action: Action, **fields: datetime
) -> list[Entry]:
    """Move what is held, and return the unsaved entries that say so."""
    held = _locked(trails.keys())
    Reward.objects.filter(pk__in=held).update(status=to, **fields)
    return [
        trails[acceptance].step(
            action, f"fulfilment.reward:{number}", was=RewardStatus.HELD, now=to
        )
        for number, acceptance in held.items()
    ]


def _locked(acceptances: Collection[int]) -> dict[int, int]:
    """Held rewards among these acceptances: number of the reward to number of the acceptance."""
    rows = (
        Reward.objects.select_for_update()
        .filter(acceptance__in=acceptances, status=RewardStatus.HELD)
        .order_by("pk")
    )
    return dict(rows.values_list("pk", "acceptance_id"))
