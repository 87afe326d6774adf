"""What templates say: money, numbers, dates, statuses, icons and links that keep their filters."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import template
from django.conf import settings
from django.core.files.storage import storages
from django.http import HttpRequest, QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import npgettext_lazy

from common import language, statuses
from common.language import gettext as _
from common.language import ngettext
from common.money import Money
from common.signing_in import why_log_in as _why_log_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.core.files.storage import Storage
    from django.core.paginator import Page
    from django.forms import BoundField
    from django.forms.boundfield import BoundWidget
    from django.template.context import Context
    from django.utils.safestring import SafeString

register = template.Library()

DASH = "\N{EN DASH}"

# Around a word that was searched for, until the text is escaped: no keyboard types them.
MARK_BEGIN, MARK_END = "\ue000", "\ue001"

# The edges of the bands in which the shop tells how many people there are.
BAND_EDGES = (10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)

# How far away something is, as said behind “in” and before “ago”.
DISTANCES: dict[str, Any] = {
    "year": npgettext_lazy("distance", "%(num)d year", "%(num)d years", "num"),
    "month": npgettext_lazy("distance", "%(num)d month", "%(num)d months", "num"),
    "week": npgettext_lazy("distance", "%(num)d week", "%(num)d weeks", "num"),
    "day": npgettext_lazy("distance", "%(num)d day", "%(num)d days", "num"),
    "hour": npgettext_lazy("distance", "%(num)d hour", "%(num)d hours", "num"),
    "minute": npgettext_lazy("distance", "%(num)d minute", "%(num)d minutes", "num"),
}


# -- words and figures --------------------------------------------------------------------------
@register.filter
def money(value: Money | int | None, currency: str = "GBP") -> str:
    """Say ``£512.40`` for a Money, or for whole minor units and a currency."""
    if value is None:
        return DASH
    return str(value if isinstance(value, Money) else Money(value, currency))


@register.filter
def number(value: int | None) -> str:
    """Say a whole number with thousands separators: ``41,872``."""
    return DASH if value is None else language.number(value)


@register.filter
def band(people: int | None) -> str:
    """Name the band a number of people lies in (2,000 to 5,000); never one below ten."""
    if people is None:
        return _("not known yet")
    if people < BAND_EDGES[0]:
        return _("fewer than {number}").format(number=BAND_EDGES[0])
    if people >= BAND_EDGES[-1]:
        return _("more than {number}").format(number=number(BAND_EDGES[-1]))
    upper = next(edge for edge in BAND_EDGES if people < edge)
    lower = BAND_EDGES[BAND_EDGES.index(upper) - 1]
    return f"{number(lower)}{DASH}{number(upper)}"


@register.filter
def percent(part: int, whole: int) -> str:
    """Say ``71 %`` of a part and its whole, rounded down: 100 % means all of it."""
    return f"{share(part, whole)}\N{NO-BREAK SPACE}%"


@register.filter
def share(part: int, whole: int) -> int:
    """Count the whole per cent that ``part`` is of ``whole``, between 0 and 100."""
    return max(0, min(100, part * 100 // whole)) if whole else 0


@register.filter
def plural(count: int, words: str) -> str:
    """Say ``3 people`` for ``3|plural:"person,people"``; ``manage.py messages`` finds the words."""
    one, many = (f"%(count)s {word}" for word in words.split(","))
    return ngettext(one, many, count) % {"count": number(count)}


@register.filter
def marked(text: str) -> SafeString:
    """Escape the text, then turn the two private characters around a match into ``<mark>``."""
    said = escape(text).replace(MARK_BEGIN, "<mark>").replace(MARK_END, "</mark>")
    return mark_safe(said)  # noqa: S308  # escaped above


@register.filter
def at_most(count: int, limit: int) -> str:
    """Say ``99+`` where there is no room for more."""
    return number(count) if count <= limit else f"{number(limit)}+"


@register.filter
def initials(name: str) -> str:
    """Take two letters of a name: ``IO`` of Ines Okafor."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


