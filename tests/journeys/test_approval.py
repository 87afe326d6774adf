"""An order above what the organisation lets its buyers spend alone."""

import re

from tests.journeys import crowd, ways

OFFER = "What people listen to in the evening"


def test_an_order_above_the_limit_waits_for_an_approver(standing, people, screen, ines):
    buyer = people(screen).is_logged_in_as(ines)
    approver = people(screen).is_logged_in_as(crowd.somebody(standing, "ada@tidewater.example"))
    buyer.open("/offers/evening-plays/?places=500")
    buyer.press("Order 500 people for £520.00")
    buyer.sees("wants an approver to agree first")
    ways.fill_order(buyer, words="To plan quiet hours in the museum")
    buyer.press("Order 500 people for £520.00")
    buyer.sees("Waiting for an approver")
    buyer.looks_around()

    approver.open("/organisations/notices/")
    approver.arrives(re.compile("Messages|Notices|Notifications"))
    approver.open(f"/orders/{ways.order_on(buyer)}/")
    approver.sees("Your approval is needed")
    approver.looks_around()
    approver.follow("Look and decide")
    approver.arrives("Approve £520.00?")
    approver.press("Approve £520.00")
    approver.sees("The order can be paid now")

    buyer.page.reload()
    buyer.press("Pay £520.00")
    buyer.arrives("£520.00")
