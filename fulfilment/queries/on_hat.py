"""What a HAT may still list of ours, by name: for its owner, who alone can switch it off there."""

from datetime import datetime, timedelta

from fulfilment.models import Acceptance, DataDebitStatus
from fulfilment.queries.acceptances import debit_page_url
from fulfilment.queries.owner import acceptances_of
from hats.errors import HatNotTrusted
from hats.models import HatOwner
from hats.queries import DebitOnHat

_MOST = 200


def debits_on_hat(owner: HatOwner, at: datetime) -> list[DebitOnHat]:
    """Return the debits that were proposed to this HAT and whose time is not over, newest first.

    Those of agreements that have ended here are among them: the HAT does not know.
    """
    rows = (
        acceptances_of(owner)
        .filter(debit__proposed_at__isnull=False)
        .exclude(debit__status=DataDebitStatus.REFUSED)
        .order_by("-pk")
    )
    return [_listed(row) for row in rows[:_MOST] if _ends_at(row) > at]


def _ends_at(acceptance: Acceptance) -> datetime:
    debit, version = acceptance.debit, acceptance.order_line.offer_version
    began_at = debit.proposed_at or acceptance.accepted_at
    return debit.ends_at or began_at + timedelta(days=version.period_days)


def _listed(acceptance: Acceptance) -> DebitOnHat:
    try:
        page = debit_page_url(acceptance)
    except HatNotTrusted:
        page = ""
    line = acceptance.order_line
    return DebitOnHat(
        title=line.offer_version.title,
        asked_by=line.order.organisation.name,
        status=acceptance.debit.status,
        page=page,
    )
