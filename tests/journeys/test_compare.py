"""From a search to two offers side by side, to one of them, to its order box."""

import re

from playwright.sync_api import expect

from tests.journeys.person import Person

SONGS = "The last 50 songs, at any time of day"
EVENINGS = "What people listen to in the evening"
MOST_SHIFT = 0.1  # what web.dev calls good, read on 26 November 2026
# What moved by itself: whatever follows a press is left out by the browser.
_SHIFT = """() => new Promise(resolve => {
    let sum = 0;
    new PerformanceObserver(list => list.getEntries().forEach(entry => {
        if (!entry.hadRecentInput) sum += entry.value;
    })).observe({type: "layout-shift", buffered: true});
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(sum), 50)));
})"""
_STRANGERS = """() => performance.getEntriesByType("resource").map(entry => entry.name)
    .filter(name => new URL(name).origin !== location.origin)"""


def stays_put(person: Person) -> None:
    """:raises AssertionError: the page moved while it loaded, or asked another site."""
    assert person.page.evaluate(_SHIFT) < MOST_SHIFT, f"{person.where()} moves"
    assert person.page.evaluate(_STRANGERS) == []


def ticks(shopper: Person, title: str) -> None:
    """Tick the box of a card, by keyboard."""
    shopper.tabs_to(shopper.page.get_by_label(f"Compare, {title}"))
    shopper.hits("Space")


def searches(shopper: Person, words: str) -> None:
    """From the home page to what is found, by keyboard."""
    shopper.open("/")
    stays_put(shopper)
    shopper.tabs_to(shopper.page.get_by_label("Search offers", exact=True))
    shopper.types(words)
    shopper.hits("Enter")
    shopper.sees(f"“{words}”")
    shopper.tabs_to(shopper.link("Skip the filters"))
    shopper.hits("Enter")


def test_the_whole_way_to_the_order_box_with_the_keyboard_alone(people, screen):
    shopper = people(screen)
    page = shopper.page
    searches(shopper, "songs listen")
    for title in (EVENINGS, SONGS):  # as they stand there
        ticks(shopper, title)
    shopper.sees("2 of 4 to compare")
    shopper.looks_by_day_and_by_night()
    shopper.tabs_to(shopper.button("Compare the ticked offers"))
    shopper.hits("Enter")
    shopper.waits_for("Compare offers")
    stays_put(shopper)
    shopper.looks_by_day_and_by_night()
    expect(page.get_by_role("columnheader")).to_have_count(2)
    shopper.tabs_to(shopper.link("Only differences"))
    shopper.hits("Enter")
    expect(page.get_by_role("rowheader", name="Subject")).to_have_count(0)
    shopper.looks_by_day_and_by_night()
    shopper.tabs_to(page.get_by_role("columnheader").get_by_role("link", name=SONGS, exact=True))
    shopper.hits("Enter")
    shopper.waits_for(SONGS)
    stays_put(shopper)
    shopper.looks_by_day_and_by_night()
    shopper.tabs_to(page.get_by_label("Number of people", exact=True))
    shopper.hits("Control+a")
    shopper.types("20")
    shopper.sees("Order 20 people for £12.40")


def test_pages_that_open_in_the_dark_stay_put(people, screen):
    shopper = people(screen, color_scheme="dark")
    shopper.open("/")
    stays_put(shopper)
    shopper.open("/offers/?q=songs+listen")
    for title in (EVENINGS, SONGS):
        shopper.page.get_by_label(f"Compare, {title}").check()
    shopper.press("Compare the ticked offers")
    shopper.waits_for("Compare offers")
    stays_put(shopper)
    shopper.page.get_by_role("columnheader").get_by_role("link", name=SONGS, exact=True).click()
    shopper.waits_for(SONGS)
    stays_put(shopper)
    shopper.is_untroubled()


def test_what_was_ticked_is_remembered_and_a_fifth_finds_no_room(people, screen):
    shopper = people(screen)
    page = shopper.page
    shopper.open("/offers/")
    boxes = page.locator("input[data-compare]")
    for number in range(4):
        boxes.nth(number).check()
    shopper.sees("4 of 4 to compare")
    expect(boxes.nth(4)).to_be_disabled()
    shopper.open("/offers/?category=music")
    shopper.sees("4 of 4 to compare")
    shopper.press("Compare the ticked offers")
    shopper.arrives("Compare offers")
    expect(page.get_by_role("columnheader")).to_have_count(4)
    shopper.follow(re.compile("^Take away"))
    expect(page.get_by_role("columnheader")).to_have_count(3)
    page.wait_for_load_state()
    shopper.open("/offers/")
    shopper.sees("3 of 4 to compare")


def test_two_offers_are_compared_without_scripts(people, screen):
    shopper = people(screen, java_script_enabled=False)
    shopper.open("/offers/?q=songs+listen")
    for title in (SONGS, EVENINGS):
        shopper.page.get_by_label(f"Compare, {title}").check()
    shopper.press("Compare the ticked offers")
    shopper.arrives("Compare offers")
    expect(shopper.page.get_by_role("columnheader")).to_have_count(2)
    shopper.follow("Only differences")
    shopper.arrives("Compare offers")
    expect(shopper.page.get_by_role("rowheader", name="Subject")).to_have_count(0)
