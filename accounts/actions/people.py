"""What a person wishes for themselves."""

from accounts.models import User


def choose_language(*, user: User, language: str) -> None:
    """Pages and mails are in it from now on."""
    user.language = language
    User.objects.filter(pk=user.pk).update(language=language)
