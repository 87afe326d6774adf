"""What happens here because of something below: somebody has logged in."""

from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.utils import translation

from accounts.actions import people
from accounts.models import User


def learn_language(*, request: HttpRequest, user: User, **_: object) -> None:  # noqa: ARG001
    """The first log-in says in which language mails are read, until the person says otherwise."""
    if not user.language:
        people.choose_language(user=user, language=translation.get_language() or "")


def subscribe() -> None:
    """Once, when the app is ready."""
    user_logged_in.connect(learn_language, dispatch_uid="accounts.learn_language")
