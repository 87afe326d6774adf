"""The shared kernel."""

from contextlib import AbstractContextManager

from django.apps import AppConfig
from django.conf import settings
from django.utils import translation

from common import language


class CommonConfig(AppConfig):
    """The shared kernel."""

    name = "common"

    def ready(self) -> None:
        """Let Django look up what is said, pure modules included."""
        language.speak_through(DjangoVoice())


class DjangoVoice:
    """The catalogues of all apps, in the language Django has active."""

    gettext = staticmethod(translation.gettext)
    ngettext = staticmethod(translation.ngettext)
    pgettext = staticmethod(translation.pgettext)

    def language(self) -> str:
        return translation.get_language() or settings.LANGUAGE_CODE

    def override(self, language: str) -> AbstractContextManager[object]:
        return translation.override(language)
