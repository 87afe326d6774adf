"""What HATs can hold, as pages, files and the composer read it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from offers.datafiles import EndpointFacts, FieldFacts, SourceFacts
from offers.models import DataEndpoint, DataField, DataSource


@dataclass(frozen=True)
class Entry:
    """One kind of record with the fields to show."""

    endpoint: DataEndpoint
    fields: list[DataField]


def sources() -> QuerySet[DataSource]:
    """Every source with its endpoints and fields, in their order."""
    fields = DataField.objects.order_by("position", "pk")
    endpoints = (
        DataEndpoint.objects.select_related("category")
        .prefetch_related(Prefetch("fields", queryset=fields))
        .order_by("position", "pk")
    )
    return DataSource.objects.prefetch_related(Prefetch("endpoints", queryset=endpoints)).order_by(
        "position", "pk"
    )


def found(words: str) -> list[tuple[DataSource, list[Entry]]]:
    """What a search of the data catalogue shows: each source with the entries that fit.

    A record fits by its own words with all its fields, else with the fields that fit.
    """
    shown = [
        (source, [entry for e in source.endpoints.all() if (entry := _entry(e, words))])
        for source in sources()
    ]
    return [(source, entries) for source, entries in shown if entries]


def _entry(endpoint: DataEndpoint, words: str) -> Entry | None:
    fields = [field for field in endpoint.fields.all() if field.retired_at is None]
    own = f"{endpoint.name} {endpoint.record} {endpoint.path} {endpoint.category.name}"
    if not _holds(own, words):
        fields = [f for f in fields if _holds(f"{f.name} {f.meaning} {f.path}", words)]
    return Entry(endpoint, fields) if fields else None


def _holds(text: str, words: str) -> bool:
    text = text.casefold()
    return all(word in text for word in words.casefold().split())


def to_choose() -> QuerySet[DataEndpoint]:
    """The kinds of records that have a field which offers may take, by subject."""
    can_be_taken = Q(fields__retired_at=None, fields__kept_back="")
    return (
        DataEndpoint.objects.filter(can_be_taken)
        .distinct()
        .select_related("category", "source")
        .order_by("category__position", "source__position", "position", "pk")
    )


def chosen(paths: Iterable[str]) -> list[EndpointFacts]:
    """These kinds of records with the fields that offers may take, in the catalogue's order.

    What is no longer there, or may no longer be taken, is left out.
    """
    fields = DataField.objects.filter(retired_at=None, kept_back="").order_by("position", "pk")
    endpoints = (
        DataEndpoint.objects.filter(path__in=list(paths))
        .select_related("category")
        .prefetch_related(Prefetch("fields", queryset=fields))
        .order_by("source__position", "position", "pk")
    )
    return [facts for endpoint in endpoints if (facts := _endpoint(endpoint)).fields]


def as_facts() -> list[SourceFacts]:
    """The whole catalogue, as its file has it."""
    return [
        SourceFacts(
            namespace=source.namespace,
            name=source.name,
            words=source.words,
            endpoints=tuple(_endpoint(endpoint) for endpoint in source.endpoints.all()),
        )
        for source in sources()
    ]


def _endpoint(endpoint: DataEndpoint) -> EndpointFacts:
    return EndpointFacts(
        path=endpoint.path,
        name=endpoint.name,
        record=endpoint.record,
        table=endpoint.table,
        category=endpoint.category.slug,
        kind=endpoint.kind,
        volume=endpoint.volume,
        natural_key=endpoint.natural_key,
        time_field=endpoint.time_field,
        time_format=endpoint.time_format,
        note=endpoint.note,
        freshness=endpoint.freshness,
        reaches_back_days=endpoint.reaches_back_days,
        records_a_month=endpoint.records_a_month,
        fields=tuple(field_facts(field) for field in endpoint.fields.all()),
    )


def field_facts(field: DataField) -> FieldFacts:
    """One row as facts."""
    return FieldFacts(
        path=field.path,
        column=field.column,
        name=field.name,
        meaning=field.meaning,
        kind=field.kind,
        examples=field.examples,
        unit=field.unit,
        may_be_missing=field.may_be_missing,
        sensitivity=field.sensitivity,
        is_special=field.is_special,
        is_precise_location=field.is_precise_location,
        filter_by=field.filter_by,
        values=tuple(field.values),
        kept_back=field.kept_back,
        retired=field.retired_at is not None,
    )
