"""What people do by accident or on purpose, each at a real browser: nothing is done twice."""

import pytest
from playwright.sync_api import expect

from marketplace.demo import PASSWORD
from tests.journeys import crowd, ways


@pytest.fixture
def buyer(people, ines):
    return people().is_logged_in_as(ines)


@pytest.fixture
def owner(people, listeners):
    return people().is_logged_in_as(next(listeners))


def test_a_double_click_on_pay_charges_once(standing, buyer, ines):
    order = crowd.order(ines, offer="last-fifty-songs", places=20)
    buyer.open(f"/orders/{order}/")
    buyer.button("Pay £12.40").dblclick()
    buyer.arrives("£12.40")
    buyer.button("Pay £12.40").dblclick()
    buyer.arrives("The last 50 songs")
    ways.wait_for_payments(standing, order, "settled")
    assert ways.payments(standing, order) == [("settled", 1240)]


def test_a_double_click_on_pay_charges_once_without_scripts(standing, people, ines):
    buyer = people(java_script_enabled=False).is_logged_in_as(ines)
    order = crowd.order(ines, offer="last-fifty-songs", places=20)
    buyer.open(f"/orders/{order}/")
    buyer.button("Pay £12.40").dblclick()
    buyer.page.wait_for_url("**/till/**")
    buyer.button("Pay £12.40").dblclick()
    buyer.page.wait_for_url("**/orders/**")
    ways.wait_for_payments(standing, order, "settled")
    assert ways.payments(standing, order) == [("settled", 1240)]


def test_a_declined_card_can_be_tried_again(standing, buyer, ines):
    order = crowd.order(ines, offer="last-fifty-songs", places=20)
    buyer.open(f"/orders/{order}/")
    buyer.press("Pay £12.40")
    buyer.press("Decline the card")
    ways.wait_for_payments(standing, order, "failed")
    buyer.page.reload()
    buyer.sees("The payment was declined")
    buyer.looks_around()
    buyer.press("Pay £12.40")
    buyer.press("Pay £12.40")
    buyer.sees("Payment of £12.40 arrived")
    assert ways.payments(standing, order) == [("failed", 1240), ("settled", 1240)]


def test_a_double_click_on_order_orders_once_without_scripts(standing, people, ines):
    buyer = people(java_script_enabled=False).is_logged_in_as(ines)
    before = ways.orders(standing)
    ways.begin_order(buyer)
    buyer.button("Order 20 people").dblclick()
    buyer.page.wait_for_url("**/orders/OR-*/")
    assert ways.orders(standing) == before + 1


def test_going_back_after_ordering_orders_nothing_more_and_says_so(standing, buyer):
    before = ways.orders(standing)
    ways.begin_order(buyer)
    buyer.press("Order 20 people")
    buyer.sees("£12.40 to pay")
    buyer.page.go_back()
    buyer.sees("What you send here is one more order")
    buyer.arrives("Order The last 50 songs")
    assert ways.orders(standing) == before + 1


def test_the_till_takes_no_second_payment_from_who_goes_back_to_it(standing, buyer, ines):
    order = crowd.order(ines, offer="last-fifty-songs", places=20)
    buyer.open(f"/orders/{order}/")
    buyer.press("Pay £12.40")
    buyer.arrives("£12.40")
    till = buyer.page.url
    buyer.press("Pay £12.40")
    buyer.sees("Payment of £12.40 arrived")
    buyer.open(till)
    buyer.sees("It cannot be made twice")
    buyer.looks_around()
    assert ways.payments(standing, order) == [("settled", 1240)]


def test_a_double_click_on_accept_accepts_once(standing, owner, line):
    before = ways.places_taken(standing, line)
    owner.open(f"/my-data/offers/{line}/")
    owner.button("Accept").dblclick()
    owner.arrives("Now your HAT asks you to confirm")
    assert ways.places_taken(standing, line) == before + 1


def test_two_windows_that_accept_the_same_offer_accept_once(standing, owner, line):
    before = ways.places_taken(standing, line)
    owner.open(f"/my-data/offers/{line}/")
    other = owner.context.new_page()
    other.goto(owner.page.url)
    owner.press("Accept")
    owner.arrives("Now your HAT asks you to confirm")
    other.get_by_role("button", name="Accept").filter(visible=True).click()
    expect(other).to_have_url(owner.page.url)
    assert ways.places_taken(standing, line) == before + 1


def test_declining_in_one_window_and_accepting_in_another_is_said_clearly(standing, owner, line):
    owner.open(f"/my-data/offers/{line}/")
    owner.press("No thanks")
    owner.sees("You said no")
    owner.looks_around()


@pytest.mark.parametrize(
    "address",
    ["ben willowby", "http://169.254.169.254/", "ben-willowby.hat.localhost.evil.example", "’;--"],
)
def test_an_address_that_is_no_hat_of_ours_is_refused_in_place(people, address):
    owner = people()
    owner.open("/hat/log-in/")
    owner.fill("The address of your HAT", address)
    with owner.expecting("422"):
        owner.press("Go to my HAT")
        owner.page.locator("#id_address[aria-invalid=true]").wait_for()
    owner.arrives("Log in with your HAT")
    expect(owner.page.get_by_label("The address of your HAT")).to_have_value(address)


def test_a_wrong_code_is_refused_and_the_right_one_still_works(standing, people):
    person, mail = people(), "wrong-code@harbourlab.example"
    person.open("/account/signup/")
    ways.fill_sign_up(person, name="Kit Lowe", mail=mail)
    person.arrives("Enter the code we sent you")
    person.fill("Code", "AAA-AAA")
    person.press("Confirm")
    person.page.locator("#id_code[aria-invalid=true]").wait_for()
    person.arrives("Enter the code we sent you")
    person.fill("Code", ways.mailed_code(standing, mail))
    person.press("Confirm")
    person.arrives("Open an organisation")


def test_an_ended_session_orders_nothing_and_leads_back_after_logging_in(standing, people):
    buyer = people().is_logged_in_as(crowd.somebody(standing, "jo@tidewater.example"))
    before = ways.orders(standing)
    ways.begin_order(buyer)
    buyer.context.clear_cookies(name="sid")
    buyer.press("Order 20 people")
    buyer.arrives("Log in")
    assert ways.orders(standing) == before
    buyer.fill("E-mail", "jo@tidewater.example")
    buyer.fill("Password", PASSWORD)
    buyer.press("Log in")
    buyer.arrives("Order The last 50 songs")


def test_a_form_whose_cookies_are_gone_changes_nothing_and_says_so(owner, line, standing):
    before = ways.places_taken(standing, line)
    owner.open(f"/my-data/offers/{line}/")
    owner.context.clear_cookies()
    with owner.expecting("403"):
        owner.press("Accept")
        owner.sees("nothing was changed")
    owner.looks_around()
    assert ways.places_taken(standing, line) == before


def test_a_buyer_in_the_wrong_room_is_led_on(buyer):
    with buyer.expecting("404"):
        buyer.open("/my-data/")
        buyer.looks_around()


def test_an_unknown_page_leads_on(people):
    anybody = people()
    with anybody.expecting("404"):
        anybody.open("/offers/no-such-offer/")
        anybody.looks_around()
    expect(anybody.link("Shop")).to_be_visible()
