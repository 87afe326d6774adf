"""Every change of the data catalogue: files and single fields."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.access import require_moderator
from accounts.audit import Action
from accounts.models import User
from common.language import gettext as _
from offers.actions.drafts import part_digest
from offers.datafiles import DataFileInvalid, EndpointFacts, FieldFacts, SourceFacts, field_faults
from offers.errors import CatalogueChanged, ChangedMeanwhile, FieldFactsWrong
from offers.models import Category, DataEndpoint, DataField, DataSource
from offers.queries import data

CHANGEABLE = (
    *("name", "meaning", "unit", "sensitivity", "kept_back"),
    *("is_special", "is_precise_location", "may_be_missing"),
)


@transaction.atomic
def apply_file(
    *,
    sources: Sequence[SourceFacts],
    seen: Sequence[SourceFacts],
    by: User | None,
    at: datetime,
) -> None:
    """Put a whole file in the catalogue's place; what it leaves out is retired, never deleted.

    :param seen: the catalogue that the differences were shown against.
    :param by: ``None`` is the market itself, from the command line.
    :raises NotFound: not a moderator.
    :raises CatalogueChanged: it is not that one any more.
    :raises DataFileInvalid: a subject of the file is not on the shelf.
    """
    if by is not None:
        require_moderator(by)
    list(DataSource.objects.select_for_update().order_by("pk"))
    if data.as_facts() != list(seen):
        raise CatalogueChanged
    categories = _categories(sources)
    kept: list[int] = []
    for position, facts in enumerate(sources):
        source = _source(facts, position=position)
        for place, endpoint in enumerate(facts.endpoints):
            row = _endpoint(endpoint, source, category=categories[endpoint.category], place=place)
            kept += _fields(endpoint, row, at=at)
    DataField.objects.filter(retired_at=None).exclude(pk__in=kept).update(retired_at=at)
    first = DataSource.objects.order_by("position", "pk").first()
    assert first
    audit.record(Action.DATA_CATALOGUE_READ, first, at=at, actor=by, fields=len(kept))


@transaction.atomic
def save_field(
    *, field: DataField, changes: Mapping[str, Any], seen: str, by: User, at: datetime
) -> DataField:
    """Change what a field is called, means and reveals.

    :param changes: of name, meaning, unit, sensitivity, flags, and why it is kept back.
    :param seen: ``field_digest`` of what the page showed when it was opened.
    :raises NotFound: not a moderator.
    :raises ChangedMeanwhile: somebody else changed it since.
    :raises FieldFactsWrong: the facts do not fit together.
    """
    require_moderator(by)
    field = _locked(field)
    is_new = any(getattr(field, name) != value for name, value in changes.items())
    if is_new and field_digest(field) != seen:
        raise ChangedMeanwhile
    for name, value in changes.items():
        setattr(field, name, value)
    faults = field_faults(asdict(data.field_facts(field)))
    if faults:
        raise FieldFactsWrong(" ".join(faults))
    field.save(update_fields=list(changes))
    audit.record(Action.DATA_FIELD_CHANGED, field, at=at, actor=by, changed=sorted(changes))
    return field


def field_digest(field: DataField) -> str:
    """Name what moderators can change of a field, as it stands now."""
    return part_digest({name: getattr(field, name) for name in CHANGEABLE})


@transaction.atomic
def retire_field(*, field: DataField, by: User, at: datetime) -> DataField:
    """Take a field out of the public pages and out of new offers; offers that have it keep it.

    :raises NotFound: not a moderator.
    """
    require_moderator(by)
    return _set_retired(field, at, action=Action.DATA_FIELD_RETIRED, by=by, at=at)


@transaction.atomic
def restore_field(*, field: DataField, by: User, at: datetime) -> DataField:
    """Put a retired field back.

    :raises NotFound: not a moderator.
    """
    require_moderator(by)
    return _set_retired(field, None, action=Action.DATA_FIELD_RESTORED, by=by, at=at)


def _locked(field: DataField) -> DataField:
    """Lock the field's source, as whole files do, then the field, and return it fresh."""
    DataSource.objects.select_for_update(of=("self",)).get(endpoints=field.endpoint_id)
    return DataField.objects.select_for_update().get(pk=field.pk)


def _set_retired(
    field: DataField, retired_at: datetime | None, *, action: Action, by: User, at: datetime
) -> DataField:
    field = _locked(field)
    if (field.retired_at is None) == (retired_at is None):
        return field
    field.retired_at = retired_at
    field.save(update_fields=["retired_at"])
    audit.record(action, field, at=at, actor=by)
    return field


def _categories(sources: Sequence[SourceFacts]) -> dict[str, Category]:
    known = {category.slug: category for category in Category.objects.all()}
    faults = [
        _("{path}: there is no subject “{subject}” on the shelf.").format(
            path=endpoint.path, subject=endpoint.category
        )
        for source in sources
        for endpoint in source.endpoints
        if endpoint.category not in known
    ]
    if faults:
        raise DataFileInvalid(faults)
    return known


def _source(facts: SourceFacts, *, position: int) -> DataSource:
    look = {"name": facts.name, "words": facts.words, "position": position}
    return DataSource.objects.update_or_create(namespace=facts.namespace, defaults=look)[0]


def _endpoint(
    facts: EndpointFacts, source: DataSource, *, category: Category, place: int
) -> DataEndpoint:
    names = (
        *("name", "record", "table", "kind", "volume"),
        *("natural_key", "time_field", "time_format", "note"),
        *("freshness", "reaches_back_days", "records_a_month"),
    )
    look = {name: getattr(facts, name) for name in names}
    look |= {"source": source, "category": category, "position": place}
    return DataEndpoint.objects.update_or_create(path=facts.path, defaults=look)[0]


_FIELD_COLUMNS = [
    field.name for field in fields(FieldFacts) if field.name not in {"path", "retired"}
]


def _fields(facts: EndpointFacts, endpoint: DataEndpoint, *, at: datetime) -> list[int]:
    """Write all fields of one kind of record in two statements; the keys of their rows."""
    known = {row.path: row for row in endpoint.fields.all()}
    rows: list[DataField] = []
    for position, wanted in enumerate(facts.fields):
        row = known.get(wanted.path) or DataField(endpoint=endpoint, path=wanted.path)
        for name in _FIELD_COLUMNS:
            setattr(row, name, getattr(wanted, name))
        row.values, row.position = list(wanted.values), position
        row.retired_at = (row.retired_at or at) if wanted.retired else None
        rows.append(row)
    DataField.objects.bulk_create([row for row in rows if row.path not in known])
    columns = [*_FIELD_COLUMNS, "position", "retired_at"]
    DataField.objects.bulk_update([row for row in rows if row.path in known], columns)
    return [row.pk for row in rows]
