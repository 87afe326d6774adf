"""Log people in with e-mail and password, and load the person of a session."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts import queries
from accounts.models import User


class AccountBackend(AuthenticationBackend):
    """Allauth's, but the person comes with what the frame of each page says about them."""

    def get_user(self, user_id: int) -> User | None:
        """Return the person of a session, unless they were locked out since."""
        return queries.person_of_session(user_id)
