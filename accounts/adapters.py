"""django-allauth's hooks, and what libraries say to people."""

from allauth.account.adapter import DefaultAccountAdapter

from common.language import gettext_noop as _

# Texts of libraries whose own German says “du”, or says it badly: ours takes their place.
SAID_BY_LIBRARIES = (
    _("Enter a valid URL."),
    _("Enter a valid email address."),
    _("Be patient, you are sending too many requests."),
    _("Please type your current password."),
    _("Too many failed login attempts. Try again later."),
    _("You must type the same password each time."),
    _("You must type the same email each time."),
    _("Your primary email address must be verified."),
    _("The new value must be different from the current one."),
    _("You cannot add more than %d email addresses."),
    _("You cannot remove your primary email address."),
    _("You cannot remove your primary email address (%(email)s)."),
    _("The password reset token was invalid."),
    _("Invalid or expired key."),
    _("Removed email address %(email)s."),
    _("Primary email address set."),
    _("Unable to confirm %(email)s because it is already confirmed by a different account."),
)


class AccountAdapter(DefaultAccountAdapter):
    """Allauth's defaults, but for what its mails say first."""

    def format_email_subject(self, subject: str) -> str:
        """The fact alone: allauth would put the host of the request before it."""
        return subject
