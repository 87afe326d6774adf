"""What a HAT owner may see: their own acceptances, and the open offers their HAT can fill."""

import uuid

from buyers.models import OrderLine
from common.errors import NotFound
from common.language import gettext as _
from fulfilment.models import Acceptance, AcceptanceStatus
from fulfilment.queries.owner import acceptances_of
from hats.models import HatOwner


def acceptance_of(owner: HatOwner, uid: uuid.UUID) -> Acceptance:
    """One yes of this owner.

    :raises NotFound: no such acceptance, or somebody else's: the two look the same.
    """
    found = acceptances_of(owner).select_related("consent").filter(uid=uid).first()
    if found is None:
        raise NotFound(_("We found no such acceptance of yours."))
    return found


def line_for_owner(owner: HatOwner, reference: str) -> OrderLine:
    """A line that was shown to owners at some time, whether or not it still takes a yes.

    :raises NotFound: never opened, or it asks for data that this HAT does not hold.
    """
    line = (
        OrderLine.objects.select_related("order__organisation", "offer_version__offer__category")
        .filter(reference=reference, opened_at__isnull=False)
        .first()
    )
    if line is None or not set(line.offer_version.endpoints) <= set(owner.endpoints):
        raise NotFound(_("We found no offer of this address that your HAT can fill."))
    return line


def standing_yes(owner: HatOwner, line: OrderLine) -> Acceptance | None:
    """The owner's yes to this line, if they gave one that has not lapsed."""
    given = Acceptance.objects.filter(hat_owner=owner, order_line=line)
    return given.exclude(status=AcceptanceStatus.LAPSED).first()
