"""The one family of refusals: exceptions that carry a sentence for the person."""

from common.language import gettext as _


class DomainError(Exception):
    """Something a person asked for cannot be done, and the message says why in their words.

    Middleware and the API turn it into a page, a fragment or problem JSON (RFC 9457). Anything
    that is not a ``DomainError`` is a surprise and is not caught.
    """

    code = "refused"
    http_status = 409
    leads_to = ""
    """Name of the page where the person can put it right: pages lead there with the sentence."""

    @property
    def sentence(self) -> str:
        """What the person reads."""
        return str(self.args[0]) if self.args else _("This cannot be done.")


class InvalidTransition(DomainError):
    """The row is not in a state from which this step is allowed."""

    code = "invalid_transition"


class NotAllowed(DomainError):
    """The person is known, but this is not theirs to do; the sentence says whose it is."""

    code = "not_allowed"
    http_status = 403


class NotFound(DomainError):
    """Nothing of that name that this person may see."""

    code = "not_found"
    http_status = 404
