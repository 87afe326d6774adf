"""What people do at their browsers, and what one can look up about it behind the pages."""

import csv
import re
from pathlib import Path

from marketplace.demo import PASSWORD
from marketplace.run.people import CODE, wait_for
from tests.journeys.house import StandingHouse
from tests.journeys.person import Person

# -- buyers and moderators -------------------------------------------------------------------------


def fill_sign_up(person: Person, *, name: str, mail: str) -> None:
    """Fill in the form of a new account, and send it."""
    person.fill("Your name", name)
    person.fill("E-mail", mail)
    person.fill("Password", PASSWORD)
    person.fill("Password (again)", PASSWORD)
    person.press("Open the account")


def mailed_code(standing: StandingHouse, mail: str) -> str:
    """The code of the newest mail to that address."""

    def look() -> str | None:
        files = sorted(standing.mails.glob("*.log"), key=lambda file: file.stat().st_mtime)
        texts = [file.read_text(encoding="utf-8") for file in files]
        mine = [text.split("\n\n", 1)[1] for text in texts if f"To: {mail}" in text]
        found = CODE.search(mine[-1]) if mine else None
        return found.group(1) if found else None

    return wait_for("the verification mail", look)


def log_in(person: Person, *, mail: str, password: str = PASSWORD) -> None:
    """With e-mail and password."""
    person.open("/account/login/")
    person.arrives("Log in")
    person.fill("E-mail", mail)
    person.fill("Password", password)
    person.press("Log in")


def fill_order(person: Person, *, words: str) -> None:
    """Say what the data is for."""
    person.page.get_by_label("Academic research").check()
    person.fill("In your own words", words)


def begin_order(person: Person) -> None:
    """Fill in an order of twenty people's last songs, and leave it to be sent."""
    person.open("/offers/last-fifty-songs/?places=20")
    person.press("Order 20 people for £12.40")
    fill_order(person, words="To learn how songs travel")


def order_on(person: Person) -> str:
    """The reference of the order whose page the person sees."""
    found = re.search(r"/orders/(OR-[0-9A-Z]+)/", person.page.url)
    assert found, person.page.url
    return found.group(1)


def money_on(person: Person) -> dict[str, str]:
    """The rows of the order page's money block."""
    block = person.page.get_by_role("region", name="Money")
    labels = block.get_by_role("rowheader").all_inner_texts()
    amounts = block.get_by_role("cell").all_inner_texts()
    return {
        re.sub(r" on \d.*", "", label.strip()): amount.strip()
        for label, amount in zip(labels, amounts, strict=True)
    }


def download_all(person: Person, folder: Path) -> dict[str, Path]:
    """Every file of the dataset's page, by format."""
    files = {}
    for link in person.page.locator("a[href*='/files/']").all():
        with person.page.expect_download() as coming:
            link.click()
        name = coming.value.suggested_filename
        coming.value.save_as(folder / name)
        files[name.rsplit(".", 1)[1]] = folder / name
    return files


def people_in(file: Path) -> set[str]:
    """The names that a CSV file gives to people."""
    with file.open(encoding="utf-8-sig", newline="") as text:
        return {row["person"] for row in csv.DictReader(text)}


# -- HAT owners ------------------------------------------------------------------------------------


def give_hat_password(person: Person, hat: dict[str, str]) -> None:
    """On the HAT's own page."""
    person.fill("User name", hat["username"])
    person.fill("Password", hat["password"])
    person.press("Log in")


def let_the_market_in(person: Person) -> None:
    """The HAT asks once whether the market may know whose it is."""
    asks = person.button("Allow and continue")
    home = person.page.get_by_role("heading", level=1, name="My data")
    asks.or_(home).wait_for()
    if asks.is_visible():
        person.looks_around()
        asks.click()


def wait_for_inbox(person: Person, line: str) -> None:
    """Look again, as the page proposes, until the line stands there."""

    def look() -> bool:
        person.open("/my-data/offers/")
        return person.page.locator(f"a[href='/my-data/offers/{line}/']").count() > 0

    wait_for("the offer in the inbox", look)


