"""What two people, or two pages, would put into the same place."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.forms import BoundField, Form, IntegerField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import localize_input

from accounts.models import AuditEntry
from accounts.queries import last_entry
from common.language import gettext as _
from common.language import gettext_noop
from offers.models import Answer, OfferVersion, Question, Review, ReviewAnswer

Decided = OfferVersion | Question | Answer | Review | ReviewAnswer

NOTHING = gettext_noop("nothing")
CONFLICT = 409


@dataclass(frozen=True)
class Disagreement:
    """What another page saved, and what this one would put in its place."""

    label: str
    theirs: str
    mine: str


@dataclass(frozen=True)
class Meanwhile:
    """What somebody else did to the same thing while a page was open.

    :param entry: the record of it: who, and when.
    """

    entry: AuditEntry | None
    disagreements: Sequence[Disagreement] = ()


def seen_from_here(request: HttpRequest, shown: str, meanwhile: Meanwhile | None) -> str:
    """What the next save says it has seen: this page's beginning, or what it now shows of others.

    :param shown: names how the thing stands now.
    """
    return shown if meanwhile else request.POST.get("seen", shown)


def decided_meanwhile(request: HttpRequest, row: Decided, *, words: str, back: str) -> HttpResponse:
    """Say who decided first and how it stands now, and give back what was typed.

    :param back: name of the page where the next thing waits.
    """
    context = {
        "entry": last_entry(row, status=row.status),
        "status": row.status,
        "words": words,
        "here": "" if isinstance(row, OfferVersion) else request.path,
        "back": reverse(back),
    }
    return render(request, "offers/decided_meanwhile.html", context, status=CONFLICT)


def disagreements(mine: Form, theirs: Form) -> list[Disagreement]:
    """Where two forms of one step differ, in words."""
    found = []
    for name in mine.fields:
        if name in theirs.fields and not mine[name].is_hidden:
            pair = _said(theirs[name]), _said(mine[name])
            if pair[0] != pair[1]:
                found.append(Disagreement(str(mine[name].label), *pair))
    return found


def _said(field: BoundField) -> str:
    value = field.value()
    if value in (None, "", []):
        return _(NOTHING)
    if isinstance(field.field, IntegerField):
        value = _figure(field.field.to_python(value))
    if isinstance(value, bool):
        value = _("Yes") if value else _("No")
    labels = dict(getattr(field.field, "choices", []))
    values = value if isinstance(value, list) else [value]
    said = ", ".join(str(labels.get(str(one), one)) for one in values)
    return said.replace("\r\n", "\n").strip()  # as browsers send what the draft holds


def _figure(value: int | Decimal | None) -> str:
    """As the reader writes it: “5” and “5.00” say the same."""
    return "" if value is None else str(localize_input(Decimal(value).normalize()))
