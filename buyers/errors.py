"""What buyers, owners and moderators may be refused, each with its sentence."""

from common.errors import DomainError
from common.language import gettext as _


class OfferNotOnSale(DomainError):
    """The offer cannot be ordered now, or not in the version that was shown."""

    code = "offer_not_on_sale"


class OrderRefused(DomainError):
    """The order as asked for is outside what the offer allows."""

    code = "order_refused"
    http_status = 422


class PriceChanged(OrderRefused):
    """What the page showed is not what it costs."""

    code = "price_changed"


class LineFull(DomainError):
    """Every place is taken."""

    code = "line_full"


class LineNotOpen(DomainError):
    """No acceptances now: paused, closed or past its closing time."""

    code = "line_not_open"


class BuyerSuspended(DomainError):
    """Nothing of a suspended organisation goes live."""

    code = "buyer_suspended"

    def __init__(self) -> None:
        super().__init__(
            _("This organisation is suspended. Restore it first, or refuse the order.")
        )


class PaymentMismatch(DomainError):
    """The gateway's payment is not the one we asked for: a person has to look."""

    code = "payment_mismatch"


class GatewayUnreachable(DomainError):
    """The gateway gave no answer: nothing is known, so it is asked again later."""

    code = "gateway_unreachable"
    http_status = 503


class GatewayRefused(DomainError):
    """The gateway answered and said no; asking again would not help."""

    code = "gateway_refused"
    http_status = 502