def confirm_among_the_agreements(person: Person, domain: str, share: str) -> None:
    """Find the agreement in the HAT's own list: the short way there needs a script of the HAT."""
    person.open(f"http://{domain}/data-debit/{_uid_in(share)}")
    person.press("Confirm")


def reload_until(person: Person, address: str, words: str) -> None:
    """Load a page again and again until it says so."""

    def look() -> bool:
        person.open(address)
        return person.page.get_by_text(words).count() > 0

    wait_for(words, look)


# -- behind the pages ------------------------------------------------------------------------------


def wait_for_revision(standing: StandingHouse, order: str, *, people: int) -> int:
    """Wait until workers have sealed a revision of that many people; its number."""
    query = """
        SELECT r.number FROM fulfilment_datasetrevision r
        JOIN fulfilment_dataset d ON d.id = r.dataset_id
        JOIN buyers_orderline l ON l.id = d.order_line_id JOIN buyers_order o ON o.id = l.order_id
        WHERE o.reference = %s AND r.people = %s AND r.status = 'sealed'
        ORDER BY r.number DESC
    """
    words = f"a revision of {people} people"
    found = wait_for(words, lambda: standing.rows(query, order, people))
    number: int = found[0][0]
    return number


def refunded(standing: StandingHouse, order: str) -> bool:
    """Whether every refund of the order went through."""
    query = """
        SELECT r.status FROM buyers_refund r JOIN buyers_orderline l ON l.id = r.order_line_id
        JOIN buyers_order o ON o.id = l.order_id WHERE o.reference = %s
    """
    found = standing.rows(query, order)
    return bool(found) and all(status == "succeeded" for (status,) in found)


def acceptances(standing: StandingHouse, line: str) -> list[tuple[str, str]]:
    """Each acceptance of a line: its name on the HAT, and where it stands."""
    query = """
        SELECT a.uid::text, a.status FROM fulfilment_acceptance a
        JOIN buyers_orderline l ON l.id = a.order_line_id WHERE l.reference = %s
    """
    return [(uid, status) for uid, status in standing.rows(query, line)]


def active_debits(standing: StandingHouse, domain: str, line: str) -> list[str]:
    """What the HAT itself says it still gives for that line."""
    ours = {uid for uid, _ in acceptances(standing, line)}
    debits = standing.books()["hats"][domain]["debits"]
    return [uid for uid, facts in debits.items() if facts["active"] and uid in ours]


def orders(standing: StandingHouse) -> int:
    """How many orders the market has."""
    count: int = standing.rows("SELECT count(*) FROM buyers_order")[0][0]
    return count


def payments(standing: StandingHouse, order: str) -> list[tuple[str, int]]:
    """Each attempt to pay an order, and how much of it the ledger says arrived."""
    query = """
        SELECT p.status, p.amount_minor_units FROM buyers_payment p
        JOIN buyers_order o ON o.id = p.order_id WHERE o.reference = %s ORDER BY p.id
    """
    return [(status, amount) for status, amount in standing.rows(query, order)]


def wait_for_payments(standing: StandingHouse, order: str, *statuses: str) -> None:
    """Wait until the till's webhook has told how each attempt ended."""

    def look() -> bool:
        return [status for status, _ in payments(standing, order)] == list(statuses)

    wait_for("the till's webhook", look)


def places_taken(standing: StandingHouse, line: str) -> int:
    """How many people a line counts."""
    query = "SELECT places_taken FROM buyers_orderline WHERE reference = %s"
    taken: int = standing.rows(query, line)[0][0]
    return taken


def wait_until_proposed(standing: StandingHouse, share: str) -> None:
    """Wait until the HAT was shown the debit."""
    query = """
        SELECT d.status FROM fulfilment_datadebit d
        JOIN fulfilment_acceptance a ON a.id = d.acceptance_id WHERE a.uid = %s
    """
    uid = _uid_in(share)
    wait_for("the proposal", lambda: standing.rows(query, uid)[0][0] == "proposed" or None)


def _uid_in(share: str) -> str:
    """The name of an acceptance, and of its debit on the HAT, from its page's address."""
    return share.rstrip("/").rsplit("/", 1)[1]
