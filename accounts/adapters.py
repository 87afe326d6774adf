"""django-allauth's hooks."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Allauth's defaults, but for what its mails say first."""

    def format_email_subject(self, subject: str) -> str:
        """The fact alone: allauth would put the host of the request before it."""
        return subject