# -- dates --------------------------------------------------------------------------------------
@register.filter
def date_long(value: date | datetime | None) -> str:
    """Say ``23 November 2026``, in the reader's time zone."""
    if value is None:
        return DASH
    return language.date_long(_local(value))


@register.filter
def when(value: datetime | None) -> str:
    """Say the exact moment with its zone, and how far away it is."""
    if value is None:
        return DASH
    now = timezone.now()
    return f"{moment(value)} ({_far(value, now)})"


@register.filter
def moment(value: datetime | None) -> str:
    """Say the exact moment with its zone: ``23 November 2026, 14:05 UTC``."""
    if value is None:
        return DASH
    return language.moment(timezone.localtime(value))


@register.filter
def iso(value: date | datetime | None) -> str:
    """Write the moment for a machine: the ``datetime`` attribute of ``<time>``."""
    return "" if value is None else value.isoformat()


def _local(value: date) -> date:
    return timezone.localtime(value) if isinstance(value, datetime) else value


def _far(value: datetime, now: datetime) -> str:
    if value > now:
        far = timeuntil(value, now, depth=1, time_strings=DISTANCES)
        return _("in {time}").format(time=far)
    if (now - value).total_seconds() < 60:  # noqa: PLR2004 -- a minute
        return _("just now")
    far = timesince(value.astimezone(UTC), now, depth=1, time_strings=DISTANCES)
    return _("{time} ago").format(time=far)


# -- pictures -----------------------------------------------------------------------------------
@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """Draw a symbol of ``img/icons.svg``, silent for screen readers: a word stands beside it."""
    return _use("icon", "icons", f"i-{name}", classes)


@register.simple_tag
def drawing(name: str, classes: str = "") -> SafeString:
    """Draw one of the project's line drawings, of ``img/drawings.svg``."""
    return _use("drawing", "drawings", f"d-{name}", classes)


def _use(kind: str, sprite: str, symbol: str, classes: str) -> SafeString:
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        f"{kind} {classes}".strip(),
        _address(storages["staticfiles"], f"img/{sprite}.svg"),
        symbol,
    )


@lru_cache(maxsize=16)
def _address(storage: Storage, path: str) -> str:
    """Where a static file is: a page has fifty symbols, and the answer never changes."""
    return storage.url(path)


# -- statuses, facts ----------------------------------------------------------------------------
@register.inclusion_tag("components/_status_badge.html")
def status_badge(status: str, label: str = "") -> dict[str, str]:
    """Show a status as word, icon and tone; ``label`` says it in other words."""
    look = statuses.look(status)
    return {"label": label or look.label, "tone": look.tone, "icon_name": look.icon}


@register.inclusion_tag("components/_breadcrumbs.html")
def breadcrumbs(*parts: str) -> dict[str, list[dict[str, str]]]:
    """Show the way here: words and addresses in turn, and the page's own word last."""
    pairs = zip(parts[::2], [*parts[1::2], ""], strict=False)
    return {"crumbs": [{"label": label, "url": url} for label, url in pairs]}


