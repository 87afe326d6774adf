"""Somebody at a browser, and an eye that looks at every page they come to.

A person's problems are whatever the browser complains of: errors of the console (violations of
the content security policy are among them), errors of scripts, and answers that failed. Pages
are looked at with axe, and at their own width.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Download, Locator, Page, expect

from marketplace.run.frontdoor import Visitor

SESSION = "sid"
GRAVE = ("serious", "critical")
TABS = 80  # more than any page needs
PATIENCE_MS = 45_000  # the machine may be busy, and workers take turns
SHOTS = os.environ.get("SHOTS", "")  # a folder: every page looked at is photographed into it
# A page has few colours and many elements; axe reads the same words anew for each of them, which
# is a good third of what a look costs. It finds the same when it remembers what they came to.
_REMEMBERS_COLOURS = """
;(() => {
    const known = new Map(), colour = axe.commons.color.Color.prototype, read = colour.parseString;
    colour.parseString = function (words) {
        if (!known.has(words)) {
            read.call(this, words);
            known.set(words, [this.r, this.g, this.b, this.alpha]);
        }
        [this.r, this.g, this.b, this.alpha] = known.get(words);
        return this;
    };
})();"""
_AXE = Axe().axe_script + _REMEMBERS_COLOURS
# Every rule runs. Axe would fetch and read all style sheets first, for rules that are not on.
_ALL_RULES = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}
# What can be wrong in another theme of the same page.
_RULES_OF_COLOUR = {**_ALL_RULES, "runOnly": ["color-contrast", "link-in-text-block"]}
_VIOLATIONS = "options => axe.run(options).then(found => found.violations)"
_ROOT_AND_HEADINGS = """() => ({
    lang: document.documentElement.lang,
    headings: document.querySelectorAll("h1").length,
    wide: document.documentElement.scrollWidth,
})"""
_HAS_FOCUS = "element => element.isConnected ? element === document.activeElement : null"
_OUTLINE = """() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1
        || style.boxShadow !== "none";
}"""

expect.set_options(timeout=PATIENCE_MS)

minor_findings: set[str] = set()  # what axe calls moderate or minor, told at the end of the run


@dataclass(frozen=True)
class Screen:
    """A size of window, and what else a browser of that size has."""

    name: str
    width: int
    height: int
    is_phone: bool = False

    def options(self) -> dict[str, Any]:
        """For a new browser context."""
        viewport = {"width": self.width, "height": self.height}
        return {"viewport": viewport, "is_mobile": self.is_phone, "has_touch": self.is_phone}


DESKTOP = Screen("desktop", 1280, 900)
PHONE = Screen("phone", 390, 844, is_phone=True)


class Person:
    """One person with cookies of their own and, most of the time, one page."""

    def __init__(
        self, context: BrowserContext, *, site_url: str, screen: Screen, scripts: bool = True
    ) -> None:
        self.context, self.site_url, self.screen = context, site_url, screen
        self.runs_scripts = scripts
        self.problems: list[str] = []
        self.presses = 0
        self._forgiven: list[str] = []
        self._looks = 0
        context.set_default_timeout(PATIENCE_MS)
        context.on("page", self._watch)
        context.on("weberror", lambda error: self.problems.append(f"script: {error.error}"))
        self.page = context.new_page()

    def is_logged_in_as(self, visitor: Visitor) -> "Person":
        """Go on with the session that a visitor without a browser has begun."""
        cookies = [(c.name, c.value or "") for c in visitor.cookies if c.name == SESSION]
        self.context.add_cookies(
            [{"name": name, "value": value, "url": self.site_url} for name, value in cookies]
        )
        return self

    # -- going about ----------------------------------------------------------------------------

    def open(self, path: str) -> None:
        """Type an address."""
        self.page.goto(path if "://" in path else self.site_url + path)

    def press(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        """Press the one visible button of that name."""
        self.presses += 1
        self.button(name, within=within).click()

    def follow(self, name: str | re.Pattern[str]) -> None:
        """Follow the first visible link of that name."""
        self.presses += 1
        self.link(name).click()

    def fill(self, label: str, words: str) -> None:
        """Type into the field of that label."""
        self.page.get_by_label(label, exact=True).fill(words)

    def choose(self, label: str, option: str) -> None:
        """Choose in the list of that label."""
        self.page.get_by_label(label).select_option(label=option)

    def download(self, name: str | re.Pattern[str]) -> Download:
        """Follow a link that leads to a file."""
        with self.page.expect_download() as coming:
            self.follow(name)
        return coming.value

    def button(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> Locator:
        """The visible button of that name."""
        return (within or self.page).get_by_role("button", name=name).filter(visible=True)

    def link(self, name: str | re.Pattern[str]) -> Locator:
        """The first visible link of that name."""
        return self.page.get_by_role("link", name=name).filter(visible=True).first

    # -- seeing ---------------------------------------------------------------------------------

    def sees(self, words: str | re.Pattern[str]) -> None:
        """Wait, without touching anything, until the words stand on the page."""
        found = self.page.get_by_text(words).filter(visible=True).first
        expect(found).to_be_visible(timeout=PATIENCE_MS)

    def waits_for(self, heading: str | re.Pattern[str]) -> None:
        """Wait until a page of that heading is there."""
        found = self.page.get_by_role("heading", level=1, name=heading)
        expect(found).to_be_visible(timeout=PATIENCE_MS)

    def arrives(self, heading: str | re.Pattern[str]) -> None:
        """Wait until a page of that heading is there, and look at it closely."""
        self.waits_for(heading)
        self.looks_around()

    def looks_around(self, *, rules: dict[str, Any] = _ALL_RULES) -> None:
        """See that the page is whole: nothing complained, everybody can use it, it fits.

        :raises AssertionError: it names what is wrong.
        """
        self._photograph()
        facts = self.page.evaluate(_ROOT_AND_HEADINGS)
        where = self.where()
        assert facts["lang"].lower().startswith("en"), f"{where} has no language"
        assert facts["headings"] == 1, f"{where} has {facts['headings']} first headings"
        assert facts["wide"] <= self.screen.width, f"{where} is {facts['wide']} px wide"
        # Axe is a script itself, and waits for ever where timers do not run.
        barriers = "\n".join(self._barriers(rules) if self.runs_scripts else [])
        assert not barriers, f"{where} bars people:\n{barriers}"
        self.is_untroubled()

    def looks_by_day_and_by_night(self) -> None:
        """See that the page is whole, and nobody's less in the dark.

        :raises AssertionError: it names what is wrong.
        """
        self.looks_around()
        # Colours that fade from one theme to the other are nobody's while they do.
        self.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        self._is_in("dark")
        self.looks_around(rules=_RULES_OF_COLOUR)
        self.page.emulate_media(color_scheme="light")
        self._is_in("light")
        self.page.emulate_media(reduced_motion="no-preference")

    def is_untroubled(self) -> None:
        """:raises AssertionError: the browser complained of something."""
        problems = "\n".join(self.problems)
        assert not problems, f"up to {self.where()}:\n{problems}"

    def tabs_to(self, wanted: Locator) -> None:
        """Press Tab until the focus is there, and see it.

        :raises AssertionError: it is not reached, or the focus cannot be seen.
        """
        place = wanted.element_handle()
        for _ in range(TABS):
            self.page.keyboard.press("Tab")
            has_focus = place.evaluate(_HAS_FOCUS)
            if has_focus is None:  # the page has put another in its place meanwhile
                place = wanted.element_handle()
                has_focus = place.evaluate(_HAS_FOCUS)
            if has_focus:
                self.sees_the_focus()
                return
        raise AssertionError(f"{TABS} tabs on {self.where()} do not lead to {wanted}")

    def types(self, words: str) -> None:
        """Type where the focus is."""
        self.page.keyboard.type(words)

    def hits(self, key: str) -> None:
        """Press a key."""
        self.page.keyboard.press(key)

    def sees_the_focus(self) -> None:
        """:raises AssertionError: what has the focus does not show it."""
        focused = self.page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        assert self.page.evaluate(_OUTLINE), f"no focus to be seen on {focused}"

    def where(self) -> str:
        """The path of the page, and on what screen."""
        return f"{urlsplit(self.page.url).path} ({self.screen.name})"

    @contextmanager
    def expecting(self, complaint: str) -> Iterator[None]:
        """Let the browser complain of what this step provokes, such as an answer of 404."""
        self._forgiven.append(complaint)
        yield
        self.page.wait_for_load_state()
        self._forgiven.remove(complaint)

    # -- the eye --------------------------------------------------------------------------------

    def _is_in(self, theme: str) -> None:
        expect(self.page.locator("html")).to_have_attribute("data-bs-theme", theme)

    def _watch(self, page: Page) -> None:
        page.on("console", self._note)

    def _note(self, message: ConsoleMessage) -> None:
        is_forgiven = any(words in message.text for words in self._forgiven)
        if message.type in {"error", "warning"} and not is_forgiven:
            place = message.location.get("url", "")
            self.problems.append(f"{message.type}: {message.text} ({place})")

    def _barriers(self, rules: dict[str, Any]) -> list[str]:
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(_AXE)  # half a megabyte: once for each page is enough
        found = self.page.evaluate(_VIOLATIONS, rules)
        for violation in found:
            if violation["impact"] not in GRAVE:
                minor_findings.add(f"{violation['impact']}: {violation['id']} on {self.where()}")
        return [
            f"{violation['id']}: {node['html'][:160]} {node['failureSummary'][:400]}"
            for violation in found
            if violation["impact"] in GRAVE
            for node in violation["nodes"]
        ]

    def _photograph(self) -> None:
        if not SHOTS:
            return
        self._looks += 1
        name = re.sub(r"[^a-z0-9]+", "-", urlsplit(self.page.url).path.lower()).strip("-")
        folder = Path(SHOTS) / self.screen.name
        folder.mkdir(parents=True, exist_ok=True)
        number = len(list(folder.iterdir()))
        self.page.screenshot(path=folder / f"{number:03}-{name[:60]}.png", full_page=True)
