"""Every page and every form works where no script runs."""

import re

import pytest

from tests.journeys import ways

OFFER = "What people listen to in the evening"


@pytest.fixture
def plain(people):
    """Bring people whose browsers run no scripts."""
    return lambda: people(java_script_enabled=False)


def test_the_whole_way_to_a_paid_order(standing, plain, ines):
    buyer = plain().is_logged_in_as(ines)
    buyer.open("/")
    buyer.fill("Search offers", "listen evening")
    buyer.press(re.compile("^Search"))
    buyer.follow(OFFER)
    buyer.fill("Number of people", "22")
    buyer.button("Work out the price").last.click()
    buyer.press("Order 22 people for £22.88")
    ways.fill_order(buyer, words="To plan quiet hours")
    buyer.press("Order 22 people for £22.88")
    buyer.arrives(OFFER)
    order = ways.order_on(buyer)
    buyer.press("Pay £22.88")
    buyer.press("Pay £22.88")
    ways.wait_for_payments(standing, order, "settled")
    buyer.open(f"/orders/{order}/")
    buyer.sees("Payment of £22.88 arrived")


def test_another_number_of_people_on_the_order_form_is_agreed_to_before_it_counts(plain, ines):
    buyer = plain().is_logged_in_as(ines)
    ways.begin_order(buyer)
    buyer.fill("Number of people", "40")
    with buyer.expecting("422"):
        buyer.press("Order 20 people for £12.40")
        buyer.sees("40 people cost £24.80 in all")
    buyer.press("Order 40 people for £24.80")
    buyer.sees("£24.80 to pay")


def test_the_facets_of_the_catalogue(plain):
    buyer = plain()
    buyer.open("/offers/")
    buyer.page.get_by_label("Music and listening").check()
    buyer.press("Show these offers")
    buyer.sees("2 offers")


def test_the_whole_way_to_a_shared_hat(standing, plain, listeners, line):
    hat = next(listeners)
    owner = plain()
    owner.open("/hat/log-in/")
    owner.fill("The address of your HAT", hat.domain)
    owner.press("Go to my HAT")
    ways.give_hat_password(owner, {"username": hat.username, "password": hat.password})
    owner.arrives("My data")
    owner.open(f"/my-data/offers/{line}/")
    owner.follow("See your own values")
    owner.arrives("Your own values")
    owner.follow("Back to the card")
    owner.press("Accept")
    share = owner.page.url
    ways.wait_until_proposed(standing, share)
    ways.confirm_among_the_agreements(owner, hat.domain, share)
    ways.reload_until(owner, share, "Your data was read and is sealed")
    owner.press("Stop sharing")
    owner.arrives("You stopped sharing")


def test_the_other_answer(standing, plain, listeners, line):
    owner = plain().is_logged_in_as(next(listeners))
    before = ways.places_taken(standing, line)
    owner.open(f"/my-data/offers/{line}/")
    owner.press("No thanks")
    owner.sees("You said no")
    assert ways.places_taken(standing, line) == before
