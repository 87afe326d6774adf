"""What the owner does in the browser with agreements of version 2."""

from aiohttp import web

from hats.sandbox import answers, pages_older
from hats.sandbox.older_debits import OlderDebit
from hats.sandbox.visit import Page, Visit, for_owner, not_possible

_DEBIT = "/data-debit-v2/(?P<id>[0-9a-zA-Z-]+)"


def debit_page(visit: Visit) -> web.Response:
    page = pages_older.debit(_debit(visit), owner=visit.owner, at=visit.world.now())
    return answers.html_answer(page)


def confirm(visit: Visit) -> web.Response:
    """Switch one bundle on, and with that every other off."""
    debit, name = _debit(visit), visit.field("bundle")
    if all(share.bundle.name != name for share in debit.shares):
        raise not_possible("This request is not part of the agreement any more", status=404)
    visit.hat.older_debits.enable(debit, name=name)
    return answers.see_other(f"/data-debit-v2/{debit.id}")


def stop(visit: Visit) -> web.Response:
    debit = _debit(visit)
    visit.hat.older_debits.disable(debit)
    return answers.see_other(f"/data-debit-v2/{debit.id}")


def _debit(visit: Visit) -> OlderDebit:
    debit = visit.hat.older_debits.get(visit.subject)
    if debit is None:
        raise not_possible("There is no such agreement on this HAT", status=404)
    return debit


PAGES: tuple[tuple[str, str, Page], ...] = (
    ("GET", _DEBIT, for_owner(debit_page)),
    ("POST", f"{_DEBIT}/confirm", for_owner(confirm, back="/data-debit")),
    ("POST", f"{_DEBIT}/stop", for_owner(stop, back="/data-debit")),
)
