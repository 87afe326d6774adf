"""How a yes ends: lapsed, ended, withdrawn. One path for all three, and for many at once.

Locks are taken in the order line, acceptance, reward, debit, retrieval, everywhere in this app.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.audit import Action
from buyers.actions import lines
from buyers.models import OrderLine
from common import transitions
from common.language import gettext as _
from common.language import gettext_noop
from fulfilment import audit
from fulfilment.actions import consents, rewards
from fulfilment.audit import Entry, Trail
from fulfilment.models import (
    Acceptance,
    AcceptanceStatus,
    ConsentEvent,
    DataDebit,
    DataDebitStatus,
    DataKey,
    Retrieval,
    RetrievalStatus,
)

_PENDING = (RetrievalStatus.DUE, RetrievalStatus.LEASED, RetrievalStatus.BROKEN)
_OVER = (DataDebitStatus.ENDED, DataDebitStatus.REFUSED)


@dataclass(frozen=True)
class Ending:
    """One way to end.

    :param moment: the field that remembers when.
    :param keeps_data: what was delivered before stays in the dataset, and so does its key.
    :param sentence: why it cannot end so, marked, for who asked for it.
    """

    to: AcceptanceStatus
    action: Action
    event: ConsentEvent.Kind
    moment: str
    keeps_data: bool
    sentence: str


LAPSE = Ending(
    to=AcceptanceStatus.LAPSED,
    action=Action.ACCEPTANCE_LAPSED,
    event=ConsentEvent.Kind.LAPSED,
    moment="ended_at",
    keeps_data=False,
    sentence=gettext_noop("Only a yes that your HAT has not confirmed can lapse."),
)
END = Ending(
    to=AcceptanceStatus.ENDED,
    action=Action.ACCEPTANCE_ENDED,
    event=ConsentEvent.Kind.ENDED,
    moment="ended_at",
    keeps_data=True,
    sentence=gettext_noop("This has ended already."),
)
WITHDRAW = Ending(
    to=AcceptanceStatus.WITHDRAWN,
    action=Action.ACCEPTANCE_WITHDRAWN,
    event=ConsentEvent.Kind.WITHDRAWN,
    moment="withdrawn_at",
    keeps_data=False,
    sentence=gettext_noop("This was over before you stopped it: nothing is shared."),
)


def lock_line(number: int) -> OrderLine:
    """The line with its order, its organisation and its offer version; the line alone is locked."""
    return (
        OrderLine.objects.select_for_update(no_key=True, of=("self",))
        .select_related("order__organisation", "offer_version")
        .get(pk=number)
    )


def lock_acceptances(numbers: Iterable[int], *, line: OrderLine) -> list[Acceptance]:
    """Acceptances of a line that the caller has locked, with their owners, in order."""
    rows = (
        Acceptance.objects.select_for_update(no_key=True, of=("self",))
        .select_related("hat_owner__user")
        .filter(pk__in=list(numbers), order_line=line)
        .order_by("pk")
    )
    found = list(rows)
    for acceptance in found:
        acceptance.order_line = line
    return found


def finish(
    acceptances: Sequence[Acceptance],
    ending: Ending,
    *,
    line: OrderLine,
    at: datetime,
    by_owner: bool = False,
) -> None:
    """End these acceptances of one line, all locked by the caller.

    Nothing is read for them from here on; what was never delivered gives its place and its
    reward back, and its key is destroyed.

    :raises InvalidTransition: one of them cannot end this way.
    """
    if not acceptances:
        return
    trails = {row.pk: Trail.of(row, at=at) for row in acceptances}
    entries = [_moved(row, ending, trails[row.pk], by_owner=by_owner) for row in acceptances]
    undelivered = [row for row in acceptances if row.delivered_at is None]
    _save(acceptances, ending, at=at)
    consents.append(trails, ending.event, at=at)
    entries += rewards.release({row.pk: trails[row.pk] for row in undelivered})
    entries += _stop_debits(trails)
    entries += stop_retrievals(trails, problem=str(ending.to), at=at)
    gone = undelivered if ending.keeps_data else acceptances
    entries += _destroy_keys({row.pk: trails[row.pk] for row in gone}, at=at)
    audit.write(entries)
    _give_places_back(undelivered, line=line, at=at)


def stop_retrievals(trails: dict[int, Trail], *, problem: str, at: datetime) -> list[Entry]:
    """Refuse every reading still to come, those in flight included: their answer is dropped."""
    rows = (
        Retrieval.objects.select_for_update(of=("self",))
        .filter(debit__acceptance__in=list(trails), status__in=_PENDING)
        .order_by("pk")
    )
    found = list(rows.values_list("pk", "status", "debit__acceptance_id"))
    Retrieval.objects.filter(pk__in=[number for number, _, _ in found]).update(
        status=RetrievalStatus.REFUSED,
        problem=problem,
        lease=None,
        leased_until=None,
        finished_at=at,
    )
    return [
        trails[acceptance].step(
            Action.RETRIEVAL_FINISHED,
            f"fulfilment.retrieval:{number}",
            was=was,
            now=RetrievalStatus.REFUSED,
        )
        for number, was, acceptance in found
    ]


def _moved(row: Acceptance, ending: Ending, trail: Trail, *, by_owner: bool) -> Entry:
    transitions.check(
        Acceptance.TRANSITIONS, current=row.status, target=ending.to, sentence=_(ending.sentence)
    )
    was, row.status = row.status, ending.to
    return trail.step(ending.action, row, was=was, now=ending.to, by_owner=by_owner)


def _save(acceptances: Sequence[Acceptance], ending: Ending, *, at: datetime) -> None:
    for row in acceptances:
        setattr(row, ending.moment, at)
    numbers = [row.pk for row in acceptances]
    Acceptance.objects.filter(pk__in=numbers).update(status=ending.to, **{ending.moment: at})


def _stop_debits(trails: dict[int, Trail]) -> list[Entry]:
    rows = (
        DataDebit.objects.select_for_update(of=("self",))
        .filter(acceptance__in=list(trails))
        .exclude(status__in=_OVER)
        .order_by("pk")
    )
    found = list(rows.values_list("pk", "status", "acceptance_id"))
    DataDebit.objects.filter(pk__in=[number for number, _, _ in found]).update(
        status=DataDebitStatus.ENDED, next_check_at=None
    )
    return [
        trails[acceptance].step(
            Action.DEBIT_ENDED,
            f"fulfilment.datadebit:{number}",
            was=was,
            now=DataDebitStatus.ENDED,
        )
        for number, was, acceptance in found
    ]


def _destroy_keys(trails: dict[int, Trail], *, at: datetime) -> list[Entry]:
    """Without its key, every sealed byte of the person in this line is gone, backups included."""
    rows = DataKey.objects.filter(acceptance__in=list(trails), wrapped__isnull=False)
    found = list(rows.order_by("pk").values_list("pk", "acceptance_id"))
    rows.update(wrapped=None, destroyed_at=at)
    return [
        trails[acceptance].step(Action.KEY_DESTROYED, f"fulfilment.datakey:{number}")
        for number, acceptance in found
    ]


def _give_places_back(undelivered: Sequence[Acceptance], *, line: OrderLine, at: datetime) -> None:
    holding = [row for row in undelivered if row.holds_place]
    Acceptance.objects.filter(pk__in=[row.pk for row in holding]).update(holds_place=False)
    for row in holding:
        row.holds_place = False
        lines.release_place(order_line=line, at=at, key=f"place:{row.uid}")
