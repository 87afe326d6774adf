"""What cannot be done with organisations, and why, in words for the person."""

from common.errors import DomainError, NotAllowed, NotFound
from common.language import gettext as _


class NoOrganisation(NotAllowed):
    """The person belongs to no organisation yet; the first step is to open one."""

    code = "no_organisation"
    leads_to = "accounts:organisation-new"

    def __init__(self) -> None:
        super().__init__(
            _("You belong to no organisation yet. Open one, or ask a colleague to invite you.")
        )


class LastOwner(DomainError):
    """An organisation without an owner could never be changed again."""

    code = "last_owner"

    def __init__(self) -> None:
        super().__init__(
            _("An organisation needs at least one owner. Make somebody else an owner first.")
        )


class AlreadyMember(DomainError):
    """Nothing to invite to, or to accept."""

    code = "already_member"

    def __init__(self) -> None:
        super().__init__(_("This person belongs to the organisation already."))


class AlreadyInvited(DomainError):
    """One open invitation for an address at a time, so that revoking one revokes all."""

    code = "already_invited"

    def __init__(self) -> None:
        super().__init__(
            _("An invitation to this address is open already. Revoke it to send another.")
        )


class TooManyInvitations(DomainError):
    """A market that mails strangers on request must know an end."""

    code = "too_many_invitations"

    def __init__(self) -> None:
        super().__init__(
            _("Too many invitations are open. Revoke some, or wait until they expire.")
        )


class InvitationGone(NotFound):
    """Used, revoked, expired or never there: the link answers the same to all."""

    code = "invitation_gone"

    def __init__(self) -> None:
        super().__init__(
            _("This invitation is no longer valid. Ask the person who invited you for a new one.")
        )


class InvitedAddressIsAnother(NotAllowed):
    """A link that was passed on, or stolen, admits nobody."""

    code = "invited_address_is_another"

    def __init__(self) -> None:
        super().__init__(
            _(
                "This invitation was sent to another e-mail address. Log in with that address, or"
                " ask for an invitation to yours."
            )
        )


class OwnOrganisation(NotAllowed):
    """Moderators do not decide about organisations they belong to."""

    code = "own_organisation"

    def __init__(self) -> None:
        super().__init__(_("You belong to this organisation, so another moderator has to decide."))
