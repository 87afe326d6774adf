"""The catalogues of translations: what the sources say, and files that hold what it is elsewhere.

One catalogue an app and language, ``<app>/locale/<language>/LC_MESSAGES/django.po``, with the
texts of the app's modules and of its templates. Texts are found by Babel; nothing is guessed.
"""

from __future__ import annotations

import io
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel.messages import Catalog, Message, mofile, pofile
from babel.messages.extract import extract
from django.conf import settings
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

if TYPE_CHECKING:
    from collections.abc import Iterator

APPS = (
    *("marketplace", "fulfilment", "buyers", "offers"),
    *("hats", "ledger", "accounts", "common"),
)
# Folders of templates that are not called after the app whose catalogue has their texts.
FOLDERS = {"": "marketplace", "account": "accounts", "allauth": "accounts", "emails": "accounts"}
COMPONENTS = {"components": "common"}
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), (1,)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy", "pgettext_noop"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
# {{ n|plural:"offer,offers" }} is a text of its own.
_COUNTED = re.compile(r"""\|plural:(["'])([^"',]+),([^"',]+)\1""")


def languages() -> list[str]:
    """Those besides the one the sources are written in."""
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def catalogue_path(app: str, language: str) -> Path:
    """Where the translations of an app lie."""
    folder = settings.BASE_DIR / app / "locale" / to_locale(language)
    return Path(folder / "LC_MESSAGES" / "django.po")


def read_catalogue(app: str, language: str) -> Catalog:
    """The translations of an app as they are; an empty catalogue where there are none yet."""
    path = catalogue_path(app, language)
    if not path.exists():
        return Catalog(locale=to_locale(language))
    return pofile.read_po(io.BytesIO(path.read_bytes()), locale=to_locale(language))


def is_translated(message: Message) -> bool:
    """Whether every form of a text is there, and none is a guess."""
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(forms) and not message.fuzzy


# -- what the sources say -----------------------------------------------------------------------
def app_of_template(path: Path) -> str:
    """The app whose catalogue holds the texts of a template, by its path below ``templates``."""
    folder = path.parts[0] if len(path.parts) > 1 else ""
    return {**FOLDERS, **COMPONENTS}.get(folder, folder)


def said_in(app: str) -> Catalog:
    """Every marked text of an app, without translations."""
    found = Catalog()
    for path, text in _sources(app):
        name = path.relative_to(settings.BASE_DIR).as_posix()
        for message, context in _texts(path, text):
            found.add(message, locations=[(name, 0)], context=context)
    return found


def _sources(app: str) -> Iterator[tuple[Path, str]]:
    for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
        if "migrations" not in path.parts:
            yield path, path.read_text(encoding="utf-8")
    templates = settings.BASE_DIR / "templates"
    for path in sorted([*templates.rglob("*.html"), *templates.rglob("*.txt")]):
        if app_of_template(path.relative_to(templates)) == app:
            yield path, path.read_text(encoding="utf-8")


def _texts(path: Path, text: str) -> Iterator[tuple[Any, str | None]]:
    source = text
    if path.suffix != ".py":
        source = _as_python(text, str(path))
        for _quote, one, many in _COUNTED.findall(text):
            yield (f"%(count)s {one}", f"%(count)s {many}"), None
    for _line, message, _comments, context in extract(
        "python", io.BytesIO(source.encode()), keywords=KEYWORDS
    ):
        yield message, context


def _as_python(template: str, name: str) -> str:
    """The texts of a template as calls, within brackets so that no indent means anything."""
    calls = templatize(template, origin=name)
    return "(\n" + "\n".join(line.strip() for line in calls.splitlines()) + "\n)"


# -- files --------------------------------------------------------------------------------------
def merge(app: str, language: str) -> Catalog:
    """What the sources say today, with the translations there are; what is gone is dropped.

    A text that another app has translated comes with that translation.
    """
    known = {}
    for other in [*reversed(APPS), app]:
        known.update({(m.context, m.id): m for m in read_catalogue(other, language) if m.string})
    merged = Catalog(locale=to_locale(language), fuzzy=False)
    for message in said_in(app):
        if not message.id:
            continue
        before = known.get((message.context, message.id))
        merged.add(
            message.id,
            string=before.string if before else None,
            context=message.context,
            locations=message.locations,
            user_comments=before.user_comments if before else (),
        )
    return merged


def write(app: str, language: str) -> None:
    """Write an app's catalogue anew: sorted, without line numbers and dates, so that it merges."""
    catalogue = merge(app, language)
    path = catalogue_path(app, language)
    if not len(catalogue):
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_text(catalogue), encoding="utf-8")


def as_text(catalogue: Catalog) -> str:
    """The file of a catalogue, with a head that never changes by itself."""
    body = io.BytesIO()
    pofile.write_po(
        body, catalogue, omit_header=True, sort_output=True, include_lineno=False, width=100
    )
    head = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {catalogue.locale}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {catalogue.plural_forms}\\n"\n'
    )
    return f"{head}\n{body.getvalue().decode()}".rstrip() + "\n"


def compile_changed() -> int:
    """Compile each catalogue that is newer than what was compiled of it; count them."""
    changed = 0
    for path in settings.BASE_DIR.glob("*/locale/*/LC_MESSAGES/django.po"):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= path.stat().st_mtime_ns:
            continue
        catalogue = pofile.read_po(io.BytesIO(path.read_bytes()))
        body = io.BytesIO()
        mofile.write_mo(body, catalogue)
        beside = target.with_name(f"{target.name}.{os.getpid()}")
        beside.write_bytes(body.getvalue())
        beside.replace(target)
        changed += 1
    return changed
