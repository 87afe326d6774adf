"""The demo's first day: people arrive, buy, agree and stop, all through the front doors.

Run once, beside the demo that is already open, so that the shop is not empty: an order that was
delivered and reviewed, one that HAT owners can still answer, one that waits for an approver, one
for a moderator, questions with and without an answer, a removal notice, and so many connected
HATs that offers show who can fill them.
"""

import json
import re
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock, Semaphore

from marketplace.demo import MODERATOR, PASSWORD, PEOPLE
from marketplace.run.frontdoor import Page, Unexpected
from marketplace.run.people import Buyer, Moderator, Owner, log_in, wait_for

LEFT_FRESH = 3  # HATs whose log-ins the demo's guide prints
ARRIVING = 90
AT_ONCE = 4
DELIVERED, STILL_OPEN, TO_APPROVE, TO_REVIEW = (
    ("evening-plays", 24, "To learn when people listen to music after work."),
    ("last-fifty-songs", 60, "To plan which songs our late openings play."),
    ("ride-hailing-trips", 450, "To ask the city for a bus that runs when our shows end."),
    ("sleep-and-steps", 60, "To learn whether people who walk more sleep better."),
)
QUESTIONS = (  # offer, question, answer
    (
        "evening-plays",
        "Is it said on which device a song was played?",
        "No. Time, song, artist and album are all that is in it.",
    ),
    (
        "evening-plays",
        "Is the evening meant where the person was, or in UTC?",
        "In UTC, for everybody. Where a person was is not part of this offer.",
    ),
    (
        "sleep-and-steps",
        "Is a night in it when the watch lay on the table?",
        "No. Nights shorter than two hours are left out, and so are days when it was not worn.",
    ),
    ("ride-hailing-trips", "Are trips in it that were booked and then cancelled?", ""),
)
TO_LOOK_AT = ("last-fifty-songs", "Can we learn in which town these songs are played most?")

REVIEW = {
    "stars": "4",
    "as_described": "5",
    "completeness": "4",
    "headline": "Evenings as people lived them",
    "text": "The columns were those of the sample, and the times told us when to open late."
    " A few songs name no artist; we count them as unknown.",
    "used_for": "AcademicResearch",
    "shows_name": "on",
}
ANSWER = "Thank you. Where a song has no artist on the HAT, we leave the cell empty on purpose."


class FirstDay:
    """``live`` returns when the day is over."""

    def __init__(self, *, site_url: str, hats_url: str, say: Callable[[str], None]) -> None:
        self.site_url, self.hats_url, self.say = site_url, hats_url, say
        self.buyer, self.moderator = Buyer(site_url), Moderator(site_url)
        self.yeses: dict[str, tuple[str, Semaphore]] = {}
        self.first_share: tuple[Owner, str] | None = None
        self.arrived, self.lock = 0, Lock()

    def live(self) -> None:
        """:raises Unexpected: a page was not what its visitor expects."""
        log_in(self.buyer, email=PEOPLE[0].email, password=PASSWORD)
        log_in(self.moderator, email=MODERATOR.email, password=PASSWORD)
        delivered, still_open = self._order(*DELIVERED), self._order(*STILL_OPEN)
        self._clear_all()
        self.yeses = {
            "what people listen to in the evening": (delivered, Semaphore(DELIVERED[1])),
            "the last 50 songs": (still_open, Semaphore(STILL_OPEN[1] // 2)),
        }
        self._order(*TO_REVIEW)
        self._order(*TO_APPROVE, pays=False)
        self._questions()
        self._people_arrive()
        self.buyer.review(DELIVERED[0], **REVIEW)
        self.moderator.show_review(REVIEW["headline"], answer=ANSWER)
        if self.first_share:
            owner, share = self.first_share
            owner.stop(share)
        self.say("The demo has lived its first day: orders, people and a dataset are there.")

    def _order(self, offer: str, places: int, words: str, *, pays: bool = True) -> str:
        """Order as Ines would; the order's reference."""
        reference = self.buyer.order(
            offer_slug=offer,
            words=words,
            retention_days="180",
            country="GB",
            places=str(places),
        )
        if pays:
            self.buyer.pay(reference)
        return reference

    def _clear_all(self) -> None:
        """The moderator works through the queue until both orders are live."""

        def cases() -> set[str] | None:
            queue = self.moderator.get("/orders/review/")
            found = re.findall(r"/orders/review/(OL-\w+)/", " ".join(a for a, _ in queue.links))
            return set(found) if len(set(found)) >= len((DELIVERED, STILL_OPEN)) else None

        for line in wait_for("two orders to review", cases):
            self.moderator.clear(line)

    def _questions(self) -> None:
        """Ines asks, Mo reads, shows and answers."""
        for offer, text, answer in QUESTIONS:
            question = self.buyer.ask(offer_slug=offer, text=text)
            self.moderator.show_question(question)
            if answer:
                self.moderator.answer_question(question, answer)
        offer, text = TO_LOOK_AT
        self.buyer.ask(offer_slug=offer, text=text)

    def _people_arrive(self) -> None:
        address = f"{self.hats_url}/_sandbox/hats?first={LEFT_FRESH + ARRIVING}"
        with urllib.request.urlopen(address) as answer:  # noqa: S310  # our own sandbox
            hats = json.load(answer)[LEFT_FRESH:]
        with ThreadPoolExecutor(AT_ONCE) as people:
            for _ in people.map(self._arrives, [Owner(self.site_url, **hat) for hat in hats]):
                self.arrived += 1
                if self.arrived % 30 == 0:
                    self.say(f"{self.arrived} of {ARRIVING} HAT owners have arrived.")

    def _arrives(self, owner: Owner) -> None:
        """Log in, and say yes to what stands in the inbox while there are seats."""
        owner.log_in()
        inbox = wait_for("what the HAT holds", lambda: _looked_through(owner))
        for words, (_order, seats) in self.yeses.items():
            lines = [to for to, said in inbox.links if words in said.lower()]
            found = re.search(r"/my-data/offers/(OL-\w+)/", " ".join(lines))
            if found and seats.acquire(blocking=False):
                self._say_yes(owner, found.group(1))

    def _say_yes(self, owner: Owner, line: str) -> None:
        try:
            share = owner.accept(line)
            owner.confirm(share)
        except Unexpected as problem:
            self.say(f"One owner could not finish: {problem}")
            return
        with self.lock:
            self.first_share = self.first_share or (owner, share)


def _looked_through(owner: Owner) -> Page | None:
    page = owner.get("/my-data/offers/")
    return None if "still looking" in page.words else page
