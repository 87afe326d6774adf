"""What a version's definition of the data says in plain words, with its own dictionary."""

from collections.abc import Iterable
from dataclasses import replace

from hats.bundles import Bundle, parse_bundle
from hats.bundles.differences import Difference, condition_differences, differences
from hats.bundles.projection import sources_of
from hats.bundles.speech import FieldName, joined, name_from
from hats.bundles.words import condition_clauses, explain, filter_path, sentences
from offers.models import OfferField, OfferVersion

FieldNames = dict[str, dict[str, FieldName]]
_MOMENTS = (OfferField.Kind.TIME, OfferField.Kind.DATE)

# Fields that filters look at although offers do not take them, so that no dictionary names them.
_KNOWN: FieldNames = {
    "calendar/google/events": {"status": FieldName("Status")},
    "facebook/events": {"rsvp_status": FieldName("Your answer")},
    "instagram/feed": {"ds_api_version": FieldName("Version of the record")},
    "monzo/transactions": {"local_currency": FieldName("Currency")},
    "rumpel/locations/ios": {"horizontalAccuracy": FieldName("Accuracy", unit="metres")},
    "twitter/tweets": {"retweeted": FieldName("Retweet")},
}


def data_words(version: OfferVersion, fields: Iterable[OfferField]) -> list[str]:
    """Which records, by which filters and how many; empty where all of them are read."""
    described = list(fields)
    bundle = _in_order(parse_bundle(version.bundle), described)
    return sentences(bundle, names=field_names(bundle, described))


def tests_by_table(version: OfferVersion, fields: Iterable[OfferField]) -> dict[str, str]:
    """What a record must meet to be read, by table that leaves some out."""
    bundle = parse_bundle(version.bundle)
    tables = explain(bundle, names=field_names(bundle, fields))
    return {
        table.name: joined([test for source in table.sources for test in source.tests])
        for table in tables
        if len(table.sources) == 1 and table.sources[0].tests
    }


def condition_words(version: OfferVersion, fields: Iterable[OfferField]) -> list[str]:
    """What a HAT must hold before it hands over values, in clauses; empty without conditions."""
    if not version.conditions:
        return []
    names = field_names(parse_bundle(version.bundle), fields)
    return condition_clauses(parse_bundle(version.conditions), names=names)


def definition_differences(
    former: OfferVersion,
    version: OfferVersion,
    *,
    fields: Iterable[OfferField],
    former_fields: Iterable[OfferField],
) -> list[Difference]:
    """What the definition and the conditions of a version say otherwise than a former one."""
    old, new = parse_bundle(former.bundle), parse_bundle(version.bundle)
    names = field_names(old, former_fields)
    for endpoint, known in field_names(new, fields).items():
        names.setdefault(endpoint, {}).update(known)
    return [
        *differences(old, new, names=names),
        *condition_differences(_conditions(former), _conditions(version), names=names),
    ]


def _conditions(version: OfferVersion) -> Bundle | None:
    return parse_bundle(version.conditions) if version.conditions else None


def _in_order(bundle: Bundle, fields: Iterable[OfferField]) -> Bundle:
    """Put the tables as the dictionary has them; the database keeps no order of its own."""
    tables = dict.fromkeys([field.table for field in fields] + list(bundle.properties))
    wanted = bundle.properties
    return replace(bundle, properties={name: wanted[name] for name in tables if name in wanted})


def field_names(bundle: Bundle, fields: Iterable[OfferField]) -> FieldNames:
    """How the fields of each endpoint are called, by the path they are read from."""
    described = {(field.table, field.path): field for field in fields}
    names = {endpoint: dict(known) for endpoint, known in _KNOWN.items()}
    for table, wanted in bundle.properties.items():
        for query in wanted.endpoints:
            for path, source in (sources_of(query) or {}).items():
                if field := described.get((table, path)):
                    known = names.setdefault(query.endpoint, {})
                    known[filter_path(source)] = _name(field, source)
    return names


def _name(field: OfferField, source: str) -> FieldName:
    return FieldName(
        text=field.name,
        unit=field.unit,
        is_moment=field.kind in _MOMENTS or name_from(source).is_moment,
        is_list=source.endswith("[]"),
    )
