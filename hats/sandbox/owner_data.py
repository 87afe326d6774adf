"""What the owner does in the browser with data: look at it, delete it, connect data plugs."""

from aiohttp import web

from hats.bundles import Record
from hats.sandbox import answers, pages_data
from hats.sandbox.plugs import PLUGS
from hats.sandbox.visit import Page, Visit, for_owner, not_possible

RECORDS_A_PAGE = 10
ENDPOINT = "/data/(?P<id>[0-9a-z/-]+)"
RECORD = f"{ENDPOINT}/(?P<record>[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})"


def data_page(visit: Visit) -> web.Response:
    holdings = visit.hat.holdings
    counts = {endpoint: len(holdings[endpoint]) for endpoint in holdings}
    return answers.html_answer(pages_data.namespaces(counts, owner=visit.owner))


def endpoint_page(visit: Visit) -> web.Response:
    """Show the records of one endpoint, newest first."""
    found = visit.hat.holdings[visit.subject][::-1]
    if not found:
        raise not_possible("There are no such records on this HAT", status=404)
    last = (len(found) - 1) // RECORDS_A_PAGE + 1
    number = min(_number(visit.field("page")), last)
    start = (number - 1) * RECORDS_A_PAGE
    page = pages_data.endpoint(
        visit.subject,
        found[start : start + RECORDS_A_PAGE],
        pages_data.Place(number=number, last=last, records=len(found)),
        owner=visit.owner,
    )
    return answers.html_answer(page)


def _number(text: str) -> int:
    is_number = text.isdecimal() and len(text) < 10  # noqa: PLR2004 - more digits than any HAT has pages
    return max(1, int(text)) if is_number else 1


def record_page(visit: Visit) -> web.Response:
    """Ask before a record is deleted, since it does not come back."""
    return answers.html_answer(pages_data.record(_record(visit), owner=visit.owner))


def delete_record(visit: Visit) -> web.Response:
    visit.hat.holdings.discard([_record(visit)], at=visit.world.now())
    is_last = not visit.hat.holdings[visit.subject]
    return answers.see_other("/data" if is_last else f"/data/{visit.subject}")


def _record(visit: Visit) -> Record:
    wanted = visit.named["record"]
    for record in visit.hat.holdings[visit.subject]:
        if record.record_id == wanted:
            return record
    raise not_possible("This record is not on this HAT any more", status=404)


# Data plugs


def plugs_page(visit: Visit) -> web.Response:
    return answers.html_answer(pages_data.plugs(visit.hat.holdings.plugs, owner=visit.owner))


def change_plug(visit: Visit) -> web.Response:
    plug, at, holdings = visit.subject, visit.world.now(), visit.hat.holdings
    if plug not in PLUGS:
        raise not_possible("There is no such data plug", status=404)
    match visit.field("how"):
        case "history":
            holdings.connect(plug, since=None)
        case "now":
            holdings.connect(plug, since=at)
        case "stop":
            holdings.disconnect(plug, at=at)
    return answers.see_other(f"/plugs#{plug}")


PAGES: tuple[tuple[str, str, Page], ...] = (
    ("GET", "/data", for_owner(data_page)),
    ("GET", RECORD, for_owner(record_page)),
    ("POST", f"{RECORD}/delete", for_owner(delete_record, back="/data")),
    ("GET", ENDPOINT, for_owner(endpoint_page)),
    ("GET", "/plugs", for_owner(plugs_page)),
    ("POST", "/plugs/(?P<id>[a-z-]+)", for_owner(change_plug, back="/plugs")),
)
