"""From an offer's page by way of its estimate to the order box, on both screens and by keyboard."""

import re

OFFER = "/offers/sleep-and-steps/"
TITLE = "Nights and daily steps, side by side"
TOTAL = "The total is for every place filled"


def test_an_offer_is_understood_estimated_and_lies_in_the_order_box(people, screen):
    reader = people(screen)
    reader.open(OFFER)
    reader.waits_for(TITLE)
    reader.looks_by_day_and_by_night()
    for heading in ("What you get", "Quality so far", "How people agree", "Similar offers"):
        reader.page.get_by_role("heading", name=heading, exact=True).scroll_into_view_if_needed()

    estimate = reader.page.locator("#estimate-result")
    reader.fill("People you think of", "200")
    estimate.get_by_text("Rewards, 200 ×").wait_for()
    reader.looks_by_day_and_by_night()

    reader.fill("Number of people", "200")
    reader.button(re.compile("^Order 200 people for £")).wait_for()
    reader.is_untroubled()


def test_the_estimate_is_asked_by_keyboard_and_says_what_will_not_do(people):
    reader = people()
    reader.open(OFFER)
    field = reader.page.get_by_label("Days you can wait", exact=True)
    reader.tabs_to(field)
    reader.hits("Control+a")
    reader.types("99")
    reader.sees("Days you can wait: Between 1 and 28 days.")
    reader.tabs_to(reader.button("Work it out"))
    reader.is_untroubled()


def test_without_a_script_the_estimate_is_a_page(people, screen):
    reader = people(screen, java_script_enabled=False)
    reader.open(OFFER)
    reader.fill("People you think of", "150")
    reader.press("Work it out")
    reader.sees("Rewards, 150 ×")
    reader.sees(re.compile(TOTAL))
    reader.looks_around()
    reader.follow("Back to the offer, to order")
    reader.arrives(TITLE)
