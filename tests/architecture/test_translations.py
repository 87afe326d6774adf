"""Every text can be said in another language, and German has all of them."""

import importlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages import Catalog, Message
from django.apps import apps

from common import catalogues
from common.errors import DomainError
from tests import marked

ROOT = Path(__file__).parents[2]
LANGUAGES = ["de"]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


@pytest.mark.parametrize("path", marked.templates(ROOT), ids=lambda path: path.name)
def test_every_text_of_a_template_is_marked(path):
    assert marked.unmarked_in_template(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("app", catalogues.APPS)
def test_every_text_of_a_module_is_marked(app):
    refusals = _names_of_refusals()

    found = {
        path.relative_to(ROOT).as_posix(): said
        for path in marked.modules(ROOT, app)
        if (said := marked.unmarked_in_module(path.read_text(encoding="utf-8"), refusals))
    }

    assert found == {}


def _names_of_refusals() -> set[str]:
    """Every exception with a sentence for the person."""
    for config in apps.get_app_configs():
        if config.name in catalogues.APPS and (ROOT / config.name / "errors.py").exists():
            importlib.import_module(f"{config.name}.errors")
    pending, names = [DomainError], {"DomainError"}
    while pending:
        below = pending.pop().__subclasses__()
        names |= {one.__name__ for one in below}
        pending += below
    return names


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("app", catalogues.APPS)
def test_a_catalogue_holds_what_the_sources_say_and_nothing_else(app, language):
    said = {(one.context, one.id) for one in catalogues.said_in(app) if one.id}
    known = {(one.context, one.id) for one in _texts(app, language)}

    assert (said - known, known - said) == (set(), set()), f"make messages (for {app})"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("app", catalogues.APPS)
def test_every_text_is_translated_in_all_its_forms(app, language):
    forms = catalogues.read_catalogue(app, language).num_plurals

    wrong = [
        one.id
        for one in _texts(app, language)
        if not catalogues.is_translated(one)
        or len(_said(one)) != (forms if one.pluralizable else 1)
    ]

    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("app", catalogues.APPS)
def test_a_translation_keeps_the_places_for_names_and_the_tags(app, language):
    """The form for one may leave its number out: “eine Person”."""
    wrong = []
    for one in _texts(app, language):
        ids = one.id if isinstance(one.id, tuple) else (one.id,)
        wanted, allowed = _places(ids[-1]), set().union(*map(_places, ids))
        for place, said in enumerate(_said(one)):
            missing = wanted - _places(said) if place or len(ids) == 1 else set()
            if missing or _places(said) - allowed or _tags(said) != _tags(ids[-1]):
                wrong.append(said)

    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_text_is_translated_alike_in_all_apps(language):
    """Django joins the catalogues into one: the other translation would never be seen."""
    seen: dict[tuple[object, object], tuple[str, object]] = {}
    differ = []
    for app in catalogues.APPS:
        for one in _texts(app, language):
            first = seen.setdefault((one.context, one.id), (app, one.string))
            if first[1] != one.string:
                differ.append((one.id, first, (app, one.string)))

    assert differ == []


def test_the_languages_of_the_shop_are_the_ones_looked_at_here():
    assert catalogues.languages() == LANGUAGES


def _texts(app: str, language: str) -> list[Message]:
    catalogue: Catalog = catalogues.read_catalogue(app, language)
    return [message for message in catalogue if message.id]


def _said(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def _places(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.seen.append(f"/{tag}")


def _tags(text: str) -> list[str]:
    reader = _Tags()
    reader.feed(text)
    return sorted(reader.seen)
