"""``manage.py messages [app …]``: bring the catalogues up to date with what the sources say."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from common import catalogues


class Command(BaseCommand):
    """Finds new texts, drops those that are gone, keeps every translation; then compiles."""

    help = "Bring the catalogues of translations up to date; docs/translating.md says how it goes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Everything is optional."""
        parser.add_argument("apps", nargs="*", choices=[[], *catalogues.APPS], metavar="app")
        parser.add_argument("--compile", action="store_true", help="only compile what has changed")

    def handle(self, *, apps: list[str], compile: bool, **_: object) -> None:  # noqa: A002
        """Write, compile, and say what is not translated yet."""
        for language in [] if compile else catalogues.languages():
            for app in apps or catalogues.APPS:
                catalogues.write(app, language)
                self._say(app, language)
        catalogues.compile_changed()

    def _say(self, app: str, language: str) -> None:
        catalogue = catalogues.read_catalogue(app, language)
        texts = [message for message in catalogue if message.id]
        left = sum(not catalogues.is_translated(message) for message in texts)
        if texts:
            self.stdout.write(f"{app} {language}: {len(texts)} texts, {left} to translate")
