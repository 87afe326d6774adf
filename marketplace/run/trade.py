"""The script of one trade: what is done is done through pages, what is compared is read twice.

Figures come from the pages and files that people get, from the sandbox HATs' own books, and from
the database; ``disagreements`` lists where they differ.
"""

import csv
import hashlib
import io
import json
import re
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Semaphore
from typing import Any

from buyers.models import OrderLine, Refund, RefundStatus
from fulfilment.models import Acceptance, AcceptanceStatus, DataDebit, Dataset, SealedBlock
from ledger.queries import line_money
from marketplace.demo import MODERATOR, PASSWORD
from marketplace.invariants import violations
from marketplace.run.frontdoor import Page, Unexpected, Visitor
from marketplace.run.people import Buyer, Moderator, Owner, log_in, wait_for

OFFER = "evening-plays"
PLACES, ACCEPTING = 26, 23
HATS_ASKED = 60
AT_ONCE = 6  # owners who act at the same time
PURPOSE_WORDS = "To learn when people listen to music after work."


class Trade:
    """One trade with a new organisation; ``run`` returns its figures."""

    def __init__(
        self, *, site_url: str, hats_url: str, mails: Path, say: Callable[[str], None]
    ) -> None:
        self.site_url, self.hats_url, self.mails, self.say = site_url, hats_url, mails, say
        self.disagreements: list[str] = []
        self.broken: list[str] = []
        self.buyer, self.moderator = Buyer(site_url), Moderator(site_url)
        self.shares: list[tuple[Owner, str]] = []
        self.seats = Semaphore(ACCEPTING)

    def run(self) -> dict[str, Any]:
        """:raises Unexpected: a page was not what its visitor expects."""
        began = time.monotonic()
        self._sign_up_and_order()
        self._clear()
        self._accept()
        first = self._wait_for_revision(1, people=ACCEPTING)
        first_file = self._download(first)
        self._withdraw()
        second = self._wait_for_revision(2, people=ACCEPTING - 1)
        second_file = self._download(second)
        self._compare_files(first_file, second_file)
        self._close()
        return self._figures(second_file, seconds=time.monotonic() - began)

    # -- what people do -------------------------------------------------------------------------

    def _sign_up_and_order(self) -> None:
        self.say("A buyer signs up, founds an organisation and orders …")
        mail = f"sam-{time.time_ns()}@harbourlab.example"
        self.buyer.sign_up(email=mail, name="Sam Reed", password=PASSWORD, mails=self.mails)
        self.buyer.create_organisation(
            name="Harbour Listening Lab",
            kind="University or research institute",
            city="Leeds",
            country="GB",
            contact_email=mail,
        )
        self.order = self.buyer.order(
            offer_slug=OFFER,
            words=PURPOSE_WORDS,
            purpose="AcademicResearch",
            retention_days="180",
            country="GB",
            places=str(PLACES),
        )
        self.buyer.pay(self.order)
        wait_for("the payment", lambda: self._line().status == "in_review" or None)

    def _clear(self) -> None:
        self.say("A moderator reads the card and lets it go live …")
        log_in(self.moderator, email=MODERATOR.email, password=PASSWORD)
        self.moderator.clear(self._line().reference)

    def _accept(self) -> None:
        self.say(f"{ACCEPTING} HAT owners accept and confirm on their HATs …")
        with urllib.request.urlopen(f"{self.hats_url}/_sandbox/hats?first={HATS_ASKED}") as answer:  # noqa: S310
            hats = json.load(answer)
        owners = [Owner(self.site_url, **hat) for hat in hats]
        with ThreadPoolExecutor(AT_ONCE) as people:
            for _ in people.map(self._one_owner, owners):
                pass
        if len(self.shares) < ACCEPTING:
            raise Unexpected(f"only {len(self.shares)} of {HATS_ASKED} HATs could fill the offer")

    def _one_owner(self, owner: Owner) -> None:
        """Log in, look at the inbox, accept where the offer stands there, confirm."""
        if len(self.shares) == ACCEPTING:
            return
        owner.log_in()
        reference = self._line().reference
        path = f"/my-data/offers/{reference}/"
        holds = wait_for("what the HAT holds", lambda: _has_looked(owner))
        holds_it = any(path in address for address, _ in holds.links)
        if not holds_it or not self.seats.acquire(blocking=False):
            return
        share = owner.accept(reference)
        owner.confirm(share)
        self.shares.append((owner, share))

    def _withdraw(self) -> None:
        self.say("One owner stops sharing …")
        owner, share = self.shares[0]
        owner.stop(share)

    def _close(self) -> None:
        self.say("The buyer closes the order; empty places are refunded …")
        self.buyer.close(self.order)
        wait_for("the refund", lambda: self._refunded() or None)

    # -- what they get --------------------------------------------------------------------------

    def _wait_for_revision(self, number: int, *, people: int) -> Page:
        def look() -> Page | None:
            dataset = Dataset.objects.filter(order_line=self._line()).first()
            if dataset is None:
                return None
            newest = dataset.revisions.filter(status="sealed").order_by("-number").first()
            if newest is None or newest.people != people:
                return None
            return self.buyer.get(f"/datasets/{dataset.reference}/")

        return wait_for(f"revision {number} with {people} people", look)

    def _download(self, page: Page) -> dict[str, bytes]:
        """Every file the page offers, by format."""
        files: dict[str, bytes] = {}
        for address, _words in page.links:
            if "/files/" in address:
                answer = self.buyer.get(address)
                files[_format_of(answer)] = answer.body
        return files

    def _compare_files(self, first: dict[str, bytes], second: dict[str, bytes]) -> None:
        gone = _people(first["csv"]) - _people(second["csv"])
        self._agree("people in revision 1", len(_people(first["csv"])), ACCEPTING)
        self._agree("people gone from revision 2", len(gone), 1)
        self._agree("people in CSV and JSON Lines", len(_people(second["csv"])), _lines(second))

    # -- figures --------------------------------------------------------------------------------

    def _figures(self, files: dict[str, bytes], *, seconds: float) -> dict[str, Any]:
        line = self._line()
        dataset = Dataset.objects.get(order_line=line)
        revision = dataset.revisions.filter(status="sealed").latest("number")
        money = line_money(line.reference)
        debits = DataDebit.objects.filter(acceptance__order_line=line)
        self._agree("sha256", hashlib.sha256(files["jsonl"]).hexdigest(), revision.sha256)
        self._agree("rows", _rows(files["csv"]), revision.rows)
        self._compare_books(line)
        self.broken = list(violations())
        paid = line.total.minor_units
        parts = money.rewards + money.fees + money.tax + money.refunded + money.held
        self._agree("money", parts.minor_units, paid)
        self._agree("money paid", money.paid.minor_units, paid)
        return {
            "offer": OFFER,
            "places": line.places,
            "accepted": line.acceptances.count(),
            "debits_enabled": debits.filter(enabled_at__isnull=False).count(),
            "retrieved": SealedBlock.objects.filter(acceptance__order_line=line).count(),
            "records": sum(
                SealedBlock.objects.filter(acceptance__order_line=line).values_list(
                    "records", flat=True
                )
            ),
            "withdrawn": line.acceptances.filter(status=AcceptanceStatus.WITHDRAWN).count(),
            "dataset": {
                "revision": revision.number,
                "people": revision.people,
                "rows": revision.rows,
                "sha256": revision.sha256,
                "formats": sorted(files),
            },
            "money": {
                "paid": money.paid.minor_units,
                "rewards": money.rewards.minor_units,
                "fee": (money.fees + money.tax).minor_units,
                "refunded": money.refunded.minor_units,
                "held": money.held.minor_units,
            },
            "violations": len(self.broken) + len(self.disagreements),
            "seconds": round(seconds, 1),
        }

    def _compare_books(self, line: OrderLine) -> None:
        """I1 and I2: the HATs' own books against ours."""
        with urllib.request.urlopen(f"{self.hats_url}/_sandbox/books") as answer:  # noqa: S310
            hats = json.load(answer)["hats"]
        theirs = {debit: facts for hat in hats.values() for debit, facts in hat["debits"].items()}
        ours = {str(uid) for uid in Acceptance.objects.values_list("uid", flat=True)}
        self._agree("debits on the HATs", sorted(theirs), sorted(ours))
        mine = {str(uid) for uid in line.acceptances.values_list("uid", flat=True)}
        read = {debit for debit, facts in theirs.items() if facts["pulls"] and debit in mine}
        self._agree("debits read", len(read), line.acceptances.count())

    def _agree(self, what: str, one: object, other: object) -> None:
        if one != other:
            self.disagreements.append(f"{what}: {one} and {other}")

    def _line(self) -> OrderLine:
        return OrderLine.objects.get(order__reference=self.order)

    def _refunded(self) -> bool:
        refunds = Refund.objects.filter(order_line=self._line())
        return refunds.exists() and not refunds.exclude(status=RefundStatus.SUCCEEDED).exists()


def _has_looked(owner: Visitor) -> Page | None:
    """The inbox, once the market has seen which endpoints the HAT holds."""
    page = owner.get("/my-data/offers/")
    return None if "still looking" in page.words else page


def _format_of(answer: Page) -> str:
    found = re.search(r"\.(\w+)\"?$", answer.headers.get("Content-Disposition", ""))
    return found.group(1) if found else "unknown"


def _people(body: bytes) -> set[str]:
    rows = csv.reader(io.StringIO(body.decode("utf-8-sig")))
    next(rows)
    return {row[0] for row in rows}


def _rows(body: bytes) -> int:
    return sum(1 for _ in csv.reader(io.StringIO(body.decode("utf-8-sig")))) - 1


def _lines(files: dict[str, bytes]) -> int:
    return len({json.loads(line)["person"] for line in files["jsonl"].splitlines()})
