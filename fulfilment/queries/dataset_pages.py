"""All that the dataset page shows, gathered in a constant number of queries."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from common import language, sealing
from common.language import NO_BREAK, ngettext, pgettext
from common.language import gettext as _
from fulfilment.exports import previews
from fulfilment.models import Dataset, DatasetFile, DatasetRevision, RemovalNotice
from fulfilment.queries import dataset_charts
from fulfilment.queries import datasets as queries
from offers.models import Collection, OfferField
from offers.tables import Column, columns_of, tables_of

logger = logging.getLogger(__name__)

_LONGEST_CELL = 80
_MOST_PREVIEWS = 3
_NOTICES_ON_PAGE = 5
_NO_TIME = len("2026-11-23")


@dataclass(frozen=True)
class Preview:
    """The first rows of one table, as the file has them."""

    table: str
    columns: list[Column]
    rows: list[list[dict[str, Any]]]


@dataclass(frozen=True)
class Page:
    """What the template of the dataset page is given."""

    dataset: Dataset
    revision: DatasetRevision | None
    is_newest: bool
    lead: str
    progress: queries.Progress
    revisions: Sequence[DatasetRevision]
    notices: Sequence[RemovalNotice]
    facts: list[dict[str, str]] = field(default_factory=list)
    charts: list[dataset_charts.Chart] = field(default_factory=list)
    quality: list[dict[str, str]] = field(default_factory=list)
    dictionary: list[tuple[str, list[dict[str, Any]]]] = field(default_factory=list)
    previews: list[Preview] = field(default_factory=list)
    files: list[DatasetFile] = field(default_factory=list)


def page_of(dataset: Dataset, *, revision: DatasetRevision | None = None) -> Page:
    """The page of a dataset, at its newest revision or at the one asked for."""
    newest = queries.newest_revision(dataset)
    shown = revision or newest
    pending = queries.removals_of(dataset).filter(confirmed_at__isnull=True)
    page = Page(
        dataset=dataset,
        revision=shown,
        is_newest=shown == newest,
        lead=_lead(dataset),
        progress=queries.progress_of(dataset),
        revisions=list(queries.released_revisions(dataset)),
        notices=list(pending[:_NOTICES_ON_PAGE]),
    )
    if shown is not None:
        _fill(page, shown)
    return page


def _fill(page: Page, revision: DatasetRevision) -> None:
    version = page.dataset.order_line.offer_version
    fields = list(version.fields.order_by("position", "pk"))
    page.facts.extend(_facts(page.dataset, revision))
    page.charts.extend(dataset_charts.charts_of(revision.profile))
    page.quality.extend(quality_of(revision))
    page.dictionary.extend(dataset_charts.dictionary_of(fields, revision.profile))
    page.files.extend(revision.files.order_by("pk"))
    page.previews.extend(_previews(page.files, fields))


def _lead(dataset: Dataset) -> str:
    version = dataset.order_line.offer_version
    if dataset.purged_at is not None:
        return _("The agreed time of keeping it is over. Its rows and their keys are gone.")
    if version.collection == Collection.ONCE:
        return _("Each person is read once. A new revision follows when more people deliver.")
    days = version.period_days
    words = {
        Collection.DAILY: ngettext(
            "Read daily for {days} day from each person’s yes.",
            "Read daily for {days} days from each person’s yes.",
            days,
        ),
        Collection.WEEKLY: ngettext(
            "Read weekly for {days} day from each person’s yes.",
            "Read weekly for {days} days from each person’s yes.",
            days,
        ),
    }
    return words[Collection(version.collection)].format(days=language.number(days))


def _facts(dataset: Dataset, revision: DatasetRevision) -> list[dict[str, str]]:
    profile = revision.profile
    newest = profile["newest"]
    share = profile["filled"] * 100 // profile["cells"] if profile["cells"] else 0
    each = round(revision.rows / revision.people) if revision.people else 0
    return [
        _fact(
            _("People"),
            language.number(revision.people),
            _("of {places} places").format(places=language.number(dataset.order_line.places)),
        ),
        _fact(
            _("Records"),
            language.number(revision.rows),
            _("{number} for each person, on average").format(number=language.number(each)),
        ),
        _newest(newest),
        _fact(
            pgettext("cells", "Complete"),
            f"{share}\N{NO-BREAK SPACE}%",
            _("of all cells have a value"),
        ),
    ]


def _newest(newest: str) -> dict[str, str]:
    label = pgettext("record", "Newest")
    if not newest:
        return _fact(label, "–", _("these records carry no times"))
    try:
        moment = datetime.fromisoformat(newest)
    except ValueError:
        return _fact(label, newest[:_NO_TIME], _("as the HAT wrote it"))
    if len(newest) == _NO_TIME:
        return _fact(label, language.day_of_year(moment), f"{moment:%Y}")
    return _fact(label, f"{moment:%H:%M}", f"{language.date_long(moment)}, UTC")


def _fact(label: str, value: str, note: str) -> dict[str, str]:
    return {"label": label, "value": value, "note": note}


def quality_of(revision: DatasetRevision) -> list[dict[str, str]]:
    """What to know before counting on it, in sentences; the good news first."""
    profile, rows = revision.profile, revision.rows
    sentences = [_gaps(profile)]
    if profile["future_times"]:
        sentences.append(
            _care(
                _("Some times lie in the future; they are as the HATs gave them."),
                _times(profile["future_times"]),
            )
        )
    elif profile["newest"]:
        sentences.append(_good(_("No time lies in the future."), _records(rows)))
    if profile["unread_times"]:
        sentences.append(
            _care(
                _("Some times are written in a form that we cannot read, and are in no chart."),
                _times(profile["unread_times"]),
            )
        )
    if profile["quarantined"]:
        sentences.append(
            _care(
                _("Records that were not what the HAT promised have been left out."),
                _records(profile["quarantined"]),
            )
        )
    if profile["unreadable"]:
        sentences.append(
            _care(
                _("Stored deliveries that did not open have been left out."),
                _deliveries(profile["unreadable"]),
            )
        )
    return sorted(sentences, key=lambda sentence: sentence["tone"] != "good")


def _times(count: int) -> str:
    words = ngettext("{number} time", "{number} times", count)
    return words.format(number=language.number(count))


def _records(count: int) -> str:
    words = ngettext("{number} record", "{number} records", count)
    return words.format(number=language.number(count))


def _deliveries(count: int) -> str:
    words = ngettext("{number} delivery", "{number} deliveries", count)
    return words.format(number=language.number(count))


def _gaps(profile: dataset_charts.Profile) -> dict[str, str]:
    percents = {
        column["name"]: dataset_charts.filled_percent(column, table)
        for table in profile["tables"]
        for column in table["columns"]
    }
    worst = min(percents, key=lambda name: percents[name], default="")
    if not worst or percents[worst] >= dataset_charts.GAPPY_BELOW_PERCENT:
        return _good(
            _("Every field has a value in nearly all records."),
            _("{share} or more of each").format(
                share=f"{dataset_charts.GAPPY_BELOW_PERCENT}{NO_BREAK}%"
            ),
        )
    return _care(
        _("{name} is empty in {share} of every 100 records.").format(
            name=worst, share=100 - percents[worst]
        ),
        _("Empty means that the HAT had no value; nothing was filled in."),
    )


def _good(text: str, note: str) -> dict[str, str]:
    return {"tone": "good", "icon": "check-circle", "text": text, "note": note}


def _care(text: str, note: str) -> dict[str, str]:
    return {"tone": "attention", "icon": "exclamation-triangle", "text": text, "note": note}


def _previews(files: Sequence[DatasetFile], fields: Sequence[OfferField]) -> list[Preview]:
    columns = tables_of(columns_of(fields))
    tables = [file for file in files if file.format == "csv" and file.rows][:_MOST_PREVIEWS]
    return [_preview(file, columns[file.table]) for file in tables]


def _preview(file: DatasetFile, columns: list[Column]) -> Preview:
    try:
        rows = previews.first_rows(file.path, wrapped_key=bytes(file.wrapped_key))
    except (OSError, sealing.CannotOpen):
        logger.exception("dataset.preview_unreadable", extra={"file_id": file.pk})
        rows = []
    styles = ["iso", *("r" if column.is_number else "" for column in columns)]
    cells = [
        [
            {
                "text": text[:_LONGEST_CELL] + ("…" if len(text) > _LONGEST_CELL else ""),
                "style": style,
            }
            for text, style in zip(row, styles, strict=True)
        ]
        for row in rows
    ]
    return Preview(file.table, columns, cells)
