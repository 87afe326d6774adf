"""People without browsers: they go through the same pages, many at a time."""

from concurrent.futures import ThreadPoolExecutor

from marketplace.run.frontdoor import Page, Visitor
from marketplace.run.people import Owner, wait_for
from tests.journeys.house import StandingHouse

AT_ONCE, A_FEW = 4, 8


def agree(standing: StandingHouse, line: str, *, people: int, but: str = "") -> dict[Owner, str]:
    """Have exactly that many owners accept and confirm; the address of what each shares."""
    owners = [Owner(standing.url, **hat) for hat in standing.hats(40) if hat["domain"] != but]
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


def offered(owner: Owner, line: str) -> bool:
    """Log in, and look whether the line stands in the inbox."""
    owner.log_in()
    inbox = wait_for("what the HAT holds", lambda: _inbox(owner))
    return any(f"/my-data/offers/{line}/" in address for address, _ in inbox.links)


def _inbox(owner: Visitor) -> Page | None:
    page = owner.get("/my-data/offers/")
    return None if "still looking" in page.words else page
