"""Money for tests that start with a paid line: the book as a settled payment leaves it."""

from datetime import datetime

from buyers.models import OrderLine, Payment, PaymentStatus
from ledger.actions import Leg, post
from ledger.models import AccountKind
from ledger.queries import PAYMENT_SETTLED
from tests.factories import NOON


def fund_line(line: OrderLine, *, at: datetime = NOON) -> Payment:
    """Hold the whole price of a line made by ``factories.make_line``, paid at the till."""
    payment = Payment.objects.create(
        order=line.order,
        status=PaymentStatus.SETTLED,
        gateway="till",
        gateway_reference=f"till_of_{line.reference}",
        amount_minor_units=line.total.minor_units,
        currency=line.currency,
        created_at=at,
        settled_at=at,
    )
    legs = [
        Leg(AccountKind.CLEARING, "till", -line.total),
        Leg(AccountKind.HELD_REWARDS, line.reference, line.reward.times(line.places)),
        Leg(AccountKind.HELD_FEES, line.reference, (line.fee + line.tax).times(line.places)),
    ]
    key = f"payment:{payment.pk}:{line.reference}"
    post(key=key, kind=PAYMENT_SETTLED, reference=line.reference, at=at, legs=legs)
    return payment
