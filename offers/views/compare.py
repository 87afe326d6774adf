"""Offers side by side. The address holds the whole choice, so it can be sent to somebody."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from offers.queries import catalogue, comparison
from offers.queries.comparison import MOST_COMPARED, Compared
from offers.views.visitors import kept_for_visitors

DIFFERENCES = "differences"
LONGEST_WORDS = 200
_REFERENCE = re.compile(r"HM-[2-9A-Z]{7}")


@dataclass(frozen=True)
class Asked:
    """What an address asks for: the references in order, whether to leave out what is the same."""

    references: Sequence[str]
    has_unread: bool
    only_differences: bool
    words: str

    @property
    def chosen(self) -> Sequence[str]:
        """As many as stand beside one another."""
        return self.references[:MOST_COMPARED]

    @property
    def left_out(self) -> Sequence[str]:
        """What is too many."""
        return self.references[MOST_COMPARED:]


def read(query: QueryDict) -> Asked:
    """Take ``offers=HM-…,HM-…``, and each box of a card (``offer=HM-…``) after them."""
    said = [*query.get("offers", "").split(","), *query.getlist("offer")]
    words = [word.strip().upper() for word in said if word.strip()]
    known = dict.fromkeys(word for word in words if _REFERENCE.fullmatch(word))
    return Asked(
        references=list(known),
        has_unread=any(word not in known for word in words),
        only_differences=query.get("show") == DIFFERENCES,
        words=query.get("q", "").strip()[:LONGEST_WORDS],
    )


def address(references: Iterable[str], *, only_differences: bool = False, words: str = "") -> str:
    """Where these offers are compared, as short as it can be said."""
    said = {"offers": ",".join(references)}
    said |= {"show": DIFFERENCES} if only_differences else {}
    said |= {"q": words} if words else {}
    query = urlencode({key: value for key, value in said.items() if value}, safe=",")
    return f"{reverse('offers:compare')}?{query}" if query else reverse("offers:compare")


@login_not_required
@require_safe
@kept_for_visitors
def compare(request: HttpRequest) -> HttpResponse:
    asked = read(request.GET)
    if "offer" in request.GET:  # the boxes of the catalogue, without script
        show = asked.only_differences
        return redirect(address(asked.references, only_differences=show, words=asked.words))
    tax = settings.FEE_TAX_PERCENT
    offers = comparison.compared(asked.chosen, tax_percent=tax)
    context = _table(asked, offers, tax_percent=tax) | _choice(asked, offers, tax_percent=tax)
    return render(request, "offers/compare.html", context | {"asked": asked})


def _table(asked: Asked, offers: Sequence[Compared], *, tax_percent: int) -> dict[str, Any]:
    groups = comparison.groups(offers, tax_percent=tax_percent) if offers else []
    rows = [row for group in groups for row in group.rows]
    references = [one.offer.reference for one in offers]
    return {
        "offers": [
            (one, address(r for r in references if r != one.offer.reference)) for one in offers
        ],
        "shown": comparison.only_differences(groups) if asked.only_differences else groups,
        "rows": len(rows),
        "differing": sum(row.differs for row in rows),
        "gone": [one for one in asked.chosen if one not in references],
        "address": address(references),
        "address_of_all": settings.SITE_URL + address(references),
        "address_of_differences": address(references, only_differences=True),
    }


def _choice(asked: Asked, offers: Sequence[Compared], *, tax_percent: int) -> dict[str, Any]:
    """What else could stand here, while there is room."""
    references = [one.offer.reference for one in offers]
    free = MOST_COMPARED - len(offers)
    others = _others(asked, offers, tax_percent=tax_percent) if free else []
    return {
        "free": free,
        "most": MOST_COMPARED,
        "chosen": ",".join(references),
        "others": [(one, address([*references, one.offer.reference])) for one in others],
    }


def _others(asked: Asked, offers: Sequence[Compared], *, tax_percent: int) -> list[Compared]:
    if not asked.words:
        return comparison.suggestions([o.offer for o in offers], tax_percent=tax_percent)
    search = catalogue.Search(words=asked.words)
    found = catalogue.find(search, tax_percent=tax_percent).offers[: comparison.SUGGESTED * 2]
    chosen = {one.offer.reference for one in offers}
    references = [offer.reference for offer in found if offer.reference not in chosen]
    return comparison.compared(references[: comparison.SUGGESTED], tax_percent=tax_percent)