@register.filter
def segments(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Turn the rows of a statement that carry a ``key`` into cumulated widths, widest first."""
    keyed = [row for row in rows if row.get("key")]
    total = sum(row["amount"].minor_units for row in keyed)
    ends, run = [], 0
    for row in keyed:
        run += row["amount"].minor_units
        ends.append({"key": row["key"], "width": _hundredths(run, total)})
    return ends[::-1]


def _hundredths(part: int, whole: int) -> str:
    """Write a width in per cent with two decimals; no float touches money."""
    hundredths = part * 10_000 // whole if whole else 0
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


# -- forms --------------------------------------------------------------------------------------
_KINDS = {"checkbox": "check", "radio": "choices", "select": "select", "hidden": "hidden"}


@register.filter
def widget_kind(field: BoundField) -> str:
    """Say how a field is laid out: input, select, check, choices or hidden."""
    if field.field.widget.use_fieldset and hasattr(field.field.widget, "choices"):
        return "choices"
    return _KINDS.get(getattr(field.field.widget, "input_type", ""), "input")


@register.filter
def control(field: BoundField) -> SafeString:
    """Draw the field's own control in our class; Django ties it to help and errors."""
    classes = {"select": "form-select", "check": "form-check-input"}
    attrs: dict[str, str | bool] = {"class": classes.get(widget_kind(field), "form-control")}
    hint = str(field.field.widget.attrs.get("placeholder", ""))
    if hint and hint.lower().startswith(str(field.label).lower()):
        attrs["placeholder"] = ""  # It would only say the label again.
    return field.as_widget(attrs=attrs)


@register.filter
def choice_control(option: BoundWidget) -> SafeString:
    """Draw one radio button or box of a group in our class."""
    option.data["attrs"]["class"] = "form-check-input"
    return option.tag()


# -- links --------------------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def query_string(context: Context, **changes: object) -> str:
    """Keep the parameters of the address but for some; ``None`` takes one away."""
    request = _request(context)
    query = request.GET.copy() if request else QueryDict(mutable=True)
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            values = value if isinstance(value, list | tuple) else [value]
            query.setlist(name, [str(one) for one in values])
    return f"?{query.urlencode()}"


@register.filter
def why_log_in(next_path: str | None) -> str:
    """Say what somebody was about to do when the log-in came between; empty where nothing did."""
    return _why_log_in(next_path or "")


@register.filter
def page_numbers(page: Page[Any]) -> list[int | str]:
    """List the page numbers worth showing: the ends, the neighbours, and gaps between."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


@register.inclusion_tag("components/_nav_item.html", takes_context=True)
def nav_item(
    context: Context,
    label: str,
    view: str,
    *,
    also: str = "",
    icon_name: str = "",
    classes: str = "",
) -> dict[str, str]:
    """Link to a named page; nothing where it does not exist, and marked where one is.

    :param also: beginnings of the view names that lie below it, separated by spaces.
    """
    try:
        url = reverse(view)
    except NoReverseMatch:
        url = ""
    current = "page" if _view_name(context) == view else ""
    if not current and also and _view_name(context).startswith(tuple(also.split())):
        current = "true"
    look = {"icon_name": icon_name, "classes": classes}
    return {"label": label, "url": url, "current": current, **look}


@register.inclusion_tag("components/_languages.html", takes_context=True)
def language_switch(context: Context, *, is_refusal: bool = False) -> dict[str, object]:
    """Offer each language in its own words, and the way back to this page.

    What stands behind the “?”, or in an address that leads to a refusal, is nothing for a page to
    repeat; browsers name the whole address themselves.
    """
    request = _request(context)
    is_known = request is not None and request.resolver_match is not None
    here = request.path if request and is_known and not is_refusal else ""
    # A page that answers a form may not be asked for by its address: back to where the form was.
    is_answer = request is not None and request.method not in ("GET", "HEAD")
    before = request.headers.get("Referer", "") if request and is_answer else ""
    return {"languages": settings.LANGUAGES, "here": here, "before": before}


@register.tag
def capture(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    """Keep what is rendered up to ``endcapture`` as a variable, stripped."""
    _, name = token.split_contents()
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(nodelist, name)


class CaptureNode(template.Node):
    """Holds what lies between the two tags, blocks included."""

    def __init__(self, nodelist: template.NodeList, name: str) -> None:
        self.nodelist = nodelist
        self.name = name

    def render(self, context: Context) -> str:
        said = self.nodelist.render(context).strip()
        context[self.name] = mark_safe(said)  # noqa: S308  # escaped as it was rendered
        return ""


def _request(context: Context) -> HttpRequest | None:
    # An include with ``only`` drops the variable but keeps the attribute.
    return getattr(context, "request", None) or context.get("request")


def _view_name(context: Context) -> str:
    match = getattr(_request(context), "resolver_match", None)
    return match.view_name if match else ""
