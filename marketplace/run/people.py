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

    def order(self, *, offer_slug: str, places: int, words: str) -> str:
        """Order from the offer page and pay at the till; the order's reference."""
        offer = self.get(f"/offers/{offer_slug}/")
        page = self.submit(offer, offer.form("/orders/new/"), places=str(places))
        form = page.form("purpose_words")
        page = self.submit(page, form, purpose_words=words, places=str(places))
        reference = _reference(page, "OR")
        self.pay(reference)
        return reference

    def pay(self, reference: str) -> None:
        """Go to the till and pay."""
        page = self.get(f"/orders/{reference}/")
        till = self.submit(page, page.form("/pay/"))
        form = till.form("/pay/")
        self.submit(till, form)

    def order_page(self, reference: str) -> Page:
        """As it stands now."""
        return self.get(f"/orders/{reference}/")


class Moderator(Visitor):
    """Staff of the market."""

    def clear(self, line_reference: str) -> Page:
        """Open the case, read the card, clear it."""
        page = self.get(f"/orders/moderation/{line_reference}/")
        return self.submit(page, page.form("/clear/"))


class Owner(Visitor):
    """A HAT owner with the log-in of the HAT."""

    def __init__(self, site_url: str, *, domain: str, username: str, password: str) -> None:
        super().__init__(site_url)
        self.domain, self.username, self.password = domain, username, password

    def log_in(self) -> Page:
        """Name the HAT, log in there, agree to the connection, come back."""
        page = self.get("/hat/login/")
        page = self.submit(page, page.form("hat"), hat=self.domain)
        page = self._log_in_on_the_hat(page)
        return self._agree(page, until="/hat/")

    def accept(self, line_reference: str) -> str:
        """Open the card and accept; the address of the acceptance's page."""
        card = self.get(f"/my-data/offers/{line_reference}/")
        return self.submit(card, card.form("/accept/")).url

    def confirm(self, acceptance_url: str) -> Page:
        """Follow the link to the HAT, confirm the debit there, come back."""
        page = self.get(acceptance_url)
        page = self.get(page.link("data-debit"))
        page = self._log_in_on_the_hat(page)
        return self._agree(page, until="/my-data/")

    def stop(self, acceptance_url: str) -> Page:
        """Stop sharing: one button."""
        page = self.get(acceptance_url)
        return self.submit(page, page.form("/stop/"))

    def _log_in_on_the_hat(self, page: Page) -> Page:
        if any("password" in form.fields for form in page.forms):
            form = page.form("password")
            return self.submit(page, form, username=self.username, password=self.password)
        return page

    def _agree(self, page: Page, *, until: str) -> Page:
        """Press the HAT's own first button until we are back at the market."""
        for _ in range(3):
            if page.url.startswith(self.site_url):
                return page
            form = page.forms[0]
            name, value, _words = form.buttons[0]
            page = self.submit(page, form, **({name: value} if name else {}))
        raise Unexpected(f"the HAT did not lead back to {until} but to {page.url}")


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
