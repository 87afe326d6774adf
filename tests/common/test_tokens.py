"""The colours: readable in both themes, and the theme without script is the dark one."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "static" / "css" / "tokens.css"
SURFACES = ["ground", "paper", "plate", "sunken"]
WORDS_ON = {
    "ink": [*SURFACES, "primary-soft", "attention-soft", "danger-soft", "good-soft", "info-soft"],
    "muted": [*SURFACES, "info-soft", "danger-soft"],
    "primary": ["ground", "paper", "plate", "primary-soft"],
    "primary-hover": ["ground", "paper", "primary-soft"],
    "on-primary": ["primary", "primary-hover"],
    "attention": ["paper", "ground", "attention-soft"],
    "danger": ["paper", "ground", "danger-soft"],
    "good": ["paper", "ground", "good-soft"],
    "info": ["paper", "ground", "info-soft"],
}
PAIRS = [(word, ground) for word, grounds in WORDS_ON.items() for ground in grounds]


def block(opening: str) -> dict[str, str]:
    css = TOKENS.read_text()
    body = css[css.index(opening) + len(opening) :]
    return dict(re.findall(r"--hm-([\w-]+):([^;]+);", body[: body.index("\n}")]))


THEMES = {
    "light": block(":root,[data-bs-theme=light]{"),
    "dark": block("\n[data-bs-theme=dark]{"),
}


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    lit = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * lit[0] + 0.7152 * lit[1] + 0.0722 * lit[2]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("word", "ground"), PAIRS)
def test_words_stand_out_from_their_ground(theme: str, word: str, ground: str) -> None:
    colours = THEMES[theme]
    light, dark = sorted((luminance(colours[word]), luminance(colours[ground])), reverse=True)

    assert (light + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_the_arrow_of_a_select_stands_out_from_its_ground(theme: str) -> None:
    colours = THEMES[theme]
    arrow = "#" + re.search(r"stroke='%23(\w{6})'", colours["arrow"])[1]
    light, dark = sorted((luminance(arrow), luminance(colours["paper"])), reverse=True)

    assert (light + 0.05) / (dark + 0.05) >= 3


def test_without_script_the_dark_system_gets_exactly_the_dark_tokens() -> None:
    assert block(":root:not([data-bs-theme]){") == THEMES["dark"]


def test_paper_is_light_whatever_theme_was_chosen() -> None:
    assert block("@media print{[data-bs-theme][data-bs-theme]{") == THEMES["light"]
