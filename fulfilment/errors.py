"""What HAT owners and buyers may be refused after payment, each with its sentence."""

from common.errors import DomainError
from common.language import gettext as _


class HatNotConnected(DomainError):
    """The market may not speak to this HAT now."""

    code = "hat_not_connected"

    def __init__(self) -> None:
        super().__init__(_("Your HAT is not connected at the moment, so nothing can be shared."))


class CardChanged(DomainError):
    """The words on the screen are not the words of today."""

    code = "card_changed"

    def __init__(self) -> None:
        super().__init__(
            _(
                "The terms of this offer have changed since you opened the page."
                " Please read them again before you say yes."
            )
        )


class AcceptedBefore(DomainError):
    """One yes per person and order line; a yes that was taken back stays taken back."""

    code = "accepted_before"
