"""The first page: light enough for a slow line, and nobody else's servers asked."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.templatetags.static import static

from offers.management.commands import seed_offers

MOST_BYTES = 200 * 1024
FONT = re.compile(r"url\(([^)]+woff2)\)")
# What a browser loads for words in English: the other font is for letters no page of ours has.
UNUSED_FONT = "latin-ext"


def _files(page: str) -> set[str]:
    """Static files that the page and its style sheets name, as paths below ``static/``."""
    root = static("")
    named = set(re.findall(rf'(?:href|src)="{re.escape(root)}([^"#?]+)', page))
    for sheet in [name for name in named if name.endswith(".css")]:
        folder = Path(sheet).parent
        text = _found(sheet).read_text(encoding="utf-8")
        fonts = [(folder / one).as_posix() for one in FONT.findall(text)]
        named |= {_normal(one) for one in fonts if UNUSED_FONT not in one}
    return named


def _normal(path: str) -> str:
    return Path(path).resolve().relative_to(Path.cwd()).as_posix()


def _found(name: str) -> Path:
    path = finders.find(name)
    assert path, name
    return Path(path)


def _size(name: str) -> int:
    """Bytes on the line: a font is compressed already."""
    content = _found(name).read_bytes()
    return len(content) if name.endswith(".woff2") else len(gzip.compress(content, mtime=0))


@pytest.fixture
def shelf(db):
    """The market's own shelf, as a newcomer finds it."""
    seed_offers.Command().handle(verbosity=0)


@pytest.mark.parametrize("path", ["/", "/offers/", "/offers/sleep-and-steps/"])
def test_a_first_page_weighs_at_most_200_kilobytes_with_its_fonts(client, shelf, path):
    body = client.get(path).content
    files = _files(body.decode())

    whole = len(gzip.compress(body, mtime=0)) + sum(map(_size, files))

    assert any(name.endswith(".woff2") for name in files)
    assert whole <= MOST_BYTES, f"{whole:,} bytes"


@pytest.mark.parametrize("path", ["/", "/offers/", "/offers/sleep-and-steps/"])
def test_a_page_loads_nothing_from_anybody_else(client, shelf, path):
    body = client.get(path).content.decode()

    loaded = re.findall(r'<(?:script|img|link|iframe|use)\b[^>]*?(?:src|href)="([^"]+)"', body)
    assert loaded
    assert [one for one in loaded if re.match(r"(?:[a-z]+:)?//", one)] == []
