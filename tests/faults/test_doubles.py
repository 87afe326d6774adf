"""Two people, two tabs, two clicks, ten webhooks: over real HTTP, at the same moment."""

import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from marketplace.demo import PASSWORD, PEOPLE
from marketplace.run.people import Buyer, log_in
from tests.faults.site import GROUP, OFFER, Line, Site

pytestmark = pytest.mark.fault

CLICKS = 6
KNOCKS = 10


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Do all of it at the same moment."""
    barrier = threading.Barrier(len(acts))

    def act(one: Callable[[], Any]) -> Any:
        barrier.wait()
        return one()

    with ThreadPoolExecutor(len(acts)) as people:
        return list(people.map(act, acts))


def knock(site: Site, body: bytes, signature: str) -> int:
    """Send a webhook; the status of the answer."""
    request = urllib.request.Request(  # noqa: S310  # our own house
        f"{site.house.site_url}/webhooks/till/",
        data=body,
        headers={"Content-Type": "application/json", "Till-Signature": signature},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  # our own house
            return int(answer.status)
    except urllib.error.HTTPError as problem:
        with problem:
            return problem.code


def payments_of(site: Site, order: str) -> list[tuple[str, int]]:
    """Status of each payment, and how often the ledger has it."""
    return site.rows(
        """SELECT p.status, (SELECT count(*) FROM ledger_entry e
             JOIN buyers_orderline l ON l.reference = e.reference
             WHERE l.order_id = o.id AND e.kind = 'payment.settled')
           FROM buyers_payment p JOIN buyers_order o ON o.id = p.order_id
           WHERE o.reference = %s""",
        order,
    )


def test_the_last_place_goes_to_one_of_those_who_want_it(site: Site) -> None:
    line = site.open_line()
    rivals = site.owners(4)
    names = {owner.domain for owner in rivals}
    others = [domain for domain in site.hats if domain not in names]
    site.say_yes(line, others[: GROUP - 1])
    cards = [owner.get(f"/my-data/offers/{line.reference}/") for owner in rivals]

    pages = together(
        *(
            lambda owner=owner, card=card: owner.submit(card, card.form("card_hash"))
            for owner, card in zip(rivals, cards, strict=True)
        )
    )

    assert sorted("/shared/" in page.url for page in pages) == [False, False, False, True]
    assert sum("Every place of this offer is taken" in page.words for page in pages) == 3
    assert len(names & set(site.people(line))) == 1
    assert site.line_status(line) == "filled"
    assert site.ask("verify")["words"] == ""


def test_many_clicks_on_yes_are_one_yes(site: Site) -> None:
    line = site.open_line()
    (owner,) = site.owners(1)
    card = owner.get(f"/my-data/offers/{line.reference}/")

    pages = together(*[lambda: owner.submit(card, card.form("card_hash"))] * CLICKS)

    assert len({page.url for page in pages}) == 1
    assert "/my-data/shared/" in pages[0].url
    assert site.people(line) == {owner.domain: "accepted"}
    assert site.rows("SELECT places_taken FROM buyers_orderline WHERE id = %s", line.number) == [
        (1,)
    ]
    assert site.ask("verify")["words"] == ""


def test_many_clicks_on_pay_are_one_payment_and_ten_webhooks_one_effect(site: Site) -> None:
    line = Line(**site.ask("order_line", offer=OFFER, places=GROUP, pay=False))
    buyer = Buyer(site.house.site_url)
    log_in(buyer, email=PEOPLE[0].email, password=PASSWORD)
    page = buyer.get(f"/orders/{line.order}/")

    tills = together(*[lambda: buyer.submit(page, page.form("/pay/"))] * CLICKS)

    assert len({till.url for till in tills}) == 1
    assert payments_of(site, line.order) == [("open", 0)]

    form = tills[0].form("Pay £")
    together(*[lambda: buyer.submit(tills[0], form, answer="pay")] * CLICKS)
    site.until(lambda: site.line_status(line) == "open", what="the paid line to open")

    sent = site.ask("webhook", order=line.order)
    body, signature = sent["body"].encode(), sent["signature"]
    answers = together(*[lambda: knock(site, body, signature)] * KNOCKS)

    assert answers == [200] * KNOCKS
    assert payments_of(site, line.order) == [("settled", 1)]
    assert len(events_of(site, line)) == 1
    assert site.ask("verify")["words"] == ""


def events_of(site: Site, line: Line) -> list[tuple[Any, ...]]:
    return site.rows(
        """SELECT e.id FROM buyers_gatewayevent e
           JOIN buyers_payment p ON p.gateway_reference = e.gateway_reference
           JOIN buyers_orderline l ON l.order_id = p.order_id WHERE l.id = %s""",
        line.number,
    )


def test_a_forged_webhook_is_refused_and_changes_nothing(site: Site) -> None:
    line = site.open_line()
    sent = site.ask("webhook", order=line.order)
    body = sent["body"].encode()
    before = site.rows("SELECT count(*) FROM buyers_gatewayevent")

    answers = [
        knock(site, body.replace(b"till_", b"till-"), sent["signature"]),
        knock(site, body, sent["signature"][:-4] + "0000"),
        knock(site, body, "t=1,v1=00"),
        knock(site, body, ""),
    ]

    assert answers == [400] * 4
    assert site.rows("SELECT count(*) FROM buyers_gatewayevent") == before
    assert site.ask("verify")["words"] == ""
