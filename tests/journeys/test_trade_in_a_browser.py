"""One whole trade, as its buyer, a moderator and a HAT owner live through it.

The chapters follow one another. Everybody sits at a real browser except for the crowd: the other
HAT owners who must say yes before a dataset opens.
"""

import csv
import io
import json
import re
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import expect

from marketplace.demo import MODERATOR, PASSWORD
from marketplace.run.people import Owner, wait_for
from tests.journeys import crowd, ways
from tests.journeys.house import StandingHouse
from tests.journeys.person import Person

pytestmark = pytest.mark.story

OFFER = "What people listen to in the evening"
PURPOSE = "To learn when people listen to music after work"
PLACES, IN_THE_CROWD = 25, 21
PRICE = 1.04  # pounds: a reward of 0.80, a fee of 0.20, and VAT on the fee
COLUMNS = ["person", "at", "song", "artist", "album"]


@dataclass
class Trade:
    """Who takes part, and what they remember."""

    standing: StandingHouse
    buyer: Person
    moderator: Person
    owner: Person
    organisation: str
    order: str = ""
    presses_to_accept: int = 0
    crowd: dict[Owner, str] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)

    @property
    def hat(self) -> dict[str, str]:
        """The HAT of the owner at the browser; it holds songs."""
        return self.standing.hats(1)[0]

    @property
    def line(self) -> str:
        """The reference by which owners and moderators know the order."""
        return self.standing.line_of(self.order)


@pytest.fixture(scope="class")
def trade(standing, people, screen):
    return Trade(
        standing,
        buyer=people(screen),
        moderator=people(screen),
        owner=people(screen),
        organisation=f"Harbour Listening Lab ({screen.name})",
    )


