"""What buyers, moderators and HAT owners do in a trade, each through the pages they would use."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from marketplace.run.frontdoor import Page, Unexpected, Visitor

T = TypeVar("T")
CODE = re.compile(r"\b([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\b")
PATIENCE_SECONDS = 90


def wait_for(what: str, look: Callable[[], T | None], *, seconds: float = PATIENCE_SECONDS) -> T:
    """Look again until there is something.

    :raises Unexpected: there never was.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.3)
    raise Unexpected(f"waited {seconds:.0f} s in vain for {what}")


def log_in(visitor: Visitor, *, email: str, password: str) -> Page:
    """With e-mail and password."""
    page = visitor.get("/account/login/")
    return visitor.submit(page, page.form("login"), login=email, password=password)


class Buyer(Visitor):
    """Somebody of an organisation."""

    def sign_up(self, *, email: str, name: str, password: str, mails: Path) -> None:
        """Sign up, and prove the address with the code from the mail."""
        page = self.get("/account/signup/")
        words = {"email": email, "name": name, "password1": password, "password2": password}
        page = self.submit(page, page.form("password2"), **words)
        code = wait_for("the verification mail", lambda: _code_for(email, mails))
        self.submit(page, page.form("code"), code=code)

    def create_organisation(self, **words: str) -> None:
        """Its creator becomes its owner."""
        page = self.get("/organisations/new/")
        self.submit(page, page.form("registration"), **words)

    def order(self, *, offer_slug: str, words: str, **choices: str) -> str:
        """Search, open the offer, order; the order's reference."""
        page = self.get(f"/offers/{offer_slug}/")
        box = page.form("#order")
        offer = next(value for name, value, _ in box.buttons if name == "offer")
        page = self.get(f"/orders/new/?offer={offer}&places={choices['places']}")
        form = page.form("purpose_words")
        choices.setdefault("purpose", form.choices["purpose"][0])
        page = self.submit(page, form, purpose_words=words, **choices)
        return _reference(page, "OR")

    def pay(self, order_reference: str) -> Page:
        """Go to the till and pay."""
        page = self.get(f"/orders/{order_reference}/")
        till = self.submit(page, page.form("/pay/"))
        return self.submit(till, till.form("Pay £"), answer="pay")

    def ask(self, *, offer_slug: str, text: str) -> str:
        """Ask about an offer; the question's reference."""
        page = self.get(f"/offers/{offer_slug}/questions/new/")
        page = self.submit(page, page.form("text"), text=text)
        return page.link(text).rstrip("/").rsplit("/", 1)[1]

    def review(self, offer_slug: str, **words: str) -> Page:
        """Wait until data of the offer is there, then say what it is like."""

        def page_with_the_form() -> Page | None:
            page = self.get(f"/offers/{offer_slug}/reviews/")
            return page if any("/reviews/new/" in address for address, _ in page.links) else None

        form = self.get(wait_for("data to review", page_with_the_form).link("/reviews/new/"))
        return self.submit(form, form.form("headline"), **words)

    def close(self, order_reference: str) -> Page:
        """Take no more people; the empty places are refunded."""
        page = self.get(f"/orders/{order_reference}/close/")
        return self.submit(page, page.form("Close now"))


class Moderator(Visitor):
    """Staff of the market."""

    def clear(self, line_reference: str) -> Page:
        """Open the case, read the card, let it go live."""
        page = self.get(f"/orders/review/{line_reference}/")
        return self.submit(page, page.form("Let it go live"), decision="clear")

    def show_question(self, reference: str) -> Page:
        """Read a question and let everybody read it."""
        page = self.get(f"/moderation/questions/{reference}/")
        return self.submit(page, page.form("Show it to everybody"), decision="show")

    def answer_question(self, reference: str, text: str) -> Page:
        """Answer for the market."""
        page = self.get(f"/moderation/questions/{reference}/")
        return self.submit(page, page.form("text"), text=text)

    def show_review(self, headline: str, *, answer: str) -> Page:
        """Read the review that waits under this headline, show it, and answer for the market."""
        case = self.get(self.get("/moderation/reviews/").link(headline))
        self.submit(case, case.form("Show this review"), decision="show")
        page = self.get(case.url.replace("/moderation/", "/") + "answer/")
        return self.submit(page, page.form("text"), text=answer)


class Owner(Visitor):
    """A HAT owner with the log-in of the HAT."""

    def __init__(self, site_url: str, *, domain: str, username: str, password: str) -> None:
        super().__init__(site_url)
        self.domain, self.username, self.password = domain, username, password

    def log_in(self) -> Page:
        """Name the HAT, log in there, agree to the connection, come back."""
        page = self.get("/hat/log-in/")
        return self._through_the_hat(self.submit(page, page.form("address"), address=self.domain))

    def accept(self, line_reference: str) -> str:
        """Open the card and accept; the address of what is shared now."""
        card = self.get(f"/my-data/offers/{line_reference}/")
        return self.submit(card, card.form("card_hash")).url

    def confirm(self, acceptance_url: str) -> Page:
        """Go to the HAT once its request is there, confirm the debit, come back."""

        def page_with_the_way_there() -> Page | None:
            page = self.get(acceptance_url)
            return page if any("/confirm/" in form.action for form in page.forms) else None

        page = wait_for("the HAT's request", page_with_the_way_there)
        return self._through_the_hat(self.submit(page, page.form("/confirm/")))

    def stop(self, acceptance_url: str) -> Page:
        """Stop sharing: one press."""
        page = self.get(acceptance_url)
        return self.submit(page, page.form("/stop/"))

    def _through_the_hat(self, page: Page) -> Page:
        """Log in and agree on the HAT's own pages until it leads back.

        :raises Unexpected: it does not.
        """
        for _ in range(4):
            if page.url.startswith(self.site_url):
                return page
            form = page.forms[-1]
            if "password" in form.fields:
                words = {"username": self.username, "password": self.password}
            else:
                words = dict([form.buttons[0][:2]])
            page = self.submit(page, form, **words)
        raise Unexpected(f"the HAT did not lead back but to {page.url}")


def _reference(page: Page, prefix: str) -> str:
    found = re.search(rf"\b{prefix}-[0-9A-Z]+\b", page.url + " " + page.words)
    if not found:
        raise Unexpected(f"no reference {prefix}-… on {page.url}: {page.words[:300]}")
    return found.group()


def _code_for(email: str, mails: Path) -> str | None:
    """The code in the newest mail to the address."""
    for file in sorted(mails.glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True):
        text = file.read_text(encoding="utf-8")
        if f"To: {email}" in text:
            found = CODE.search(text.split("\n\n", 1)[1])
            return found.group(1) if found else None
    return None
