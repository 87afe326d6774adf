"""Logging in, ordering and accepting with the keyboard alone, and always a focus to be seen."""

from playwright.sync_api import expect

from marketplace.demo import PASSWORD
from tests.journeys import ways


def test_the_first_tab_offers_to_skip_to_the_content(people):
    anybody = people()
    anybody.open("/")
    skip = anybody.page.get_by_role("link", name="Skip to the content")
    anybody.tabs_to(skip)
    anybody.hits("Enter")
    assert anybody.page.evaluate("document.activeElement.id") == "main"


def test_a_buyer_logs_in_and_orders(people, standing):
    buyer = people()
    page = buyer.page
    buyer.open("/account/login/?next=/offers/last-fifty-songs/")
    buyer.tabs_to(page.get_by_label("E-mail", exact=True))
    buyer.types("jo@tidewater.example")
    buyer.tabs_to(page.get_by_label("Password", exact=True))
    buyer.types(PASSWORD)
    buyer.hits("Enter")
    buyer.arrives("The last 50 songs, at any time of day")
    buyer.tabs_to(page.get_by_label("Number of people", exact=True))
    buyer.hits("Control+a")
    buyer.types("20")
    buyer.sees("Order 20 people for £12.40")
    buyer.tabs_to(buyer.button("Order 20 people for £12.40"))
    buyer.hits("Enter")
    buyer.arrives("Order The last 50 songs")
    buyer.tabs_to(page.get_by_role("radio").first)
    buyer.hits("Space")
    buyer.tabs_to(page.get_by_label("In your own words"))
    buyer.types("To learn how songs travel")
    buyer.tabs_to(buyer.button("Order 20 people for £12.40"))
    buyer.hits("Enter")
    buyer.sees("£12.40 to pay")


def test_an_owner_logs_in_with_the_hat_and_accepts(people, listeners, line, standing):
    hat, owner = next(listeners), people()
    before = ways.places_taken(standing, line)
    owner.open("/hat/log-in/")
    owner.tabs_to(owner.page.get_by_label("The address of your HAT"))
    owner.types(hat.domain)
    owner.hits("Enter")
    owner.arrives("Log in to your HAT")
    expect(owner.page.get_by_label("Password")).to_be_focused()
    owner.types(hat.password)
    owner.hits("Enter")
    owner.arrives("My data")
    owner.open(f"/my-data/offers/{line}/")
    owner.tabs_to(owner.button("Accept"))
    owner.hits("Enter")
    owner.arrives("Now your HAT asks you to confirm")
    owner.tabs_to(owner.button("Stop sharing"))
    owner.hits("Enter")
    owner.arrives("You stopped sharing")
    assert ways.places_taken(standing, line) == before


def test_the_menu_opens_and_closes(people, ines):
    buyer = people().is_logged_in_as(ines)
    buyer.open("/orders/")
    buyer.tabs_to(buyer.button("Ines Okafor"))
    buyer.hits("Enter")
    expect(buyer.button("Log out")).to_be_visible()
    buyer.hits("Escape")
    expect(buyer.page.get_by_role("button", name="Log out")).to_be_hidden()