class TestOneTrade:
    def test_a_buyer_opens_an_account_with_a_code_from_the_mail(self, trade):
        mail = f"sam-{time.time_ns()}@harbourlab.example"
        trade.buyer.open("/")
        trade.buyer.arrives("Data from people who said yes")
        trade.buyer.open("/account/signup/")
        trade.buyer.arrives("Open an account")
        ways.fill_sign_up(trade.buyer, name="Sam Reed", mail=mail)
        trade.buyer.arrives("Enter the code we sent you")
        trade.buyer.fill("Code", ways.mailed_code(trade.standing, mail))
        trade.buyer.press("Confirm")
        trade.buyer.arrives("Open an organisation")

    def test_the_buyer_opens_an_organisation(self, trade):
        trade.buyer.fill("Name of the organisation", trade.organisation)
        trade.buyer.choose("What it is", "University or research institute")
        trade.buyer.fill("Town or city", "Leeds")
        trade.buyer.press("Open the organisation")
        trade.buyer.arrives(trade.organisation)

    def test_the_buyer_finds_the_offer(self, trade):
        trade.buyer.open("/")
        trade.buyer.fill("Search offers", "listen evening")
        trade.buyer.press(re.compile("^Search"))
        trade.buyer.arrives("What would you like to learn?")
        trade.buyer.follow(OFFER)
        trade.buyer.arrives(OFFER)

    def test_the_price_follows_the_number_of_people(self, trade):
        trade.buyer.fill("Number of people", str(PLACES))
        button = trade.buyer.button(f"Order {PLACES} people for £{PLACES * PRICE:.2f}")
        expect(button).to_be_visible()

    def test_the_buyer_orders(self, trade):
        trade.buyer.press(f"Order {PLACES} people")
        trade.buyer.arrives(f"Order {OFFER}")
        trade.buyer.page.get_by_label("Academic research").check()
        trade.buyer.fill("In your own words", PURPOSE)
        trade.buyer.press(f"Order {PLACES} people for £26.00")
        trade.buyer.arrives(OFFER)
        trade.order = ways.order_on(trade.buyer)

    def test_the_buyer_pays_at_the_till_and_the_page_notices_by_itself(self, trade):
        trade.buyer.press("Pay £26.00")
        trade.buyer.arrives("£26.00")
        trade.buyer.press("Pay £26.00")
        trade.buyer.sees("A moderator looks at the order")
        trade.buyer.looks_around()

    def test_a_moderator_reads_the_card_and_lets_the_order_go_live(self, trade):
        ways.log_in(trade.moderator, mail=MODERATOR.email, password=PASSWORD)
        trade.moderator.arrives("Orders to review")
        trade.moderator.follow(re.compile(re.escape(trade.organisation)))
        trade.moderator.arrives(re.compile("orders " + OFFER))
        assert PURPOSE in trade.moderator.page.get_by_role("article").inner_text()
        trade.moderator.press("Let it go live")
        trade.moderator.sees(f"The order of {trade.organisation} goes live")
        trade.moderator.looks_around()

    def test_a_hat_owner_logs_in_with_the_hat(self, trade):
        trade.owner.open("/hat/log-in/")
        trade.owner.arrives("Log in with your HAT")
        trade.owner.fill("The address of your HAT", trade.hat["domain"])
        trade.owner.press("Go to my HAT")
        trade.owner.arrives("Log in to your HAT")
        ways.give_hat_password(trade.owner, trade.hat)
        ways.let_the_market_in(trade.owner)
        trade.owner.arrives("My data")

    def test_the_offer_stands_in_the_inbox_with_the_card(self, trade):
        ways.wait_for_inbox(trade.owner, trade.line)
        trade.owner.arrives("Offers for me")
        trade.owner.page.locator(f"a[href='/my-data/offers/{trade.line}/']").click()
        trade.owner.arrives(f"{trade.organisation} asks: {OFFER}")
        card = trade.owner.page.get_by_role("article")
        expect(card.locator(".ownercard__head")).to_have_text(
            [
                "Who asks",
                "For what",
                "Which of your data",
                "For how long",
                "Who else will have it",
                "What you get, and how to stop",
            ]
        )

    def test_the_owner_sees_the_own_values_before_answering(self, trade):
        trade.owner.follow("See your own values")
        table = trade.owner.page.get_by_role("region", name="Your own values: plays")
        expect(table.get_by_role("columnheader")).to_contain_text(["Time", "Song", "Artist"])
        assert table.get_by_role("row").count() > 5
        trade.owner.looks_around()

    def test_the_owner_accepts_and_the_page_waits_for_the_hat_by_itself(self, trade):
        before = trade.owner.presses
        trade.owner.press("Accept")
        trade.presses_to_accept = trade.owner.presses - before
        trade.owner.arrives("Now your HAT asks you to confirm")

    def test_the_owner_confirms_on_the_hat_and_the_market_learns_of_it(self, trade):
        trade.owner.press("Go to my HAT and confirm")
        trade.owner.sees(trade.organisation)
        trade.owner.looks_around()
        trade.owner.press("Confirm")
        trade.owner.arrives(OFFER)
        trade.owner.sees("Your data was read and is sealed")

    def test_the_buyers_page_counts_the_yes_by_itself(self, trade):
        trade.buyer.open(f"/orders/{trade.order}/")
        trade.crowd = crowd.agree(
            trade.standing, trade.line, people=IN_THE_CROWD, but=trade.hat["domain"]
        )
        assert len(trade.crowd) == IN_THE_CROWD
        trade.buyer.sees(f"{IN_THE_CROWD + 1} of {PLACES} people")
        trade.buyer.looks_around()

    def test_the_dataset_opens_once_the_group_is_large_enough(self, trade):
        ways.wait_for_revision(trade.standing, trade.order, people=IN_THE_CROWD + 1)
        trade.buyer.page.reload()
        trade.buyer.follow("Open the dataset")
        trade.buyer.arrives(OFFER)
        trade.buyer.sees("What the data says")
        expect(trade.buyer.page.locator("figure.chart")).not_to_have_count(0)
        preview = trade.buyer.page.get_by_role("region", name="First rows of plays")
        assert preview.get_by_role("row").count() > 5

    def test_the_files_hold_what_the_page_says(self, trade, tmp_path_factory):
        folder = tmp_path_factory.mktemp("files")
        trade.files = ways.download_all(trade.buyer, folder)
        rows = list(csv.reader(io.StringIO(trade.files["csv"].read_text("utf-8-sig"))))
        lines = trade.files["jsonl"].read_text("utf-8").splitlines()
        records = [json.loads(line) for line in lines]
        assert rows[0] == COLUMNS
        assert len({row[0] for row in rows[1:]}) == IN_THE_CROWD + 1
        assert {record["person"] for record in records} == {row[0] for row in rows[1:]}
        trade.buyer.sees(f"{len(rows) - 1:,}")

    def test_the_owner_sees_who_looked(self, trade):
        trade.owner.open("/my-data/access/")
        trade.owner.arrives("Who looked")
        trade.owner.sees(trade.organisation)

    def test_the_owner_keeps_a_receipt(self, trade, tmp_path):
        trade.owner.open("/my-data/")
        trade.owner.arrives("My data")
        trade.owner.follow(OFFER)
        trade.owner.arrives(OFFER)
        receipt = trade.owner.download("Download the receipt")
        receipt.save_as(tmp_path / "receipt.json")
        words = (tmp_path / "receipt.json").read_text(encoding="utf-8")
        assert trade.organisation in words
        assert PURPOSE in words

    def test_the_owner_has_earned_the_reward(self, trade):
        trade.owner.open("/my-data/earnings/")
        trade.owner.arrives("Earnings")
        trade.owner.sees("£0.80")

    def test_stopping_takes_no_more_presses_than_accepting(self, trade):
        trade.owner.open("/my-data/")
        trade.owner.follow(OFFER)
        trade.owner.arrives(OFFER)
        before = trade.owner.presses
        trade.owner.press("Stop sharing")
        trade.owner.arrives("You stopped sharing")
        assert trade.owner.presses - before <= trade.presses_to_accept

    def test_the_owner_is_led_to_the_hat_to_switch_the_debit_off(self, trade):
        trade.owner.follow("Open it on my HAT")
        trade.owner.press("Stop sharing")
        trade.owner.page.wait_for_load_state()
        trade.owner.looks_around()
        assert ways.active_debits(trade.standing, trade.hat["domain"], trade.line) == []

    def test_the_buyer_is_asked_to_remove_the_person_and_confirms(self, trade):
        trade.buyer.page.reload()
        trade.buyer.arrives(OFFER)
        trade.buyer.follow("Confirm removal")
        trade.buyer.arrives("People who stopped sharing")
        trade.buyer.page.get_by_role("checkbox").check()
        trade.buyer.press("Confirm removal")
        trade.buyer.sees("Deleted, confirmed by")
        trade.buyer.looks_around()

    def test_the_next_revision_is_without_that_person(self, trade, tmp_path):
        number = ways.wait_for_revision(trade.standing, trade.order, people=IN_THE_CROWD)
        trade.buyer.follow(re.compile("^DS-"))
        trade.buyer.arrives(OFFER)
        trade.buyer.sees(f"Revision {number} of")
        before, after = trade.files["csv"], ways.download_all(trade.buyer, tmp_path)["csv"]
        gone = ways.people_in(before) - ways.people_in(after)
        assert (len(gone), len(ways.people_in(after))) == (1, IN_THE_CROWD)

    def test_the_buyer_closes_the_order_and_the_money_adds_up(self, trade):
        trade.buyer.open(f"/orders/{trade.order}/close/")
        trade.buyer.arrives("Close to new people?")
        trade.buyer.press("Close now, refund 3 places")
        trade.buyer.arrives(OFFER)
        wait_for("the refund", lambda: ways.refunded(trade.standing, trade.order) or None)
        trade.buyer.page.reload()
        trade.buyer.arrives(OFFER)
        money = ways.money_on(trade.buyer)
        assert money == {
            "Delivered, 22 × £1.04": "£22.88",
            "Held for this order": "£0.00",
            "Refunded": "£3.12",
            "Paid": "£26.00",
        }

    def test_the_owner_reads_that_the_removal_is_confirmed(self, trade):
        trade.owner.open("/my-data/shared/")
        trade.owner.page.get_by_role("link", name=OFFER).first.click()
        trade.owner.arrives("You stopped sharing")
        trade.owner.sees("are deleted from all copies")
