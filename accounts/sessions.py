"""Sessions in the database, as Django keeps them, read and changed by one plain statement each."""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.utils import timezone

_LOAD = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    """Every page of somebody logged in reads one, and putting a queryset together costs most of it.

    A change of a session that is there needs no transaction around its one statement.
    """

    def load(self) -> dict[str, Any]:
        """What it holds; nothing, and no key any more, where it is over or was never there."""
        with connection.cursor() as cursor:
            cursor.execute(_LOAD, [self.session_key, timezone.now()])
            row = cursor.fetchone()
        if row:
            return self.decode(row[0])
        self._session_key = None
        return {}

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
