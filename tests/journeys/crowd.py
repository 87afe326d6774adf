"""People without browsers: they go through the same pages, many at a time."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache

from marketplace.demo import MODERATOR, PASSWORD
from marketplace.run.frontdoor import Page, Visitor
from marketplace.run.people import Buyer, Moderator, Owner, log_in, wait_for
from tests.journeys.house import StandingHouse

AT_ONCE, A_FEW = 4, 8
PURPOSE = "To plan quiet hours"


def agree(standing: StandingHouse, line: str, *, people: int, but: str = "") -> dict[Owner, str]:
    """Have exactly that many owners accept and confirm; the address of what each shares."""
    owners = [owner for owner in everybody(standing) if owner.domain != but]
    willing: list[Owner] = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while owners and len(willing) < people:
            few, owners = owners[:A_FEW], owners[A_FEW:]
            answers = pool.map(lambda owner: offered(owner, line), few)
            willing += [owner for owner, may in zip(few, answers, strict=True) if may]
        willing = willing[:people]
        shares = list(pool.map(lambda owner: owner.accept(line), willing))
        agreed = dict(zip(willing, shares, strict=True))
        list(pool.map(lambda owner: owner.confirm(agreed[owner]), willing))
    return agreed


@cache
def everybody(standing: StandingHouse) -> list[Owner]:
    """The owners of the house, the same ones whenever they are asked for."""
    return [Owner(standing.url, **hat) for hat in standing.hats(40)]


def offered(owner: Owner, line: str) -> bool:
    """Log in, unless that was done before, and look whether the line stands in the inbox."""
    if not owner.cookies:
        owner.log_in()
    inbox = wait_for("what the HAT holds", lambda: _inbox(owner))
    return any(f"/my-data/offers/{line}/" in address for address, _ in inbox.links)


def _inbox(owner: Visitor) -> Page | None:
    page = owner.get("/my-data/offers/")
    return None if "still looking" in page.words else page


@cache
def somebody(standing: StandingHouse, mail: str) -> Buyer:
    """Somebody of the demo, logged in once for all journeys."""
    buyer = Buyer(standing.url)
    log_in(buyer, email=mail, password=PASSWORD)
    return buyer


@cache
def moderator(standing: StandingHouse) -> Moderator:
    """The moderator of the demo, logged in once for all journeys."""
    reader = Moderator(standing.url)
    log_in(reader, email=MODERATOR.email, password=PASSWORD)
    return reader


def founder(
    standing: StandingHouse, mail: str, *, organisation: str, name: str = "Noor Hale"
) -> Buyer:
    """Somebody new with an organisation of their own."""
    buyer = Buyer(standing.url)
    buyer.sign_up(email=mail, name=name, password=PASSWORD, mails=standing.mails)
    buyer.create_organisation(
        name=organisation, kind="Museum or gallery", city="Leeds", country="GB", contact_email=mail
    )
    return buyer


def order(buyer: Buyer, *, offer: str, places: int, words: str = PURPOSE) -> str:
    """Order without paying; the order's reference."""
    return buyer.order(
        offer_slug=offer,
        words=words,
        purpose="AcademicResearch",
        retention_days="180",
        country="GB",
        places=str(places),
    )


def open_line(
    standing: StandingHouse, buyer: Buyer, *, offer: str, places: int, words: str = PURPOSE
) -> str:
    """Order, pay and have it let through; the reference of the line that owners can answer."""
    reference = order(buyer, offer=offer, places=places, words=words)
    buyer.pay(reference)
    line = standing.line_of(reference)
    if wait_for("the payment", lambda: standing.paid_status(line)) == "in_review":
        moderator(standing).clear(line)
    return line
