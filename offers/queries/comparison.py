"""Up to four offers beside one another: the same rows, in the order of an offer's page."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import Count, Prefetch, Q

from common.language import gettext as _
from common.language import ngettext
from common.templatetags.ui import band, date_long, number, plural
from hats.bundles import parse_bundle
from offers import pricing
from offers.constants import FILE_FORMATS, PURPOSE_NAMES, never_use
from offers.facts import NOT_STATED
from offers.models import Offer, OfferField, OfferStatus, OfferVersion, OfferVersionStatus
from offers.queries import definitions, pages
from offers.queries.alignment import aligned, places_of
from offers.queries.catalogue import offers_on_sale
from offers.queries.stated import facts_of

MOST_COMPARED = 4
SUGGESTED = 4
_ONCE_PUBLISHED = (OfferVersionStatus.PUBLISHED, OfferVersionStatus.RETIRED)


@dataclass(frozen=True)
class Cell:
    """What one offer has to say; ``note`` is said smaller, and ``is_absent`` is a plain no."""

    text: str
    note: str = ""
    is_absent: bool = False


@dataclass(frozen=True)
class Row:
    """One question, answered by each offer in turn."""

    label: str
    cells: Sequence[Cell]

    @property
    def differs(self) -> bool:
        """Whether the offers answer it differently; how words are spelt does not matter."""
        return len({(c.text.casefold(), c.note.casefold(), c.is_absent) for c in self.cells}) > 1


@dataclass(frozen=True)
class Group:
    """Rows of one heading of the offer page."""

    heading: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class Compared:
    """One offer with all that is compared, read already."""

    offer: Offer
    version: OfferVersion
    fields: Sequence[OfferField]
    quote: pricing.Quote
    published: int

    @property
    def is_on_sale(self) -> bool:
        """Whether it can be ordered now."""
        return self.offer.status == OfferStatus.LISTED


def compared(references: Sequence[str], *, tax_percent: int) -> list[Compared]:
    """The offers of these references, in their order; two statements.

    Left out is whatever was never published, or is private: nobody learns whether it exists.
    """
    fields = OfferField.objects.order_by("position", "pk")
    found = (
        Offer.objects.filter(
            reference__in=references, current_version__isnull=False, invitation_code=None
        )
        .select_related("current_version", "category", "publisher")
        .prefetch_related(Prefetch("current_version__fields", fields))
        .annotate(published=Count("versions", Q(versions__status__in=_ONCE_PUBLISHED)))
    )
    by_reference = {offer.reference: offer for offer in found}
    return [
        _compared(by_reference[reference], tax_percent=tax_percent)
        for reference in references
        if reference in by_reference
    ]


def _compared(offer: Offer, *, tax_percent: int) -> Compared:
    version = offer.current_version
    assert version
    quote = pricing.quote(
        version.reward, version.fee, places=version.smallest_group, tax_percent=tax_percent
    )
    published: int = offer.published  # type: ignore[attr-defined]  # counted by the query above
    return Compared(offer, version, list(version.fields.all()), quote, published)


def suggestions(offers: Iterable[Offer], *, tax_percent: int) -> list[Compared]:
    """Others of the same subjects that can be ordered, the newest first."""
    chosen = list(offers)
    others = (
        offers_on_sale()
        .filter(category__in={offer.category_id for offer in chosen})
        .exclude(pk__in=[offer.pk for offer in chosen])
        .order_by("-current_version__published_at", "-pk")
        .values_list("reference", flat=True)[:SUGGESTED]
    )
    return compared(list(others), tax_percent=tax_percent)


def groups(offers: Sequence[Compared], *, tax_percent: int) -> list[Group]:
    """All that is compared."""
    facts = _asking(offers)
    made = [
        Group(
            _("At a glance"),
            [*_about(facts), *_price(facts, tax_percent=tax_percent), *_size(facts)],
        ),
        Group(_("What you get"), [*_records(facts), *_fields(offers)]),
        Group(_("Coverage and freshness"), _stated(offers)),
        Group(_("What you may do with it"), _purposes(offers)),
        Group(_("Never"), _never(offers)),
        Group(_("How it is delivered"), _delivery(facts)),
        Group(_("Versions"), _versions(facts)),
    ]
    return [group for group in made if group.rows]


def only_differences(all_groups: Iterable[Group]) -> list[Group]:
    """The rows that are not the same everywhere, under the headings that still have any."""
    kept = (replace(one, rows=[row for row in one.rows if row.differs]) for one in all_groups)
    return [group for group in kept if group.rows]


Ask = Callable[[str, Callable[[Compared], str | Cell]], Row]


def _asking(offers: Sequence[Compared]) -> Ask:
    """A way to ask each offer the same question."""

    def ask(label: str, answer: Callable[[Compared], str | Cell]) -> Row:
        return Row(label, [_cell(answer(one)) for one in offers])

    return ask


def _cell(answer: str | Cell) -> Cell:
    return answer if isinstance(answer, Cell) else Cell(answer)


def _about(ask: Ask) -> list[Row]:
    return [
        ask(_("Subject"), lambda one: one.offer.category.label),
        ask(_("Care"), lambda one: _care(one.version)),
        ask(_("People who have it"), lambda one: band(one.offer.people_available)),
        ask(_("Reviews"), _reviews),
    ]


def _reviews(one: Compared) -> Cell:
    rating = one.offer.rating
    if rating.average is None:
        return Cell(
            _("Too few for an average") if rating.reviews else _("None yet"), is_absent=True
        )
    stars = _("{average} of 5 stars").format(average=rating.average)
    reviews = ngettext("from {count} review", "from {count} reviews", rating.reviews)
    return Cell(stars, reviews.format(count=number(rating.reviews)))


def _size(ask: Ask) -> list[Row]:
    return [
        ask(_("Collection"), lambda one: one.version.rhythm),
        ask(_("Smallest group"), lambda one: plural(one.version.smallest_group, "person,people")),
        ask(_("Price of the smallest group"), lambda one: str(one.quote.total)),
    ]


def _care(version: OfferVersion) -> str:
    words = [
        _("Special category") if version.special_category else "",
        _("Precise location") if version.precise_location else "",
    ]
    return ", ".join(filter(None, words)) or _("Personal")


def _price(ask: Ask, *, tax_percent: int) -> list[Row]:
    return [
        ask(_("Price per person"), lambda one: str(one.quote.per_person)),
        ask(_("of which reward to the person"), lambda one: str(one.quote.reward_each)),
        ask(_("of which market fee"), lambda one: str(one.quote.fee_each)),
        ask(
            _("of which VAT on the fee, {percent}\N{NO-BREAK SPACE}%").format(percent=tax_percent),
            lambda one: str(one.quote.tax_each),
        ),
    ]


def _records(ask: Ask) -> list[Row]:
    rows = [
        ask(_("Read from"), lambda one: Cell("; ".join(_sources(one)))),
        ask(
            _("Which records, as people read it"),
            lambda one: " ".join(_words(one)) or _("All of them"),
        ),
        ask(_("Only from people whose HAT holds"), _conditions),
    ]
    return [row for row in rows if not all(cell.is_absent for cell in row.cells)]


def _sources(one: Compared) -> list[str]:
    bundle = parse_bundle(one.version.bundle)
    tables = dict.fromkeys(field.table for field in one.fields)
    return list(dict.fromkeys(pages.source_words(bundle, table) for table in tables))


def _words(one: Compared) -> list[str]:
    return definitions.data_words(one.version, one.fields)


def _conditions(one: Compared) -> Cell:
    clauses = definitions.condition_words(one.version, one.fields)
    return Cell("; ".join(clauses)) if clauses else Cell(_("No condition"), is_absent=True)


def _fields(offers: Sequence[Compared]) -> list[Row]:
    rows = aligned([(one.fields, places_of(parse_bundle(one.version.bundle))) for one in offers])
    return [
        Row(
            next(field.name for field in row.fields if field),
            [_field(field) for field in row.fields],
        )
        for row in rows
    ]


def _field(field: OfferField | None) -> Cell:
    if field is None:
        return Cell(_("Not included"), is_absent=True)
    about = [
        field.get_kind_display(),
        field.unit,
        _("may be empty") if field.may_be_missing else "",
    ]
    return Cell(field.meaning, ", ".join(filter(None, about)))


def _stated(offers: Sequence[Compared]) -> list[Row]:
    """The facts line by line, and the headlines of the use cases."""
    rows = [
        Row(lines[0].label, [Cell(fact.value, fact.note) for fact in lines])
        for lines in zip(*(facts_of(one.version) for one in offers), strict=True)
    ]
    uses = ["; ".join(use["headline"] for use in one.version.use_cases) for one in offers]
    good_for = Row(
        _("Good for"), [Cell(said or _(NOT_STATED), is_absent=not said) for said in uses]
    )
    return [*rows, good_for] if any(uses) else rows


def _purposes(offers: Sequence[Compared]) -> list[Row]:
    asked = [value for value in PURPOSE_NAMES if any(value in o.version.purposes for o in offers)]
    rows = [
        Row(
            pages.purpose_label(value),
            [
                _said(_("Allowed"), _("Not allowed"), holds=value in o.version.purposes)
                for o in offers
            ],
        )
        for value in asked
    ]
    kept = [
        Row(_("Kept at most"), [Cell(one.version.retention_words) for one in offers]),
        Row(_("Where it is kept"), [Cell(one.version.place_words) for one in offers]),
    ]
    return [*rows, *kept]


def _never(offers: Sequence[Compared]) -> list[Row]:
    uses = dict.fromkeys(use for one in offers for use in one.version.never)
    return [
        Row(
            never_use(use),
            [
                _said(_("Ruled out"), _("Not named by it"), holds=use in o.version.never)
                for o in offers
            ],
        )
        for use in uses
    ]


def _said(yes: str, no: str, *, holds: bool) -> Cell:
    return Cell(yes) if holds else Cell(no, is_absent=True)


def _delivery(ask: Ask) -> list[Row]:
    return [
        ask(_("Files"), lambda _one: ", ".join(name for name, _whom in FILE_FORMATS)),
        ask(_("New revisions"), _revisions),
    ]


def _revisions(one: Compared) -> str:
    return {
        "once": _("When somebody joins or leaves"),
        "daily": _("Daily, and when somebody joins or leaves"),
        "weekly": _("Weekly, and when somebody joins or leaves"),
    }[one.version.collection]


def _versions(ask: Ask) -> list[Row]:
    return [
        ask(_("On the shelf"), _version),
        ask(_("Published so far"), lambda one: _versions_so_far(one.published)),
        ask(_("Offered by"), _publisher),
    ]


def _version(one: Compared) -> Cell:
    return Cell(
        _("Version {number}").format(number=one.version.number),
        _("since {day}").format(day=date_long(one.version.published_at)),
    )


def _versions_so_far(count: int) -> str:
    return ngettext("{count} version", "{count} versions", count).format(count=number(count))


def _publisher(one: Compared) -> str:
    return one.offer.publisher.name if one.offer.publisher else _("The market’s own shelf")
