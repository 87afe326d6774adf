"""Log an owner in who has proved control of a HAT."""

from django.contrib.auth.backends import BaseBackend

from accounts import queries
from accounts.models import User


class HatBackend(BaseBackend):
    """Loads people who came in with their HAT; it takes no password, so it can check none."""

    def get_user(self, user_id: int) -> User | None:
        """Return the person of a session, unless they were locked out since."""
        return queries.person_of_session(user_id)
