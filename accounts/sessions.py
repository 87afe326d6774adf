"""Sessions in the database, as Django keeps them, but changed in one statement instead of three."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError


class SessionStore(db.SessionStore):
    """A change of a session that is there needs no transaction around its one statement."""

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002  # Django's own
        """Write it.

        :raises UpdateError: it is gone: somebody logged out meanwhile, and Django says so.
        """
        if must_create or self.session_key is None:
            super().save(must_create=must_create)
            return
        row = self.create_model_instance(dict(self.items()))
        said = {"session_data": row.session_data, "expire_date": row.expire_date}
        if not self.model.objects.filter(pk=row.pk).update(**said):
            raise UpdateError
