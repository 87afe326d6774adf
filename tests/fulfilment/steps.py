"""The steps of a trade, for tests of the later ones: a funded line, a yes, a confirmed debit."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from buyers.models import OrderLine
from buyers.queries import owner_card_for
from fulfilment.actions import acceptances, debits
from fulfilment.models import Acceptance, DataDebit
from hats.models import HatOwner
from ledger.actions import Leg, post
from ledger.models import AccountKind
from ledger.queries import PAYMENT_SETTLED
from marketplace.invariants import violations
from offers import cards
from offers.models import OfferVersion
from tests import factories
from tests.sandbox import Sandbox, SandboxHat

ENDPOINT = "songs/played"
PLAYS: dict[str, Any] = {
    "name": "plays-1",
    "bundle": {
        "plays": {
            "endpoints": [
                {"endpoint": ENDPOINT, "mapping": {"at": "played_at", "song": "track.name"}}
            ],
            "orderBy": "played_at",
            "ordering": "descending",
            "limit": 50,
        }
    },
}


def play(number: int) -> dict[str, Any]:
    """A record as a HAT holds it, with a field that nobody asked for."""
    return {
        "played_at": f"2026-11-{number % 28 + 1:02d}T20:00:00.000Z",
        "track": {"name": f"Song {number}", "id": number},
        "device": "kitchen",
    }


def plays_version(**fields: Any) -> OfferVersion:
    """An offer whose data the tests put into the HATs themselves."""
    return factories.make_version(**{"bundle": PLAYS, "smallest_group": 10} | fields)


def funded_line(version: OfferVersion | None = None, **fields: Any) -> OrderLine:
    """An open line with its money in the ledger, closing in a month from now."""
    at = timezone.now()
    values: dict[str, Any] = {"places": 12, "closes_at": at + timedelta(days=28)}
    line = factories.make_line(version or plays_version(), **(values | fields))
    rewards = line.reward.times(line.places)
    legs = [
        Leg(AccountKind.CLEARING, "till", -line.total),
        Leg(AccountKind.HELD_REWARDS, line.reference, rewards),
        Leg(AccountKind.HELD_FEES, line.reference, line.total - rewards),
    ]
    key = f"payment:{line.reference}"
    post(key=key, kind=PAYMENT_SETTLED, reference=line.reference, at=at, legs=legs)
    return line


def say_yes(line: OrderLine, owner: HatOwner, *, at: datetime | None = None) -> Acceptance:
    """Accept what the card says now."""
    card_hash = cards.card_hash(owner_card_for(line))
    return acceptances.accept_offer(
        order_line=line, hat_owner=owner, card_hash=card_hash, at=at or timezone.now()
    )


def proposed(line: OrderLine, hat: SandboxHat) -> Acceptance:
    """A yes whose debit is on the HAT, not confirmed yet."""
    acceptance = say_yes(line, hat.connected())
    debits.propose_debit(debit=acceptance.debit, at=timezone.now())
    return acceptance


def confirmed(line: OrderLine, hat: SandboxHat, *, plays: int = 2) -> Acceptance:
    """A yes that the owner has confirmed on the HAT, which holds some plays; its reading is due."""
    acceptance = proposed(line, hat)
    if plays:
        hat.write(ENDPOINT, *(play(number) for number in range(plays)))
    hat.confirm(acceptance.uid)
    debits.check_debit(debit=debit_of(acceptance), at=timezone.now())
    return Acceptance.objects.get(pk=acceptance.pk)


def many_confirmed(line: OrderLine, sandbox: Sandbox, *, count: int) -> list[Acceptance]:
    """So many people, each with two plays, waiting for the first reading."""
    return [confirmed(line, hat) for hat in sandbox.hats(count)]


def debit_of(acceptance: Acceptance) -> DataDebit:
    """As it is now."""
    return DataDebit.objects.get(acceptance=acceptance)


def broken_invariants() -> list[str]:
    """What ``manage.py verify`` would say, but for the history of rows that factories wrote."""
    written = ("buyers.order", "offers.offer", "accounts.organisation")
    return [said for said in violations() if not any(name in said for name in written)]
